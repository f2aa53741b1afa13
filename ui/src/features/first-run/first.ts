import type { Container } from "@/bindings/Container";
import type { Image } from "@/bindings/Image";
import type { Task } from "@/bindings/Task";

export const STEPS = ["engine", "size", "container"] as const;
export type Step = (typeof STEPS)[number];

/** The first visit: nothing was made yet, and the user did not leave the welcome before. */
export function isFirst(
  done: boolean,
  live: boolean,
  containers: readonly Container[],
  images: readonly Image[],
): boolean {
  return live && !done && containers.length === 0 && images.length === 0;
}

/** A free name that begins as `base`. */
export function freeName(base: string, taken: ReadonlySet<string>): string {
  if (!taken.has(base)) return base;
  for (let n = 2; ; n++) if (!taken.has(`${base}-${n}`)) return `${base}-${n}`;
}

/** `nginx` of `registry.example/team/nginx:1`. */
export function baseName(reference: string): string {
  const last = reference.split("/").at(-1) ?? "";
  const name = last.replace(/[:@].*$/, "").replace(/[^A-Za-z0-9_.-]/g, "-");
  return /^[A-Za-z0-9]/.test(name) ? name : "first";
}

/** Resolves when the task has ended well; fails with why it did not. */
export function ended(
  id: number,
  snapshot: () => readonly Task[],
  subscribe: (listener: () => void) => () => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const task = snapshot().find((it) => it.id === id);
      if (!task || task.state === "running") return;
      stop();
      if (task.state === "done") resolve();
      else reject(task.error ?? new Error(task.line));
    };
    const stop = subscribe(look);
    look();
  });
}
