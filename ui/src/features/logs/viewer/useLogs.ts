import { useEffect, useState, useSyncExternalStore } from "react";
import { model } from "@/model";
import { socket } from "@/rpc";
import { LogStore } from "../store/client";
import { NO_STATE, type Source, type State } from "../store/protocol";
import { type FeedState, LogFeed } from "./feed";
import { bounds, filterOf, rangeOf, rangeText, type Search } from "./search";

/** A thread for lines, for as long as the component is shown. */
export function useLogStore(): LogStore | undefined {
  const [store, setStore] = useState<LogStore>();
  useEffect(() => {
    const made = new LogStore();
    setStore(made);
    return () => made.close();
  }, []);
  return store;
}

const still = () => () => {};

export function useLogState(store: LogStore | undefined): State {
  return useSyncExternalStore(store?.subscribe ?? still, store?.state ?? (() => NO_STATE));
}

const NO_FEED: FeedState = { phase: "reading", error: undefined, waiting: 0 };

const NOTHING_TO_READ: FeedState = { ...NO_FEED, phase: "ended" };

export interface FeedOptions {
  sources: readonly Source[];
  /** The lines are read anew when it is another one; other sources just join. */
  subject: string;
  search: Search;
  hidden: readonly string[];
  /** Every line that is there, instead of the newest. */
  whole: boolean;
  follow: boolean;
  paused: boolean;
}

/** The newest lines of each that are enough to begin with. */
export function tailFor(containers: number): number {
  if (containers <= 1) return 20_000;
  return Math.max(200, Math.floor(60_000 / containers));
}

/** Keeps a store filled with the lines of containers. */
export function useFeed(store: LogStore | undefined, options: FeedOptions): FeedState {
  const { sources, subject, search, hidden, whole, follow, paused } = options;
  const [feed, setFeed] = useState<LogFeed>();
  const range = rangeText(search.range);
  const some = sources.length > 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: other sources join, see below
  useEffect(() => {
    if (!store || !some) return;
    const { since, until } = bounds(rangeOf(range), Date.now());
    store.clear();
    const query = {
      containers: sources.map((source) => source.id),
      tail: whole || since !== null ? null : tailFor(sources.length),
      since_ms: since,
      until_ms: until,
      pattern: null,
      follow: follow && until === null,
    };
    const kept = new Set(sources.filter((source) => source.kept).map((source) => source.id));
    const there = (id: string) => kept.has(id) || model.containers.get(id) !== undefined;
    const made = new LogFeed(socket, store, query, there);
    made.start();
    setFeed(made);
    return () => made.stop();
  }, [store, subject, range, whole, follow, some]);

  useEffect(() => {
    store?.setSources(sources);
    feed?.join(sources.map((source) => source.id));
  }, [store, feed, sources]);
  useEffect(() => {
    store?.setFilter(filterOf(search, hidden));
  }, [store, search, hidden]);
  useEffect(() => feed?.pause(paused), [feed, paused]);
  const now = useSyncExternalStore(feed?.subscribe ?? still, feed?.state ?? (() => NO_FEED));
  return some ? now : NOTHING_TO_READ;
}
