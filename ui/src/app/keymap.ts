import { type RefObject, useEffect, useRef } from "react";
import { isTextTarget, type KeyBinding, match, written } from "./keys";

interface Scope {
  bindings: () => readonly KeyBinding[];
  /** The bindings work while the focus is in it; anywhere without. */
  element: (() => HTMLElement | null) | undefined;
  /** ID of the message that names it, for the list of keys. */
  title: string;
}

const SEQUENCE_MS = 1200;
const scopes: Scope[] = [];
let pressed: string[] = [];
let pressedAt = 0;

/** Scopes that hear keys now, the innermost first, global ones last. */
function active(): Scope[] {
  const focused = document.activeElement;
  const modal = document.querySelector('[role="dialog"][data-state="open"], [role="menu"]');
  const inside = scopes.filter((scope) => {
    const element = scope.element?.();
    if (modal && !(element && modal.contains(element))) return false;
    return scope.element === undefined || (element?.contains(focused) ?? false);
  });
  const depth = (scope: Scope) => {
    let count = 0;
    for (let at = scope.element?.() ?? null; at; at = at.parentElement) count++;
    return count;
  };
  return inside.sort((a, b) => depth(b) - depth(a));
}

/** What works where the focus is, for the list of keys. */
export function activeBindings(): { title: string; bindings: readonly KeyBinding[] }[] {
  return active().map((scope) => ({
    title: scope.title,
    bindings: scope.bindings().filter((it) => !it.unlisted && (it.when?.() ?? true)),
  }));
}

/** Remembers whether keys or the pointer were used last: the focus is drawn for keys only. */
export function watchInput(): void {
  const { dataset } = document.documentElement;
  const keys = () => {
    dataset.input = "keys";
  };
  const pointer = () => {
    dataset.input = "pointer";
  };
  window.addEventListener("keydown", keys, { capture: true });
  window.addEventListener("pointerdown", pointer, { capture: true });
}

export function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  if (["Shift", "Control", "Alt", "Meta", "CapsLock", "AltGraph"].includes(event.key)) return;
  if (event.timeStamp - pressedAt > SEQUENCE_MS) pressed = [];
  pressedAt = event.timeStamp;
  const text = isTextTarget(event.target);
  const now = written(event);
  const tries = pressed.length > 0 ? [[...pressed, now], [now]] : [[now]];
  pressed = [];
  const list = active().flatMap((scope) => scope.bindings());
  for (const presses of tries) {
    let part = false;
    for (const binding of list) {
      if (text && !binding.inText) continue;
      if (!(binding.when?.() ?? true)) continue;
      const fit = match(binding.keys, presses);
      if (fit === "full") {
        event.preventDefault();
        binding.run(event);
        return;
      }
      part ||= fit === "part";
    }
    if (part) {
      pressed = presses;
      event.preventDefault();
      return;
    }
  }
}

/**
 * Makes keys work while the component is shown. With `within`, only while the
 * focus is in that element.
 */
export function useKeys(
  title: string,
  bindings: readonly KeyBinding[],
  within?: RefObject<HTMLElement | null>,
): void {
  const latest = useRef(bindings);
  useEffect(() => {
    latest.current = bindings;
  });
  useEffect(() => {
    const element = within ? () => within.current : undefined;
    const scope: Scope = { title, bindings: () => latest.current, element };
    scopes.push(scope);
    return () => {
      scopes.splice(scopes.indexOf(scope), 1);
    };
  }, [title, within]);
}
