import { describe, expect, test } from "vitest";
import { ago, bytes, duration, percent, shortId } from "./format";

describe("bytes", () => {
  test.each([
    [0, "0 B"],
    [1, "1 B"],
    [999, "999 B"],
    [1024, "1 KiB"],
    [1536, "1.5 KiB"],
    [999.4 * 1024, "999 KiB"],
    [1023 * 1024, "1 MiB"],
    [22_439_526, "21.4 MiB"],
    [210 * 2 ** 20, "210 MiB"],
    [3.2 * 2 ** 30, "3.2 GiB"],
    [-2048, "−2 KiB"],
  ])("%d is %s", (count, text) => expect(bytes(count)).toBe(text));
});

describe("percent", () => {
  test.each([
    [0, "0.0 %"],
    [0.42, "0.4 %"],
    [9.94, "9.9 %"],
    [9.96, "10 %"],
    [187.3, "187 %"],
  ])("%d is %s", (value, text) => expect(percent(value)).toBe(text));
});

describe("duration", () => {
  test.each([
    [-5, "0 ms"],
    [350, "350 ms"],
    [1000, "1 s"],
    [1500, "1.5 s"],
    [59_900, "59 s"],
    [3_900_000, "1 h 5 min"],
    [3_600_000, "1 h"],
    [187_200_000, "2 d 4 h"],
  ])("%d ms is %s", (ms, text) => expect(duration(ms)).toBe(text));
});

describe("ago", () => {
  const now = 1_700_000_000_000;
  test.each([
    [0, "now"],
    [30_000, "30 sec. ago"],
    [7_260_000, "2 hr. ago"],
    [90_000_000, "yesterday"],
    [-7_200_000, "in 2 hr."],
  ])("%d ms before is %s", (before, text) => expect(ago(now - before, now)).toBe(text));
});

test("a short ID is what docker shows", () => {
  expect(shortId(`sha256:${"ab".repeat(32)}`)).toBe("abababababab");
});
