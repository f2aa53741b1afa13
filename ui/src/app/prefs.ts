import { useCallback, useSyncExternalStore } from "react";
import { socket } from "@/rpc";

// What the dashboard remembers: at once in this browser's storage, and in the
// daemon, so that window and browser agree.
const PREFIX = "berth.pref.";
const values = new Map<string, unknown>();
const listeners = new Set<() => void>();
let fromDaemon = false;

function notify(): void {
  for (const listener of [...listeners]) listener();
}

function read(name: string): unknown {
  if (values.has(name)) return values.get(name);
  let value: unknown;
  try {
    const text = localStorage.getItem(PREFIX + name);
    value = text === null ? undefined : JSON.parse(text);
  } catch {
    value = undefined;
  }
  values.set(name, value);
  return value;
}

function keep(name: string, value: unknown): void {
  values.set(name, value);
  try {
    if (value === undefined) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Storage may be full or forbidden: the daemon remembers it all the same.
  }
}

/** What is remembered under `name`, or `fallback`. */
export function pref<T>(name: string, fallback: T): T {
  const value = read(name);
  return value === undefined || value === null ? fallback : (value as T);
}

export function setPref(name: string, value: unknown): void {
  keep(name, value);
  notify();
  socket.call("pref_set", { name, value: value ?? null }).catch(() => {
    // Kept here; sent with the next change.
  });
}

export function subscribePrefs(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** As `useState`, but remembered. `fallback` must be the same value each time (a constant). */
export function usePref<T>(name: string, fallback: T): [T, (value: T) => void] {
  const value = useSyncExternalStore(subscribePrefs, () => pref(name, fallback));
  const set = useCallback((next: T) => setPref(name, next), [name]);
  return [value, set];
}

/** Takes over what the daemon remembers, once for each connection. */
export function keepPrefs(): void {
  socket.onState(async () => {
    if (socket.connection() !== "open") {
      fromDaemon = false;
      return;
    }
    if (fromDaemon) return;
    fromDaemon = true;
    try {
      const prefs = await socket.call("prefs");
      for (const [name, value] of Object.entries(prefs.values)) keep(name, value);
      notify();
    } catch {
      fromDaemon = false;
    }
  });
}
