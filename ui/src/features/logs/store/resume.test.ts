import { expect, test } from "vitest";
import { Resume } from "./resume";

const record = (container: string, time_ms: number, text: string) => ({
  container,
  time_ms,
  text,
  stderr: false,
  cut: 0,
});
const texts = (records: readonly { text: string }[]) => records.map((it) => it.text);

test("a new connection brings nothing twice, not even within one millisecond", () => {
  const resume = new Resume();
  resume.fresh([
    record("a", 1, "x"),
    record("a", 5, "y"),
    record("a", 5, "y"),
    record("b", 9, "z"),
  ]);
  expect(resume.since()).toBe(5);
  resume.begin();
  const again = [
    record("a", 5, "y"),
    record("a", 5, "y"),
    record("a", 5, "y"),
    record("a", 6, "new"),
    record("b", 9, "z"),
    record("b", 9, "z2"),
  ];
  expect(texts(resume.fresh(again))).toEqual(["y", "new", "z2"]);
});

test("before anything came, everything is asked for", () => {
  const resume = new Resume();
  expect(resume.since()).toBeNull();
  resume.begin();
  expect(texts(resume.fresh([record("a", 1, "x")]))).toEqual(["x"]);
});
