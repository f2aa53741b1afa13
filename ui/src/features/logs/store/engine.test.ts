import { describe, expect, test } from "vitest";
import type { LogRecord } from "@/bindings/LogRecord";
import { LogEngine } from "./engine";
import { exported } from "./export";
import { NO_FILTER } from "./protocol";

const record = (text: string, time_ms = 0, container = "c1", stderr = false): LogRecord => ({
  container,
  time_ms,
  stderr,
  text,
  cut: 0,
});

function engineWith(lines: readonly LogRecord[], limits?: { lines: number; chars: number }) {
  const engine = new LogEngine(limits);
  engine.setSources([
    { id: "c1", name: "web", service: "front", project: "shop" },
    { id: "c2", name: "db", service: "", project: "" },
  ]);
  engine.append(lines);
  engine.work(() => false);
  return engine;
}

function texts(engine: LogEngine): string[] {
  engine.work(() => false);
  const { first, end } = engine.state();
  return engine.rows(first, end).map((row) => row.text);
}

describe("the log engine", () => {
  test("gives lines back by position", () => {
    const many = Array.from({ length: 20_000 }, (_, i) => record(`line ${i} ä`, i));
    const engine = engineWith(many);
    expect(engine.rows(8190, 8194).map((row) => row.text)).toEqual(
      [8190, 8191, 8192, 8193].map((i) => `line ${i} ä`),
    );
    expect(engine.rows(19_999, 20_005)).toHaveLength(1);
  });

  test("drops the oldest beyond its limit, and positions stay true", () => {
    const many = Array.from({ length: 30_000 }, (_, i) => record(`line ${i}`, i));
    const engine = engineWith(many, { lines: 10_000, chars: 1 << 30 });
    const { first, end, held, dropped } = engine.state();
    expect(held).toBeLessThanOrEqual(10_000);
    expect(dropped).toBe(first);
    expect(engine.rows(first, first + 1)[0]?.text).toBe(`line ${first}`);
    expect(engine.rows(end - 1, end)[0]?.text).toBe("line 29999");
    expect(engine.rows(0, 5)).toEqual([]);
  });

  test("drops by size too, and filtered lines with them", () => {
    const engine = engineWith([], { lines: 1 << 20, chars: 10 << 20 });
    engine.setFilter({ ...NO_FILTER, text: "keep" });
    for (let i = 0; i < 300; i++) {
      engine.append([record(`keep ${i} ${"x".repeat(64 << 10)}`)]);
      engine.work(() => false);
    }
    const { first, end, held } = engine.state();
    expect(end - first).toBe(held);
    expect(held).toBeLessThan(300);
    expect(engine.rows(end - 1, end)[0]?.text).toMatch(/^keep 299/);
  });

  test("shows only lines that match, and goes on with new ones", () => {
    const engine = engineWith([record("a"), record("b"), record("A again")]);
    engine.setFilter({ ...NO_FILTER, text: "a" });
    expect(texts(engine)).toEqual(["a", "A again"]);
    engine.append([record("c"), record("last a")]);
    expect(texts(engine)).toEqual(["a", "A again", "last a"]);
    expect(engine.state().matches).toBe(3);
  });

  test("filters by slices and says how far it is", () => {
    const engine = engineWith(Array.from({ length: 5000 }, (_, i) => record(`line ${i}`)));
    engine.setFilter({ ...NO_FILTER, text: "line" });
    expect(engine.work(() => true)).toBe(false);
    expect(engine.state().progress).toBeGreaterThan(0);
    expect(engine.state().progress).toBeLessThan(1);
    engine.work(() => false);
    expect(engine.state().progress).toBe(1);
    expect(engine.state().matches).toBe(5000);
  });

  test("highlights among all, and steps round from match to match", () => {
    const engine = engineWith(["x", "hit", "x", "hit", "x"].map((text) => record(text)));
    engine.setFilter({ ...NO_FILTER, text: "hit", only: false });
    expect(texts(engine)).toHaveLength(5);
    expect(engine.rows(0, 5).map((row) => row.match)).toEqual([false, true, false, true, false]);
    expect(engine.step(0, 1)).toBe(1);
    expect(engine.step(1, 1)).toBe(3);
    expect(engine.step(3, 1)).toBe(1);
    expect(engine.step(1, -1)).toBe(3);
    expect(engine.step(99, -1)).toBe(3);
  });

  test("hides containers, the plain output and other times", () => {
    const engine = engineWith([record("a", 1), record("b", 2, "c2"), record("c", 3, "c1", true)]);
    engine.setFilter({ ...NO_FILTER, hidden: ["c2"] });
    expect(texts(engine)).toEqual(["a", "c"]);
    engine.setFilter({ ...NO_FILTER, stderrOnly: true });
    expect(texts(engine)).toEqual(["c"]);
    engine.setFilter({ ...NO_FILTER, sinceMs: 2, untilMs: 2 });
    expect(texts(engine)).toEqual(["b"]);
    engine.setFilter(NO_FILTER);
    expect(texts(engine)).toEqual(["a", "b", "c"]);
  });

  test("finds what colours divide", () => {
    const engine = engineWith([record("he\u001b[31mllo"), record("other")]);
    engine.setFilter({ ...NO_FILTER, text: "hello" });
    expect(texts(engine)).toHaveLength(1);
  });

  test("finds the same by hints in whole blocks as line by line", () => {
    const texts = ["plain needle", "nee\u001b[1mdle", "NEEDLE", "need", "le", "", "ö needle ö"];
    const levels = [
      "ERROR a",
      '{"level":50,"msg":"x"}',
      "level=err msg=y",
      "no error",
      "[fatal] z",
    ];
    const all = [...texts, ...levels];
    const many = Array.from({ length: 20_000 }, (_, i) => record(all[i % all.length] ?? ""));
    const engine = engineWith(many);
    for (const [query, share] of [
      ["needle", 4],
      ["level=error", 3],
      ["level>=error", 4],
      ["level=error -x", 2],
      ["needle stream=stdout", 4],
    ] as const) {
      for (const only of [true, false]) {
        engine.setFilter({ ...NO_FILTER, text: query, only });
        engine.work(() => false);
        const few = engineWith(all.map((text) => record(text)));
        few.setFilter({ ...NO_FILTER, text: query, only });
        few.work(() => false);
        expect([query, few.state().matches]).toEqual([query, share]);
        const expected = many.filter((_, i) => {
          const at = few.rows(0, all.length);
          return only
            ? at.some((row) => row.text === all[i % all.length])
            : at[i % all.length]?.match;
        }).length;
        expect([query, only, engine.state().matches]).toEqual([query, only, expected]);
      }
    }
  });

  test("asks fields of JSON, logfmt, and of the container", () => {
    const engine = engineWith([
      record('{"level":"error","msg":"a","code":500}'),
      record("level=error msg=b code=200", 0, "c2"),
      record("ERROR c"),
      record('{"level":"info","msg":"d error"}'),
    ]);
    const found = (text: string) => {
      engine.setFilter({ ...NO_FILTER, text });
      return texts(engine).length;
    };
    expect(found("level=error")).toBe(3);
    expect(found("level=error service=front")).toBe(2);
    expect(found("container=db")).toBe(1);
    expect(found("code>=400")).toBe(1);
    expect(found("level>=warn -code=500")).toBe(2);
    expect(found("msg~^d")).toBe(1);
  });

  test("puts a batch of several containers in order", () => {
    const engine = engineWith([record("1", 1), record("3", 3), record("2", 2, "c2")]);
    expect(texts(engine)).toEqual(["1", "2", "3"]);
  });

  test("keeps the place when the filter changes", () => {
    const engine = engineWith(["a", "b", "a", "b", "a"].map((text) => record(text)));
    engine.setFilter({ ...NO_FILTER, text: "a" });
    engine.work(() => false);
    expect(engine.locate(3)).toBe(2);
    expect(engine.rows(2, 3)[0]?.id).toBe(4);
  });

  test("says why a pattern can't be used, and then shows all", () => {
    const engine = engineWith([record("a")]);
    engine.setFilter({ ...NO_FILTER, text: "(", regex: true });
    expect(engine.state().error).toBeTruthy();
    expect(texts(engine)).toEqual(["a"]);
  });

  test("exports what is shown, without escapes or as JSON", () => {
    const engine = engineWith([record("\u001b[31mred\u202e", 0), record("b", 1, "c2")]);
    expect(exported(engine, "text").join("")).toBe(
      "1970-01-01T00:00:00.000Z web red‹U+202E›\n1970-01-01T00:00:00.001Z db b\n",
    );
    const first = exported(engine, "json").join("").split("\n")[0] ?? "";
    expect(JSON.parse(first)).toMatchObject({ name: "web", stream: "stdout", project: "shop" });
  });
});
