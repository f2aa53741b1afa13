import { describe, expect, test } from "vitest";
import { caps, isTextTarget, match, written } from "./keys";

const press = (key: string, over: Partial<Parameters<typeof written>[0]> = {}) =>
  written({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...over }, false);

describe("a press", () => {
  test.each([
    [press("j"), "j"],
    [press("?", { shiftKey: true }), "?"],
    [press("k", { ctrlKey: true }), "mod+k"],
    [press("K", { ctrlKey: true, shiftKey: true }), "mod+shift+k"],
    [press("Enter", { shiftKey: true }), "shift+Enter"],
    [press("Enter", { ctrlKey: true }), "mod+Enter"],
    [press(" "), "Space"],
    [press("+", { ctrlKey: true }), "mod++"],
    [press("k", { metaKey: true }), "meta+k"],
    [press("ArrowLeft", { altKey: true }), "alt+ArrowLeft"],
  ])("%s is written as %s", (text, expected) => expect(text).toBe(expected));

  test("of Command is the main one on a Mac", () => {
    const key = { key: "k", ctrlKey: false, metaKey: true, altKey: false, shiftKey: false };
    expect(written(key, true)).toBe("mod+k");
  });
});

describe("matching", () => {
  test("tells a whole sequence from its beginning", () => {
    expect(match("g c", ["g"])).toBe("part");
    expect(match("g c", ["g", "c"])).toBe("full");
    expect(match("g c", ["c"])).toBe("none");
    expect(match("g", ["g", "c"])).toBe("none");
  });

  test("takes any of several ways", () => {
    expect(match("j | ArrowDown", ["ArrowDown"])).toBe("full");
    expect(match("mod++ | mod+=", ["mod++"])).toBe("full");
  });
});

test("caps are named as they are on the keyboard", () => {
  expect(caps("mod+k", false)).toEqual([["Ctrl", "K"]]);
  expect(caps("mod+k", true)).toEqual([["⌘", "K"]]);
  expect(caps("g c")).toEqual([["G"], ["C"]]);
  expect(caps("mod++", false)).toEqual([["Ctrl", "+"]]);
  expect(caps("Delete | Backspace")).toEqual([["Del"]]);
});

test("letters act everywhere but where text is written", () => {
  const made = (html: string) => {
    document.body.innerHTML = html;
    return document.querySelector("[data-it]");
  };
  expect(isTextTarget(made('<input data-it type="text">'))).toBe(true);
  expect(isTextTarget(made("<textarea data-it></textarea>"))).toBe(true);
  expect(isTextTarget(made('<div data-takes-keys><b data-it tabindex="0"></b></div>'))).toBe(true);
  expect(isTextTarget(made('<input data-it type="checkbox">'))).toBe(false);
  expect(isTextTarget(made("<button data-it></button>"))).toBe(false);
});
