import { useMemo, useRef, useSyncExternalStore } from "react";
import { socket } from "@/rpc";
import type { Connection } from "@/rpc/socket";
import type { Collection } from "./collection";
import { type Freshness, Model } from "./model";
import { StatusStore } from "./status";
import { Tasks } from "./tasks";

/** Least time between two tellings: faster than that nobody sees, and lists are long. */
const TELL_MS = 40;
let toldAt = 0;

/** At once if it has been quiet, else a moment later, together with what comes until then. */
function soon(run: () => void): void {
  const wait = Math.max(0, TELL_MS - (performance.now() - toldAt));
  setTimeout(() => {
    toldAt = performance.now();
    run();
  }, wait);
}

export const model = new Model(soon);
export const tasks = new Tasks();
export const status = new StatusStore();

/** All objects of a kind: `useAll(model.containers)`. Renders again when any changes. */
export function useAll<T>(collection: Collection<T>): readonly T[] {
  return useSyncExternalStore(collection.subscribe, collection.snapshot);
}

/** One object: `useOne(model.containers, id)`. Renders again when that one changes. */
export function useOne<T>(collection: Collection<T>, key: string): T | undefined {
  const subscribe = useMemo(
    () => (listener: () => void) => collection.subscribeTo(key, listener),
    [collection, key],
  );
  return useSyncExternalStore(subscribe, () => collection.get(key));
}

/**
 * Something derived from all objects of a kind. Renders again only when
 * `same(before, after)` is false (`Object.is` unless given).
 */
export function useSelect<T, S>(
  collection: Collection<T>,
  select: (all: readonly T[]) => S,
  same: (a: S, b: S) => boolean = Object.is,
): S {
  const kept = useRef<{ from: readonly T[]; select: unknown; value: S }>(undefined);
  const read = () => {
    const from = collection.snapshot();
    const before = kept.current;
    if (before && before.from === from && before.select === select) return before.value;
    const next = select(from);
    const value = before && same(before.value, next) ? before.value : next;
    kept.current = { from, select, value };
    return value;
  };
  return useSyncExternalStore(collection.subscribe, read);
}

export function useFreshness(): Freshness {
  return useSyncExternalStore(model.subscribe, model.freshness);
}

export function useConnection(): Connection {
  return useSyncExternalStore(socket.onState, socket.connection);
}

export function useStatus() {
  return useSyncExternalStore(status.subscribe, status.snapshot);
}

export function useTasks() {
  return useSyncExternalStore(tasks.subscribe, tasks.snapshot);
}

/** Keeps model, tasks and status by the socket, from now on. */
export function keepModel(): void {
  socket.subscribe("watch", undefined, (event) => model.apply(event));
  socket.subscribe("tasks", undefined, (event) => tasks.apply(event));
  let asking = false;
  let again = false;
  const ask = async (): Promise<void> => {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    try {
      status.set(await socket.call("status"));
    } catch {
      // The connection is lost: it is asked for again with the next one.
    }
    asking = false;
    if (again) {
      again = false;
      await ask();
    }
  };
  socket.subscribe("events", undefined, (event) => {
    if (status.apply(event)) void ask();
  });
  socket.onState(() => {
    if (socket.connection() === "open") void ask();
    else model.lost();
  });
  socket.connect();
}
