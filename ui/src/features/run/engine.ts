import { model, tasks } from "@/model";
import { call, docker } from "@/rpc";
import { CallError, cancelled } from "@/rpc/error";
import { fullReference } from "./conflicts";
import type { Engine } from "./launch";

/** The real engine, which pulls by tasks of the daemon. `onPull` hears of the task's number. */
export function realEngine(onPull: (task: number) => void): Engine {
  return {
    post: (path, body, query) => docker.post(path, body, query as Record<string, string>),
    get: (path) => docker.get(path),
    delete: (path, query) => docker.delete(path, query as Record<string, string>),
    has: (image) =>
      model.images
        .snapshot()
        .some(
          (it) =>
            it.tags.includes(fullReference(image)) || it.id === image || it.digests.includes(image),
        ),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    async pull(image, platform) {
      const reference = fullReference(image);
      const task = await call("task_start", {
        kind: "pull",
        reference,
        platform: platform === "" ? null : platform,
      });
      onPull(task.id);
      await ended(task.id);
    },
  };
}

/** Waits until a task has ended; fails if it did not end well. */
function ended(id: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const task = tasks.snapshot().find((it) => it.id === id);
      if (!task || task.state === "running") return;
      stop();
      if (task.state === "done") resolve();
      else if (task.state === "cancelled") reject(cancelled());
      else reject(task.error ? CallError.of(task.error) : new CallError("pull", task.line));
    };
    const stop = tasks.subscribe(look);
    look();
  });
}
