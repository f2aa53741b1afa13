import { describe, expect, it } from "vitest";
import type { Task } from "@/bindings/Task";
import { badArgs, buildCommand, EMPTY, toSpec } from "./form";
import { bar, cacheHits, type Step, span, stepsOfDetail, stepsOfTask } from "./steps";

const step = (over: Partial<Step>): Step => ({
  ...{ id: "a", name: "RUN make", look: "done", from: 0, took: 10, error: null, output: "" },
  ...over,
});

describe("steps", () => {
  it("of a build that runs grow until they end", () => {
    const task = {
      started_ms: 1000,
      steps: [
        { id: "1", label: "FROM a", state: "cached", line: "", started_ms: 1100, ended_ms: 1100 },
        { id: "2", label: "RUN b", state: "running", line: "", started_ms: 1500, ended_ms: null },
        { id: "3", label: "RUN c", state: "waiting", line: "", started_ms: null, ended_ms: null },
      ],
    } as unknown as Task;
    const steps = stepsOfTask(task, new Map([["2", ["x", "y"]]]), 3000);
    expect(steps.map((it) => [it.look, it.from, it.took])).toEqual([
      ["cached", 100, 0],
      ["running", 500, 1500],
      ["waiting", null, null],
    ]);
    expect(steps[1]?.output).toBe("x\ny");
  });

  it("of a finished build say how they ended", () => {
    const base = { name: "", started_ms: 1, output: "" };
    const looks = stepsOfDetail({
      record: {} as never,
      steps: [
        { ...base, id: "1", cached: true, took_ms: 0, error: null },
        { ...base, id: "2", cached: false, took_ms: 5, error: "exit 1" },
        { ...base, id: "3", cached: false, took_ms: 5, error: null },
        { ...base, id: "4", cached: false, took_ms: null, started_ms: null, error: null },
      ],
    }).map((it) => it.look);
    expect(looks).toEqual(["cached", "failed", "done", "waiting"]);
  });

  it("stand in the time that the whole took", () => {
    const steps = [step({}), step({ from: 10, took: 30 })];
    expect(span(steps)).toBe(40);
    expect(bar(steps[1] as Step, 40)).toEqual({ left: 0.25, width: 0.75 });
    expect(bar(step({ from: null }), 40)).toBeUndefined();
  });

  it("count what came from the cache without the builder's own steps", () => {
    const steps = [step({ look: "cached" }), step({}), step({ name: "[internal] load x" })];
    expect(cacheHits(steps)).toEqual({ cached: 1, of: 2 });
  });
});

describe("the form", () => {
  it("asks for nothing that was not written", () => {
    expect(toSpec({ ...EMPTY, context: " /src " })).toEqual({
      context: "/src",
      dockerfile: null,
      tags: [],
      target: null,
      platform: null,
      args: [],
      no_cache: false,
      pull: false,
    });
  });

  it("is the same as a command", () => {
    const form = { ...EMPTY, context: "/my app", tag: "a:1", args: "V=1 2\n", noCache: true };
    expect(buildCommand(form)).toBe("docker build -t a:1 --build-arg 'V=1 2' --no-cache '/my app'");
  });

  it("finds arguments that are none", () => {
    expect(badArgs("A=1\nB\n=x\n9=1")).toEqual(["=x", "9=1"]);
  });
});
