import { useSyncExternalStore } from "react";
import { docker } from "@/rpc";

/** Bytes in each volume, measured when somebody asked: the engine walks all files for it. */
export interface Sizes {
  bytes: ReadonlyMap<string, number>;
  measuring: boolean;
  /** When they were measured, in milliseconds since the epoch. */
  at: number | undefined;
}

let state: Sizes = { bytes: new Map(), measuring: false, at: undefined };
let running: Promise<void> | undefined;
const listeners = new Set<() => void>();

function set(next: Partial<Sizes>): void {
  state = { ...state, ...next };
  for (const listener of [...listeners]) listener();
}

interface DiskUse {
  Volumes?: { Name: string; UsageData?: { Size: number } | null }[] | null;
}

async function ask(): Promise<void> {
  set({ measuring: true });
  try {
    const use = await docker.get<DiskUse>("/system/df", { type: "volume" });
    const found = (use.Volumes ?? []).flatMap(({ Name, UsageData }) =>
      UsageData && UsageData.Size >= 0 ? [[Name, UsageData.Size] as const] : [],
    );
    set({ bytes: new Map(found), at: Date.now() });
  } finally {
    running = undefined;
    set({ measuring: false });
  }
}

/** Measures all volumes; one measuring at a time. */
export function measure(): Promise<void> {
  running ??= ask();
  return running;
}

export function useSizes(): Sizes {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

export function sizes(): Sizes {
  return state;
}
