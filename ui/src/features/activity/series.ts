import type { Meters } from "@/bindings/Meters";
import type { Series } from "@/bindings/Series";

/** A line of a chart. */
export interface Line {
  /** Name of the series in the history. */
  series: string;
  /** ID of its message. */
  label: string;
  /** Its token, such as `--ansi-blue`. */
  color: string;
  /** Its value in a live reading; rates need the reading before. */
  live: (now: Meters, before: Meters | undefined) => number | null;
}

export interface ChartSpec {
  id: string;
  unit: "percent" | "bytes" | "rate";
  lines: readonly Line[];
}

/** Bytes a second between two readings of a counter that may have begun again. */
export function rate(
  now: number | null,
  before: number | null | undefined,
  ms: number,
): number | null {
  if (now === null || before === null || before === undefined || ms <= 0) return null;
  return now < before ? null : ((now - before) * 1000) / ms;
}

const BLUE = "--ansi-blue";
const GREEN = "--ansi-green";
const FAINT = "--fg-faint";

function counted(name: "network_received" | "network_sent"): Line["live"] {
  return (now, before) =>
    rate(now[name], before?.[name], before ? now.time_ms - before.time_ms : 0);
}

export const CHARTS: readonly ChartSpec[] = [
  {
    id: "cpu",
    unit: "percent",
    lines: [
      { series: "vm.cpu", label: "activity-vm", color: BLUE, live: (it) => it.vm_cpu_percent },
      {
        series: "host.cpu",
        label: "activity-host",
        color: FAINT,
        live: (it) => it.host_cpu_percent,
      },
    ],
  },
  {
    id: "memory",
    unit: "bytes",
    lines: [
      { series: "vm.memory", label: "activity-vm-memory", color: BLUE, live: (it) => it.vm_memory },
      {
        series: "guest.memory",
        label: "activity-guest",
        color: GREEN,
        live: (it) => it.guest_memory,
      },
    ],
  },
  {
    id: "disk",
    unit: "bytes",
    lines: [
      { series: "disk.host", label: "activity-disk-host", color: BLUE, live: (it) => it.disk_host },
      {
        series: "disk.used",
        label: "activity-disk-used",
        color: GREEN,
        live: (it) => it.disk_used,
      },
    ],
  },
  {
    id: "network",
    unit: "rate",
    lines: [
      {
        series: "network.received",
        label: "activity-received",
        color: BLUE,
        live: counted("network_received"),
      },
      {
        series: "network.sent",
        label: "activity-sent",
        color: GREEN,
        live: counted("network_sent"),
      },
    ],
  },
];

export const RANGES = {
  "5m": 5 * 60_000,
  "1h": 3_600_000,
  "24h": 86_400_000,
  "30d": 30 * 86_400_000,
};
export type Range = keyof typeof RANGES;

/** What uPlot draws: times in seconds, then the values of each line. */
export type Columns = [number[], ...(number | null)[][]];

/** Puts series of different times on one axis. */
export function columns(lines: readonly Line[], history: readonly Series[]): Columns {
  const found = lines.map((line) => history.find((it) => it.name === line.series));
  const times = [...new Set(found.flatMap((it) => it?.times_ms ?? []))].sort((a, b) => a - b);
  const place = new Map(times.map((time, index) => [time, index]));
  const values = found.map((series) => {
    const column: (number | null)[] = new Array(times.length).fill(null);
    for (const [index, time] of (series?.times_ms ?? []).entries()) {
      column[place.get(time) as number] = series?.values[index] ?? null;
    }
    return column;
  });
  return [times.map((time) => time / 1000), ...values];
}

/** Adds a live reading and lets go of what is older than the range. */
export function append(
  data: Columns,
  lines: readonly Line[],
  now: Meters,
  before: Meters | undefined,
  range: number,
): Columns {
  const from = now.time_ms / 1000 - range / 1000;
  const [times, ...values] = data;
  const first = times.findIndex((time) => time >= from);
  const keep = first < 0 ? times.length : first;
  const next = values.map((column, index) => [
    ...column.slice(keep),
    lines[index]?.live(now, before) ?? null,
  ]);
  return [[...times.slice(keep), now.time_ms / 1000], ...next];
}
