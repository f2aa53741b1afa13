import { describe, expect, it } from "vitest";
import type { Task } from "@/bindings/Task";
import { baseName, ended, freeName, isFirst } from "./first";

describe("the first visit", () => {
  it("is one only before anything was made, once the engine was asked", () => {
    expect(isFirst(false, true, [], [])).toBe(true);
    expect(isFirst(false, false, [], [])).toBe(false);
    expect(isFirst(true, true, [], [])).toBe(false);
    expect(isFirst(false, true, [], [{} as never])).toBe(false);
  });

  it("names its container after the image, and never as one that is there", () => {
    expect(baseName("registry.example:5000/team/nginx:1")).toBe("nginx");
    expect(baseName("@")).toBe("first");
    expect(freeName("nginx", new Set(["nginx", "nginx-2"]))).toBe("nginx-3");
  });
});

describe("waiting for a task", () => {
  function board() {
    let tasks: Task[] = [];
    const listeners = new Set<() => void>();
    return {
      snapshot: () => tasks,
      subscribe: (listener: () => void) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      become: (state: Task["state"], line = "") => {
        tasks = [{ id: 7, state, line, error: null } as unknown as Task];
        for (const listener of [...listeners]) listener();
      },
      count: () => listeners.size,
    };
  }

  it("ends with the task and listens no longer", async () => {
    const { snapshot, subscribe, become, count } = board();
    const end = ended(7, snapshot, subscribe);
    become("running");
    expect(count()).toBe(1);
    become("done");
    await end;
    expect(count()).toBe(0);
  });

  it("fails with what the task says", async () => {
    const { snapshot, subscribe, become } = board();
    const end = ended(7, snapshot, subscribe);
    become("cancelled", "It was cancelled.");
    await expect(end).rejects.toThrow("It was cancelled.");
  });
});
