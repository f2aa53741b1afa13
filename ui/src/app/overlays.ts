import { useSyncExternalStore } from "react";
import { activeBindings } from "./keymap";
import type { KeyBinding } from "./keys";

/** What lies over everything: one at a time. */
export type Overlay =
  | { kind: "palette" }
  | { kind: "keys"; groups: { title: string; bindings: readonly KeyBinding[] }[] }
  | { kind: "output"; task: number };

let open: Overlay | null = null;
const listeners = new Set<() => void>();

export function setOverlay(next: Overlay | null): void {
  open = next;
  for (const listener of [...listeners]) listener();
}

export function useOverlay(): Overlay | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => open,
  );
}

export function showPalette(): void {
  setOverlay({ kind: "palette" });
}

/** Lists the keys of what has the focus now. */
export function showKeys(): void {
  setOverlay({ kind: "keys", groups: activeBindings() });
}

/** Shows what a task writes. */
export function showOutput(task: number): void {
  setOverlay({ kind: "output", task });
}
