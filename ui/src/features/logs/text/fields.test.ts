import { describe, expect, test } from "vitest";
import { structured } from "./fields";
import { levelInText, levelOf } from "./level";

describe("lines of fields", () => {
  test("a JSON line has level, message, time and the rest", () => {
    expect(
      structured(
        '{"level":"warn","ts":"2026-01-01","msg":"slow","req":{"id":7,"path":"/a"},"ok":true}',
      ),
    ).toEqual({
      kind: "json",
      level: "warn",
      message: "slow",
      time: "2026-01-01",
      fields: [
        ["req.id", "7"],
        ["req.path", "/a"],
        ["ok", "true"],
      ],
    });
  });

  test("pino's numbers are levels", () => {
    expect(structured('{"level":50,"time":1,"msg":"x"}')?.level).toBe("error");
  });

  test("a level that nobody knows stays a field", () => {
    expect(structured('{"level":"purple","msg":"x"}')?.fields).toEqual([["level", "purple"]]);
  });

  test("logfmt has fields too", () => {
    const found = structured('time=2026-01-01 level=error msg="it \\"broke\\"" code=7');
    expect(found?.level).toBe("error");
    expect(found?.message).toBe('it "broke"');
    expect(found?.fields).toEqual([["code", "7"]]);
  });

  test("prose, broken JSON, lists and bare assignments are not", () => {
    for (const line of ["hello a=b", "{broken", "{}", "[1,2]", "a=1 b=2", '{"a":1} tail', "null"]) {
      expect(structured(line)).toBeUndefined();
    }
  });

  test("names of the language's own objects do no harm", () => {
    const found = structured('{"__proto__":{"x":1},"constructor":"a","level":"__proto__"}');
    expect(found?.level).toBeUndefined();
    expect(found?.fields).toContainEqual(["constructor", "a"]);
    expect(levelOf("constructor")).toBeUndefined();
  });

  test("nesting without end is cut", () => {
    let deep = '{"a":'.repeat(500);
    deep += `1${"}".repeat(500)}`;
    expect(structured(deep)?.fields.length).toBe(1);
  });
});

describe("levels in prose", () => {
  test("are capitals or in brackets", () => {
    expect(levelInText("2026-01-01 ERROR it broke")).toBe("error");
    expect(levelInText("[warning] slow")).toBe("warn");
    expect(levelInText("[nginx] [notice] ok")).toBe("info");
    expect(levelInText("level=fatal x")).toBe("fatal");
  });

  test("are not words of a sentence", () => {
    expect(levelInText("no error was found")).toBeUndefined();
    expect(levelInText("INFORMATIONAL")).toBeUndefined();
  });
});
