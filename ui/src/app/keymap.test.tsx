import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { activeBindings, onKeyDown, useKeys } from "./keymap";
import type { KeyBinding } from "./keys";

let root: Root;
const calls: string[] = [];

function Keys({ title, bindings }: { title: string; bindings: KeyBinding[] }) {
  useKeys(title, bindings);
  return null;
}

function bind(keys: string, more: Partial<KeyBinding> = {}): KeyBinding {
  return { keys, label: keys, run: () => calls.push(keys), ...more };
}

function press(key: string, init: KeyboardEventInit & { at?: number } = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init });
  (document.activeElement ?? document.body).dispatchEvent(event);
  return event;
}

function show(...bindings: KeyBinding[]): void {
  act(() => root.render(<Keys title="keys" bindings={bindings} />));
}

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  calls.length = 0;
  document.body.innerHTML = '<div id="root"></div><input id="text" />';
  root = createRoot(document.getElementById("root") as HTMLElement);
  window.addEventListener("keydown", onKeyDown);
});

afterEach(() => {
  act(() => root.unmount());
  window.removeEventListener("keydown", onKeyDown);
});

test("one key after the other goes where the two lead", () => {
  show(bind("g c"), bind("c"));
  press("g");
  press("c");
  expect(calls).toEqual(["g c"]);
  press("c");
  expect(calls).toEqual(["g c", "c"]);
});

test("a sequence that leads nowhere counts its last key alone", () => {
  show(bind("g c"), bind("j"));
  press("g");
  press("j");
  expect(calls).toEqual(["j"]);
});

test("letters are written in a text field, others work there if they say so", () => {
  show(bind("j"), bind("mod+k", { inText: true }));
  document.getElementById("text")?.focus();
  press("j");
  press("k", { ctrlKey: true });
  expect(calls).toEqual(["mod+k"]);
});

test("what can't be done now leaves the press to others", () => {
  show(
    bind("s", { when: () => false }),
    bind("s", { label: "second", run: () => calls.push("2") }),
  );
  expect(press("s").defaultPrevented).toBe(true);
  expect(calls).toEqual(["2"]);
  expect(press("y").defaultPrevented).toBe(false);
});

test("nothing acts that somebody else has taken, nor under an open dialog", () => {
  show(bind("j"));
  const taken = new KeyboardEvent("keydown", { key: "j", cancelable: true, bubbles: true });
  taken.preventDefault();
  document.body.dispatchEvent(taken);
  document.body.insertAdjacentHTML("beforeend", '<div role="dialog" data-state="open"></div>');
  press("j");
  expect(calls).toEqual([]);
});

test("the list of keys leaves out what is not for people or can't be done", () => {
  show(bind("a"), bind("b", { unlisted: true }), bind("c", { when: () => false }));
  expect(activeBindings().flatMap((it) => it.bindings.map((binding) => binding.keys))).toEqual([
    "a",
  ]);
});
