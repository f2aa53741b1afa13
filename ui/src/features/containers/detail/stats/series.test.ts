import { expect, test } from "vitest";
import { columns, joined, remembered, sample, within } from "./series";

const stats = (received: number) => ({
  id: "c",
  cpu_percent: 5,
  memory: 10,
  memory_limit: 100,
  network_received: received,
  network_sent: 0,
  disk_read: 0,
  disk_written: 0,
  pids: 3,
});

test("rates are what came in between", () => {
  const before = { stats: stats(1000), timeMs: 1000 };
  expect(sample(stats(3000), 2000, before)).toMatchObject({ at: 2, received: 2000, sent: 0 });
});

test("there is no rate at first, nor after a restart", () => {
  expect(sample(stats(5), 1000, undefined).received).toBeNull();
  expect(sample(stats(5), 2000, { stats: stats(9), timeMs: 1000 }).received).toBeNull();
});

test("missing readings are a gap in the chart", () => {
  const at = (seconds: number) => ({ ...sample(stats(0), seconds * 1000, undefined) });
  expect(columns([at(1), at(2), at(60)], ["cpu"])).toEqual([
    [1, 2, 3, 60],
    [5, 5, null, 5],
  ]);
});

test("remembered values of both meters come together, and end where the live ones begin", () => {
  const before = remembered(
    [
      { name: "c/cpu", times_ms: [1000, 2000], values: [1, null] },
      { name: "c/memory", times_ms: [1000, 3000], values: [7, 8] },
    ],
    "c",
  );
  expect(before.map(({ at, cpu, memory }) => [at, cpu, memory])).toEqual([
    [1, 1, 7],
    [2, null, null],
    [3, null, 8],
  ]);
  const live = [sample(stats(0), 2500, undefined)];
  expect(joined(before, live).map((it) => it.at)).toEqual([1, 2, 2.5]);
});

test("a range ends with the newest sample", () => {
  const all = [1, 5, 9].map((at) => sample(stats(0), at * 1000, undefined));
  expect(within(all, 4).map((it) => it.at)).toEqual([5, 9]);
});
