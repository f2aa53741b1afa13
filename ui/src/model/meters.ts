import { useSyncExternalStore } from "react";
import type { Meters } from "@/bindings/Meters";
import { socket } from "@/rpc";

// The newest reading of the machine's meters; asked for while anybody shows it.
let last: Meters | undefined;
let stop: (() => void) | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  stop ??= socket.subscribe("meters", undefined, (meters) => {
    last = meters;
    for (const tell of [...listeners]) tell();
  });
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    stop?.();
    stop = undefined;
  };
}

/** What machine and host use now, about once a second. */
export function useMeters(): Meters | undefined {
  return useSyncExternalStore(subscribe, () => last);
}
