import { describe, expect, test } from "vitest";
import { links, pieces } from "./pieces";
import { visible, visibleText } from "./visible";

describe("what can't be seen", () => {
  test("controls and marks of direction get a name", () => {
    expect(visibleText("a\u0007b\u202ecod.exe\u200b")).toBe("a␇b‹U+202E›cod.exe‹U+200B›");
  });

  test("tabs, joined emoji and right-to-left words stay as they are", () => {
    for (const text of ["a\tb", "👩‍💻", "שלום", "سلام"]) {
      expect(visible(text)).toEqual([{ text, mark: false }]);
    }
  });

  test("a run of them is one mark", () => {
    expect(visible("a\0\0\0b")).toEqual([
      { text: "a", mark: false },
      { text: "␀␀␀", mark: true },
      { text: "b", mark: false },
    ]);
  });
});

describe("pieces of a line", () => {
  test("hits are cut out across colours", () => {
    const found = pieces("ab\u001b[31mcd\u001b[0mef", [[1, 3]]);
    expect(found.map(({ text, hit, style }) => [text, hit, style.fg])).toEqual([
      ["a", false, undefined],
      ["b", true, undefined],
      ["c", true, 1],
      ["d", false, 1],
      ["ef", false, undefined],
    ]);
  });

  test("an address is a link as a whole, even where a hit divides it", () => {
    const found = pieces("see http://a.example/x?y=1.", [[11, 12]]);
    const linked = found.filter((piece) => piece.link);
    expect(linked.map((piece) => piece.text).join("")).toBe("http://a.example/x?y=1");
    expect(new Set(linked.map((piece) => piece.link))).toEqual(new Set(["http://a.example/x?y=1"]));
  });

  test("only the web's addresses are links", () => {
    expect(links("javascript:alert(1) file:///etc/passwd data:text/html,x")).toEqual([]);
  });

  test("markup stays text", () => {
    const text = '<img src=x onerror="alert(1)">';
    expect(pieces(text).map((piece) => piece.text)).toEqual([text]);
  });

  test("an empty line has no pieces", () => {
    expect(pieces("")).toEqual([]);
  });
});
