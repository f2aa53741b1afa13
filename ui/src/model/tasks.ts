import type { Task } from "@/bindings/Task";
import type { TaskEvent } from "@/bindings/TaskEvent";

/** Tasks of the daemon, newest first. */
export class Tasks {
  private list: readonly Task[] = [];
  private readonly listeners = new Set<() => void>();

  readonly snapshot = (): readonly Task[] => this.list;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  apply(event: TaskEvent): void {
    if (event.kind === "all") this.list = event.value;
    else if (event.kind === "gone") this.list = this.list.filter((task) => task.id !== event.value);
    else this.put(event.value);
    for (const listener of [...this.listeners]) listener();
  }

  private put(task: Task): void {
    const at = this.list.findIndex((known) => known.id === task.id);
    this.list = at < 0 ? [task, ...this.list] : this.list.with(at, task);
  }
}
