import type { ContainerStats } from "@/bindings/ContainerStats";
import type { Series } from "@/bindings/Series";

/** One reading, with what came in between as a rate. */
export interface Sample {
  /** In seconds since the Unix epoch. */
  at: number;
  cpu: number | null;
  memory: number | null;
  limit: number | null;
  /** Bytes a second. */
  received: number | null;
  sent: number | null;
  read: number | null;
  written: number | null;
  pids: number | null;
}

export type Meter = Exclude<keyof Sample, "at">;

/** Rates since the reading before; none after a restart, when counters begin again. */
export function sample(
  now: ContainerStats,
  timeMs: number,
  before: { stats: ContainerStats; timeMs: number } | undefined,
): Sample {
  const seconds = before ? (timeMs - before.timeMs) / 1000 : 0;
  const rate = (key: "network_received" | "network_sent" | "disk_read" | "disk_written") => {
    if (!before || seconds <= 0) return null;
    const grown = now[key] - before.stats[key];
    return grown < 0 ? null : grown / seconds;
  };
  return {
    at: timeMs / 1000,
    cpu: now.cpu_percent,
    memory: now.memory,
    limit: now.memory_limit,
    received: rate("network_received"),
    sent: rate("network_sent"),
    read: rate("disk_read"),
    written: rate("disk_written"),
    pids: now.pids,
  };
}

/** The samples not older than `seconds` before the newest. */
export function within(samples: readonly Sample[], seconds: number): readonly Sample[] {
  const newest = samples[samples.length - 1]?.at ?? 0;
  const from = samples.findIndex((it) => it.at >= newest - seconds);
  return from <= 0 ? samples : samples.slice(from);
}

/** Columns for a chart: times, then one list for each meter; a gap where readings are missing. */
export function columns(
  samples: readonly Sample[],
  meters: readonly Meter[],
  gapSeconds = 15,
): (number | null)[][] {
  const out: (number | null)[][] = [[], ...meters.map(() => [])];
  let last: number | undefined;
  for (const it of samples) {
    if (last !== undefined && it.at - last > gapSeconds) {
      out[0]?.push(last + 1);
      for (const column of out.slice(1)) column.push(null);
    }
    last = it.at;
    out[0]?.push(it.at);
    meters.forEach((meter, index) => {
      out[index + 1]?.push(it[meter]);
    });
  }
  return out;
}

/** What the daemon remembers of CPU and memory, as samples. */
export function remembered(series: readonly Series[], container: string): Sample[] {
  const values = new Map<number, Sample>();
  const put = (name: "cpu" | "memory") => {
    const found = series.find((it) => it.name === `${container}/${name}`);
    found?.times_ms.forEach((ms, index) => {
      const known = values.get(ms) ?? { ...NOTHING, at: ms / 1000 };
      known[name] = found.values[index] ?? null;
      values.set(ms, known);
    });
  };
  put("cpu");
  put("memory");
  return [...values.values()].sort((a, b) => a.at - b.at);
}

const NOTHING: Sample = {
  at: 0,
  cpu: null,
  memory: null,
  limit: null,
  received: null,
  sent: null,
  read: null,
  written: null,
  pids: null,
};

/** What was remembered before the first live sample, and then the live ones. */
export function joined(before: readonly Sample[], live: readonly Sample[]): Sample[] {
  const first = live[0]?.at ?? Number.POSITIVE_INFINITY;
  return [...before.filter((it) => it.at < first), ...live];
}
