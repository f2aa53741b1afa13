import { describe, expect, test } from "vitest";
import { extent, filling, lineAt, ROW, span, topOf } from "./place";

const at = (count: number, tail = 20) => ({ count, height: 400, tail });

describe("the place of lines", () => {
  test("the lowest position of the bar shows the last lines", () => {
    for (const count of [0, 5, 20, 21, 5000, 1_000_000]) {
      const geometry = at(count);
      const lowest = extent(geometry) - geometry.height;
      expect(lineAt(lowest, geometry)).toBeCloseTo(Math.max(count - 20, 0), 3);
    }
  });

  test("every line of a million can be reached within what browsers draw", () => {
    const geometry = at(1_000_000);
    expect(extent(geometry)).toBeLessThan(16_000_000);
    expect(lineAt(topOf(777_777, geometry), geometry)).toBeCloseTo(777_777, 3);
  });

  test("rows of several heights fill the viewport with fewer lines", () => {
    expect(filling(Array(30).fill(ROW), 400)).toBe(20);
    expect(filling(Array(30).fill(ROW * 2), 400)).toBe(10);
    expect(filling([20, 20, 1000], 400)).toBeCloseTo(0.4);
    expect(filling([20], 400)).toBe(20);
  });

  test("what is asked for surrounds the viewport and stays within bounds", () => {
    expect(span(0, at(10))).toEqual({ from: 0, to: 10 });
    const { from, to } = span(500.5, at(5000));
    expect(from).toBeLessThan(500);
    expect(to).toBeGreaterThan(520);
  });
});
