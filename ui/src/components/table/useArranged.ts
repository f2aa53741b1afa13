import { type RefObject, useEffect, useReducer, useRef } from "react";
import { type Arranged, arrange, nothing } from "./order";

/** How long after a key press the order is kept. */
const KEY_HOLD_MS = 4000;

/**
 * Rows in a steady order: while the pointer is over the table or keys were just
 * used in it, nothing moves and gone rows stay. Another `tick` sorts anew when
 * what is compared changed without the rows.
 */
export function useArranged<T>(
  rows: readonly T[],
  keyOf: (row: T) => string,
  compare: (a: T, b: T) => number,
  element: RefObject<HTMLElement | null>,
  tick = 0,
): Arranged<T> {
  const kept = useRef<Arranged<T>>(nothing());
  const last = useRef<{ rows: readonly T[]; compare: unknown; held: boolean; tick: number }>(
    undefined,
  );
  const held = useRef(false);
  const [, again] = useReducer((count: number) => count + 1, 0);

  useEffect(() => {
    const box = element.current;
    if (!box) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hold = () => {
      clearTimeout(timer);
      held.current = true;
    };
    const release = () => {
      clearTimeout(timer);
      if (!held.current) return;
      held.current = false;
      again();
    };
    const holdForKey = () => {
      if (box.matches(":hover")) return;
      hold();
      timer = setTimeout(release, KEY_HOLD_MS);
    };
    box.addEventListener("pointermove", hold);
    box.addEventListener("pointerleave", release);
    box.addEventListener("keydown", holdForKey);
    window.addEventListener("blur", release);
    return () => {
      clearTimeout(timer);
      box.removeEventListener("pointermove", hold);
      box.removeEventListener("pointerleave", release);
      box.removeEventListener("keydown", holdForKey);
      window.removeEventListener("blur", release);
    };
  }, [element]);

  const before = last.current;
  const resorted = before?.compare !== compare;
  const stale = before?.rows !== rows || before.tick !== tick || before.held !== held.current;
  if (stale || resorted) {
    kept.current = arrange(kept.current, rows, keyOf, compare, held.current && !resorted);
    last.current = { rows, compare, held: held.current, tick };
  }
  return kept.current;
}
