import { describe, expect, it } from "vitest";
import type { Meters } from "@/bindings/Meters";
import { append, CHARTS, type Columns, columns, rate } from "./series";

const lines = CHARTS[0]?.lines ?? [];

describe("rates", () => {
  it("are bytes a second", () => expect(rate(3000, 1000, 2000)).toBe(1000));
  it("are unknown without a reading before, and when the counter began again", () => {
    expect(rate(10, undefined, 1000)).toBeNull();
    expect(rate(10, 20, 1000)).toBeNull();
    expect(rate(null, 20, 1000)).toBeNull();
  });
});

describe("columns", () => {
  it("put series of different times on one axis with gaps", () => {
    const data = columns(lines, [
      { name: "vm.cpu", times_ms: [1000, 2000], values: [1, null] },
      { name: "host.cpu", times_ms: [2000, 3000], values: [7, 8] },
    ]);
    expect(data).toEqual([
      [1, 2, 3],
      [1, null, null],
      [null, 7, 8],
    ]);
  });

  it("are empty where nothing was measured", () => {
    expect(columns(lines, [])).toEqual([[], [], []]);
  });
});

describe("a live reading", () => {
  const now = { time_ms: 10_000, vm_cpu_percent: 5, host_cpu_percent: 9 } as Meters;

  it("is added at the end, and what has left the range is let go", () => {
    const data: Columns = [
      [1, 9],
      [1, 2],
      [3, 4],
    ];
    expect(append(data, lines, now, undefined, 5000)).toEqual([
      [9, 10],
      [2, 5],
      [4, 9],
    ]);
  });

  it("replaces everything that is too old", () => {
    expect(append([[1], [1], [1]], lines, now, undefined, 5000)[0]).toEqual([10]);
  });
});
