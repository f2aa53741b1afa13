import type { LucideIcon } from "lucide-react";
import { useSyncExternalStore } from "react";

export interface ConfirmItem {
  name: string;
  /** Beside it, such as what it is or why it goes. */
  detail?: string;
  icon?: LucideIcon;
  /** What comes back, in bytes; unknown without. */
  bytes?: number | null;
}

export interface ConfirmOption {
  id: string;
  label: string;
  hint?: string;
  checked?: boolean;
}

export type ConfirmItems =
  | readonly ConfirmItem[]
  | ((options: Readonly<Record<string, boolean>>) => readonly ConfirmItem[]);

export interface ConfirmRequest {
  /** A question: "Remove 3 containers?" */
  title: string;
  /** One sentence below. */
  note?: string;
  /** Exactly what goes. A function where options change it. */
  items: ConfirmItems;
  /** The same with what takes a moment to learn (sizes): takes the place of `items` when it is there. */
  later?: Promise<ConfirmItems>;
  options?: readonly ConfirmOption[];
  /** The button's verb: "Remove". The bytes that come back are added: "Remove, free 3.2 GiB". */
  verb: string;
  /** Must be written before the button works: for what can't be undone at all. */
  typed?: string;
  /** The same as a command. */
  command?: string | ((options: Readonly<Record<string, boolean>>) => string);
}

export interface Asked extends ConfirmRequest {
  answer: (options: Record<string, boolean> | null) => void;
}

let asked: Asked | null = null;
const listeners = new Set<() => void>();

function set(next: Asked | null): void {
  asked = next;
  for (const listener of [...listeners]) listener();
}

/**
 * Shows exactly what will go and asks. Resolves to the options as chosen, or to
 * `null` if the user leaves.
 */
export function confirmList(request: ConfirmRequest): Promise<Record<string, boolean> | null> {
  asked?.answer(null);
  return new Promise((resolve) => {
    set({
      ...request,
      answer: (options) => {
        set(null);
        resolve(options);
      },
    });
  });
}

export function useAsked(): Asked | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => asked,
  );
}
