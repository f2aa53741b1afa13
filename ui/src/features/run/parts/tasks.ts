import type { Task } from "@/bindings/Task";
import type { TaskSpec } from "@/bindings/TaskSpec";
import { noticeError } from "@/components";
import { call } from "@/rpc";

/** Begins a task of the daemon; tells when that fails. */
export async function startTask(spec: TaskSpec, failed: string): Promise<Task | undefined> {
  try {
    return await call("task_start", spec);
  } catch (thrown) {
    noticeError(failed, thrown);
    return undefined;
  }
}

/** How long a task that ended well goes on being shown where it was begun. */
const SHOWN_MS = 20_000;

/** True while a task belongs on the screen of what it changes: it runs, failed, or has just ended. */
export function isFresh(task: Task, now: number): boolean {
  if (task.state === "running" || task.state === "failed") return true;
  return now - (task.ended_ms ?? 0) < SHOWN_MS;
}
