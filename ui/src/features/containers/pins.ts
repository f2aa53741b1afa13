import { pref, setPref, usePref } from "@/app/prefs";
import type { Container } from "@/bindings/Container";

const NO_PINS: readonly string[] = [];
const NAME = "containers.pinned";

export function usePins(): readonly string[] {
  return usePref(NAME, NO_PINS)[0];
}

/** Pins those that are not; unpins them if all are. */
export function togglePin(rows: readonly Container[]): void {
  const before = new Set(pref(NAME, NO_PINS));
  const all = rows.every((row) => before.has(row.id));
  for (const row of rows) {
    if (all) before.delete(row.id);
    else before.add(row.id);
  }
  setPref(NAME, [...before]);
}
