import { currentLocale } from "@/i18n/i18n";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** Bytes in IEC units with three figures: `0 B`, `512 B`, `1.5 KiB`, `21.4 MiB`, `210 MiB`. */
export function bytes(count: number): string {
  let value = Math.abs(count);
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  const text = number(value, digits);
  return `${count < 0 ? "−" : ""}${text} ${UNITS[unit]}`;
}

/** A number in the language's form, with at most `digits` after the point. */
export function number(value: number, digits = 0): string {
  return formatter(currentLocale(), digits).format(value);
}

const formatters = new Map<string, Intl.NumberFormat>();

function formatter(locale: string, digits: number): Intl.NumberFormat {
  const key = `${locale}/${digits}`;
  const known = formatters.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(locale, { maximumFractionDigits: digits });
  formatters.set(key, made);
  return made;
}

/** `0.4 %`, `12 %`; what is above 10 without a fraction. */
export function percent(value: number): string {
  const digits = Math.abs(value) >= 9.95 ? 0 : 1;
  const text = new Intl.NumberFormat(currentLocale(), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
  return `${text} %`;
}

/** A stretch of time in its two largest units: `3 h 5 min`, `2 d 4 h`, `12 s`, `350 ms`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 10 && ms % 1000 >= 50) return `${number(ms / 1000, 1)} s`;
  const parts: [number, string][] = [
    [Math.floor(seconds / 86400), "d"],
    [Math.floor((seconds % 86400) / 3600), "h"],
    [Math.floor((seconds % 3600) / 60), "min"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** How long before `nowMs` (after it, if it lies ahead): `2 hr. ago`, `now`. */
export function ago(thenMs: number, nowMs: number): string {
  const seconds = Math.round((thenMs - nowMs) / 1000);
  const format = new Intl.RelativeTimeFormat(currentLocale(), { style: "short", numeric: "auto" });
  if (Math.abs(seconds) < 5) return format.format(0, "second");
  const [unit, length] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return format.format(Math.trunc(seconds / length), unit);
}

/** The full date and time, with seconds. */
export function absolute(ms: number): string {
  return new Intl.DateTimeFormat(currentLocale(), {
    dateStyle: "medium",
    timeStyle: "medium",
  }).format(ms);
}

/** An ID as people know it: the first 12 digits, without `sha256:`. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, "").slice(0, 12);
}
