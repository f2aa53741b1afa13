import { useEffect, useSyncExternalStore } from "react";
import type { ContainerStats } from "@/bindings/ContainerStats";
import type { StatsReading } from "@/bindings/StatsReading";
import { socket } from "@/rpc";
import { type Sample, sample } from "./series";

const KEPT = 3600;

interface Watched {
  samples: readonly Sample[];
  before: { stats: ContainerStats; timeMs: number } | undefined;
  users: number;
  stop: (() => void) | undefined;
}

type Open = (id: string, onReading: (reading: StatsReading) => void) => () => void;

/** Readings of the containers that somebody looks at; they stay for when they look again. */
export class LiveStats {
  private readonly watched = new Map<string, Watched>();
  private readonly listeners = new Set<() => void>();

  constructor(private readonly open: Open) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  samples(id: string): readonly Sample[] {
    return this.watched.get(id)?.samples ?? NONE;
  }

  watch(id: string): () => void {
    const it = this.watched.get(id) ?? {
      samples: NONE,
      before: undefined,
      users: 0,
      stop: undefined,
    };
    this.watched.set(id, it);
    it.users++;
    it.stop ??= this.open(id, (reading) => this.take(id, reading));
    return () => {
      if (--it.users > 0) return;
      it.stop?.();
      it.stop = undefined;
      it.before = undefined;
    };
  }

  private take(id: string, { time_ms, containers }: StatsReading): void {
    const it = this.watched.get(id);
    const stats = containers.find((reading) => reading.id === id);
    if (!it || !stats) return;
    const next = sample(stats, time_ms, it.before);
    it.before = { stats, timeMs: time_ms };
    it.samples = [...it.samples.slice(1 - KEPT), next];
    for (const listener of [...this.listeners]) listener();
  }
}

const NONE: readonly Sample[] = [];

export const live = new LiveStats((id, onReading) =>
  socket.subscribe("container_stats", { ids: [id] }, onReading),
);

/** Readings of a container, newest last; measured while this is shown and `on`. */
export function useLive(id: string, on: boolean): readonly Sample[] {
  useEffect(() => (on ? live.watch(id) : undefined), [id, on]);
  return useSyncExternalStore(live.subscribe, () => live.samples(id));
}
