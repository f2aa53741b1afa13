import { describe, expect, test, vi } from "vitest";
import type { Container } from "@/bindings/Container";
import type { Status } from "@/bindings/Status";
import type { Task } from "@/bindings/Task";
import type { WatchEvent } from "@/bindings/WatchEvent";
import { Model } from "./model";
import { StatsStore } from "./stats";
import { StatusStore } from "./status";
import { Tasks } from "./tasks";

const web = (over: Partial<Container> = {}) => ({ id: "1", name: "web", ...over }) as Container;
const put = (value: Container): WatchEvent => ({
  kind: "changes",
  changes: [{ what: "container", value }],
});

describe("the model", () => {
  test("keeps what it has until a new beginning is complete", () => {
    const model = new Model();
    model.apply({ kind: "reset" });
    model.apply(put(web()));
    model.apply(put(web({ id: "2" })));
    model.apply({ kind: "live" });
    model.apply({ kind: "reset" });
    expect(model.containers.snapshot()).toHaveLength(2);
    model.apply(put(web({ name: "web2" })));
    model.apply({ kind: "live" });
    expect(model.containers.snapshot().map((it) => it.name)).toEqual(["web2"]);
  });

  test("tells listeners of the list and of one object, and of that one only", () => {
    const model = new Model();
    const list = vi.fn();
    const one = vi.fn();
    const other = vi.fn();
    model.containers.subscribe(list);
    model.containers.subscribeTo("1", one);
    model.containers.subscribeTo("2", other);
    model.apply(put(web()));
    expect([list, one, other].map((it) => it.mock.calls.length)).toEqual([1, 1, 0]);
    model.apply({ kind: "changes", changes: [{ what: "container_gone", value: "1" }] });
    expect(one).toHaveBeenCalledTimes(2);
    expect(model.containers.get("1")).toBeUndefined();
  });

  test("gives the same list until something changes", () => {
    const model = new Model();
    model.apply(put(web()));
    const before = model.containers.snapshot();
    model.apply({ kind: "changes", changes: [{ what: "image_gone", value: "x" }] });
    expect(model.containers.snapshot()).toBe(before);
    model.apply(put(web({ name: "b" })));
    expect(model.containers.snapshot()).not.toBe(before);
  });

  test("is loading, live, stale, and live again", () => {
    const model = new Model();
    model.apply({ kind: "stale" });
    expect(model.freshness()).toBe("stale");
    model.apply({ kind: "live" });
    expect(model.freshness()).toBe("live");
    model.lost();
    expect(model.freshness()).toBe("stale");
    model.apply({ kind: "reset" });
    model.apply({ kind: "live" });
    expect(model.freshness()).toBe("live");
  });
});

describe("tasks", () => {
  const task = (id: number, over: Partial<Task> = {}) =>
    ({ id, state: "running", ...over }) as Task;

  test("are replaced in their place, and new ones come first", () => {
    const tasks = new Tasks();
    tasks.apply({ kind: "all", value: [task(2), task(1)] });
    tasks.apply({ kind: "changed", value: task(1, { state: "done" }) });
    tasks.apply({ kind: "changed", value: task(3) });
    tasks.apply({ kind: "gone", value: 2 });
    expect(tasks.snapshot().map((it) => [it.id, it.state])).toEqual([
      [3, "running"],
      [1, "done"],
    ]);
  });
});

describe("the status", () => {
  test("takes over the machine's state and forgets what went with the one before", () => {
    const store = new StatusStore();
    expect(store.apply({ event: "vm", vm: { state: "running" } })).toBe(true);
    store.set({ vm: { state: "failed", cause: "x", cpus: 2 } } as unknown as Status);
    expect(store.apply({ event: "vm", vm: { state: "starting", stage: "kernel" } })).toBe(false);
    expect(store.snapshot()?.vm).toEqual({ state: "starting", stage: "kernel", cpus: 2 });
    expect(store.apply({ event: "vm", vm: { state: "running" } })).toBe(true);
    expect(store.snapshot()?.vm).toEqual({ state: "running", cpus: 2 });
  });
});

describe("stats", () => {
  const reading = (...ids: string[]) => ({
    time_ms: 1,
    containers: ids.map((id) => ({ id, cpu_percent: 5, memory: 7 }) as never),
  });

  test("are asked for what is looked at only, once for all of a moment", () => {
    vi.useFakeTimers();
    const open = vi.fn(() => () => undefined);
    const stats = new StatsStore(open);
    const leave = stats.want("b");
    stats.want("a");
    vi.runAllTimers();
    expect(open.mock.calls.map((call) => call.at(0))).toEqual([["a", "b"]]);
    leave();
    vi.runAllTimers();
    expect(open.mock.calls.at(-1)?.at(0)).toEqual(["a"]);
    vi.useRealTimers();
  });

  test("keep the last forty readings and forget a container that ended", () => {
    const stats = new StatsStore(() => () => undefined);
    stats.want("a");
    for (let at = 0; at < 50; at++) stats.apply(reading("a"));
    expect(stats.get("a")?.cpu).toHaveLength(40);
    stats.apply(reading("b"));
    expect(stats.get("a")).toBeUndefined();
  });
});

test("changes of one moment are told of once", () => {
  const planned: (() => void)[] = [];
  const model = new Model((run) => planned.push(run));
  const list = vi.fn();
  model.containers.subscribe(list);
  for (let at = 0; at < 100; at++) model.apply(put(web({ id: String(at) })));
  expect([list.mock.calls.length, planned.length]).toEqual([0, 1]);
  planned[0]?.();
  expect(list).toHaveBeenCalledTimes(1);
  expect(model.containers.snapshot()).toHaveLength(100);
  model.apply(put(web({ id: "x" })));
  expect(planned).toHaveLength(2);
});
