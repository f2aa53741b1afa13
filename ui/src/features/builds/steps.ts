import type { BuildDetail } from "@/bindings/BuildDetail";
import type { Task } from "@/bindings/Task";

export type StepLook = "waiting" | "running" | "done" | "cached" | "failed";

/** A step as it is drawn, from a finished build or from one that runs. */
export interface Step {
  id: string;
  name: string;
  look: StepLook;
  /** Milliseconds after the build's beginning. */
  from: number | null;
  took: number | null;
  error: string | null;
  output: string;
}

export function stepsOfDetail(detail: BuildDetail): Step[] {
  return detail.steps.map((step) => ({
    id: step.id,
    name: step.name,
    look: step.error
      ? "failed"
      : step.cached
        ? "cached"
        : step.took_ms !== null
          ? "done"
          : step.started_ms !== null
            ? "running"
            : "waiting",
    from: step.started_ms,
    took: step.took_ms,
    error: step.error,
    output: step.output,
  }));
}

/** Steps of a build that runs; `output` holds what each wrote, by its ID. */
export function stepsOfTask(
  task: Task,
  output: ReadonlyMap<string, readonly string[]>,
  now: number,
): Step[] {
  return task.steps.map((step) => {
    const end = step.ended_ms ?? (step.state === "running" ? now : null);
    return {
      id: step.id,
      name: step.label,
      look: step.state,
      from: step.started_ms === null ? null : Math.max(0, step.started_ms - task.started_ms),
      took: step.started_ms === null || end === null ? null : Math.max(0, end - step.started_ms),
      error: step.state === "failed" ? step.line : null,
      output: (output.get(step.id) ?? []).join("\n"),
    };
  });
}

/** Where a step stands in the build's time: left edge and width, each from 0 to 1. */
export function bar(step: Step, total: number): { left: number; width: number } | undefined {
  if (step.from === null || step.took === null || total <= 0) return undefined;
  const left = Math.min(1, step.from / total);
  return { left, width: Math.max(0.004, Math.min(1 - left, step.took / total)) };
}

/** How long all of them took together, from the first beginning to the last end. */
export function span(steps: readonly Step[]): number {
  return Math.max(0, ...steps.map((step) => (step.from ?? 0) + (step.took ?? 0)));
}

/** What came from the cache, of what could: `3 of 7`. */
export function cacheHits(steps: readonly Step[]): { cached: number; of: number } {
  const counted = steps.filter((step) => !step.name.startsWith("[internal]"));
  return { cached: counted.filter((step) => step.look === "cached").length, of: counted.length };
}
