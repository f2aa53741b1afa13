// Sizes and times as Docker's command line takes them, and back in the shortest form.

const SIZE = /^(\d+(?:\.\d+)?) ?([kmgtp]?)i?b?$/i;
const FACTORS: Record<string, number> = {
  "": 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
  p: 2 ** 50,
};

/** Bytes of `512m`, `1.5GiB`, `100`; undefined for anything else. */
export function parseSize(text: string): number | undefined {
  const [, number, unit = ""] = SIZE.exec(text.trim()) ?? [];
  if (number === undefined) return undefined;
  return Math.floor(Number(number) * (FACTORS[unit.toLowerCase()] ?? 1));
}

/** The shortest text that {@link parseSize} reads as exactly these bytes. */
export function writeSize(bytes: number): string {
  for (const unit of ["t", "g", "m", "k"]) {
    const factor = FACTORS[unit] ?? 1;
    if (bytes >= factor && bytes % factor === 0) return `${bytes / factor}${unit}`;
  }
  return String(bytes);
}

const NANOSECONDS: Record<string, number> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Nanoseconds of `1m30s`, `500ms`; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const parts = text.trim();
  if (parts === "0") return 0;
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(parts)) return undefined;
  let total = 0;
  for (const [, number, unit = ""] of parts.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(number) * (NANOSECONDS[unit] ?? 0);
  }
  return Math.round(total);
}

/** `1m30s` of nanoseconds. */
export function writeDuration(nanoseconds: number): string {
  let rest = nanoseconds;
  let text = "";
  for (const unit of ["h", "m", "s", "ms", "us", "ns"]) {
    const size = NANOSECONDS[unit] ?? 1;
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text === "" ? "0s" : text;
}

/** Billionths of a CPU of `1.5`. */
export function parseCpus(text: string): number | undefined {
  if (!/^(\d+(\.\d*)?|\.\d+)$/.test(text.trim())) return undefined;
  return Math.round(Number(text) * 1e9);
}

/** `1.5` of billionths of a CPU. */
export function writeCpus(nano: number): string {
  return String(nano / 1e9);
}

export function parseInteger(text: string): number | undefined {
  return /^-?\d+$/.test(text.trim()) ? Number(text) : undefined;
}
