import { useEffect, useMemo, useSyncExternalStore } from "react";
import type { ContainerStats } from "@/bindings/ContainerStats";
import type { StatsReading } from "@/bindings/StatsReading";
import { socket } from "@/rpc";

/** How many readings are kept of each container. */
export const KEPT_READINGS = 40;
/** So long a container is still measured after nobody looks any more: scrolling back finds its line. */
const LINGER_MS = 5000;
const SETTLE_MS = 250;

export interface Lately {
  /** Percent of one CPU, newest last. */
  cpu: readonly number[];
  /** Bytes, newest last. */
  memory: readonly number[];
  last: ContainerStats;
}

/** What containers use, measured only for those that somebody looks at. */
export class StatsStore {
  private readonly lately = new Map<string, Lately>();
  private readonly wanted = new Map<string, number>();
  private readonly listeners = new Map<string, Set<() => void>>();
  private asked = "";
  private stop: (() => void) | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly open: (
      ids: string[],
      onReading: (reading: StatsReading) => void,
    ) => () => void,
  ) {}

  readonly get = (id: string): Lately | undefined => this.lately.get(id);

  /** Measures a container from now on, until the returned function is called. */
  want(id: string): () => void {
    this.wanted.set(id, (this.wanted.get(id) ?? 0) + 1);
    this.plan(SETTLE_MS);
    return () => {
      const left = (this.wanted.get(id) ?? 1) - 1;
      if (left > 0) this.wanted.set(id, left);
      else this.wanted.delete(id);
      this.plan(LINGER_MS);
    };
  }

  subscribe(id: string, listener: () => void): () => void {
    const set = this.listeners.get(id) ?? new Set();
    this.listeners.set(id, set);
    set.add(listener);
    return () => {
      set.delete(listener);
      if (set.size === 0) this.listeners.delete(id);
    };
  }

  apply(reading: StatsReading): void {
    const seen = new Set<string>();
    for (const stats of reading.containers) {
      const before = this.lately.get(stats.id);
      seen.add(stats.id);
      this.lately.set(stats.id, {
        cpu: [...(before?.cpu ?? []), stats.cpu_percent].slice(-KEPT_READINGS),
        memory: [...(before?.memory ?? []), stats.memory].slice(-KEPT_READINGS),
        last: stats,
      });
    }
    for (const id of this.lately.keys()) {
      if (!seen.has(id) && this.wanted.has(id)) this.lately.delete(id);
    }
    for (const id of [...this.listeners.keys()]) {
      for (const listener of [...(this.listeners.get(id) ?? [])]) listener();
    }
  }

  private plan(ms: number): void {
    if (ms === LINGER_MS && this.timer !== undefined) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.ask();
    }, ms);
  }

  private ask(): void {
    const ids = [...this.wanted.keys()].sort();
    const key = ids.join(",");
    if (key === this.asked) return;
    this.asked = key;
    this.stop?.();
    this.stop = ids.length > 0 ? this.open(ids, (reading) => this.apply(reading)) : undefined;
    for (const id of this.lately.keys()) if (!this.wanted.has(id)) this.lately.delete(id);
  }
}

export const stats = new StatsStore((ids, onReading) =>
  socket.subscribe("container_stats", { ids }, onReading),
);

/** What a container uses lately; measured while this is shown and `on`. */
export function useStats(id: string, on = true): Lately | undefined {
  useEffect(() => (on ? stats.want(id) : undefined), [id, on]);
  const subscribe = useMemo(() => (listener: () => void) => stats.subscribe(id, listener), [id]);
  return useSyncExternalStore(subscribe, () => (on ? stats.get(id) : undefined));
}

/** The sum over some containers, as a text key so that it renders only when it differs. */
export function useStatsSum(ids: readonly string[]): { cpu: number; memory: number } | undefined {
  const key = ids.join(",");
  useEffect(() => {
    const ends = key === "" ? [] : key.split(",").map((id) => stats.want(id));
    return () => {
      for (const end of ends) end();
    };
  }, [key]);
  const subscribe = useMemo(() => {
    const list = key === "" ? [] : key.split(",");
    return (listener: () => void) => {
      const ends = list.map((id) => stats.subscribe(id, listener));
      return () => {
        for (const end of ends) end();
      };
    };
  }, [key]);
  const text = useSyncExternalStore(subscribe, () => sumText(key));
  if (text === "") return undefined;
  const [cpu = 0, memory = 0] = text.split("/").map(Number);
  return { cpu, memory };
}

function sumText(key: string): string {
  let cpu = 0;
  let memory = 0;
  let known = false;
  for (const id of key === "" ? [] : key.split(",")) {
    const lately = stats.get(id);
    if (!lately) continue;
    known = true;
    cpu += lately.last.cpu_percent;
    memory += lately.last.memory;
  }
  return known ? `${cpu}/${memory}` : "";
}
