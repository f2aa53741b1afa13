import { useSyncExternalStore } from "react";
import { CallError, isCancelled } from "@/rpc/error";

export type NoticeLook = "info" | "done" | "failed";

export interface Notice {
  id: number;
  look: NoticeLook;
  /** One sentence: what happened. */
  text: string;
  /** What else there is to say, such as which ones of many failed. */
  lines?: readonly string[];
  error?: CallError;
  action?: { label: string; run: () => void };
  /** Milliseconds since the epoch. */
  time: number;
  /** Stands in the stack at the edge; otherwise only in the notice center. */
  shown: boolean;
  read: boolean;
}

const KEPT = 100;
/** How long what is no failure stands at the edge. Failures stay until they are closed. */
export const SHOWN_MS = 6000;

let list: readonly Notice[] = [];
let next = 1;
const listeners = new Set<() => void>();

function set(change: readonly Notice[]): void {
  list = change;
  for (const listener of [...listeners]) listener();
}

type Told = Omit<Notice, "id" | "time" | "shown" | "read" | "look" | "text">;

/** Tells something; it never gets lost, the notice center keeps it. Returns its number. */
export function notice(look: NoticeLook, text: string, more: Told = {}): number {
  const id = next++;
  const fresh: Notice = { id, look, text, ...more, time: Date.now(), shown: true, read: false };
  set([fresh, ...list].slice(0, KEPT));
  return id;
}

/** Tells of a failure; `what` is a sentence such as "web could not be started." */
export function noticeError(what: string, thrown: unknown, action?: Notice["action"]): void {
  if (isCancelled(thrown)) return;
  notice("failed", what, { error: CallError.from(thrown), action });
}

/** Takes it from the edge; the center keeps it. */
export function hideNotice(id: number): void {
  set(list.map((it) => (it.id === id ? { ...it, shown: false, read: true } : it)));
}

export function markAllRead(): void {
  if (list.some((it) => !it.read)) set(list.map((it) => ({ ...it, read: true, shown: false })));
}

export function clearNotices(): void {
  set([]);
}

export function notices(): readonly Notice[] {
  return list;
}

export function useNotices(): readonly Notice[] {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, notices);
}
