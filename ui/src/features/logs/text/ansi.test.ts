import { describe, expect, test } from "vitest";
import { plain, spans } from "./ansi";

const ESC = "\u001b";

describe("escape sequences", () => {
  test("colours become spans and end with a reset", () => {
    const found = spans(`a ${ESC}[1;31mred${ESC}[0m b`);
    expect(found).toEqual([
      { text: "a ", style: {} },
      { text: "red", style: { fg: 1, bold: true } },
      { text: " b", style: {} },
    ]);
  });

  test("bright, indexed and true colours become the theme's", () => {
    const hue = (code: string) => spans(`${ESC}[${code}mx`)[0]?.style.fg;
    expect(hue("92")).toBe(2);
    expect(hue("38;5;196")).toBe(1);
    expect(hue("38;5;12")).toBe(4);
    expect(hue("38;2;0;255;255")).toBe(6);
    expect(hue("38;5;244")).toBeUndefined();
    expect(hue("31;39")).toBeUndefined();
  });

  test("the background is chosen by 48, and what follows still counts", () => {
    expect(spans(`${ESC}[48;5;21;4mx`)[0]?.style).toEqual({ bg: 4, underline: true });
  });

  test("titles, links, cursor moves and other sequences are dropped", () => {
    const text = `${ESC}]0;title\u0007a${ESC}[2Jb${ESC}]8;;http://x${ESC}\\c${ESC}[?25ld${ESC}(Be\u009b1mf`;
    expect(plain(text)).toBe("abcdef");
    expect(
      spans(text)
        .map((span) => span.text)
        .join(""),
    ).toBe("abcdef");
  });

  test("a string without an end hides nothing", () => {
    expect(plain(`${ESC}]52;c;aGVsbG8= and the rest`)).toContain("and the rest");
  });

  test("a line of many colours is drawn as few spans", () => {
    const bomb = Array.from({ length: 5000 }, (_, i) => `${ESC}[3${i % 8}m${i % 10}`).join("");
    const found = spans(bomb);
    expect(found.length).toBeLessThanOrEqual(400);
    expect(found.reduce((sum, span) => sum + span.text.length, 0)).toBe(5000);
  });

  test("repeated introducers don't take forever", () => {
    for (const part of ["\u009d", `${ESC}]`, `${ESC}[`, "\u009b1;", ESC]) {
      const text = part.repeat(60_000);
      expect(plain(text).length).toBeLessThanOrEqual(text.length);
    }
  });
});
