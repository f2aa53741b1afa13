import type { Task } from "@/bindings/Task";
import type { StateLook } from "@/components";
import { t } from "@/i18n/i18n";

/** What a task is, in a few words: "Pull nginx:1". */
export function taskTitle({ spec }: Pick<Task, "spec">): string {
  switch (spec.kind) {
    case "pull":
    case "push":
      return t(`task-${spec.kind}`, { name: spec.reference });
    case "build":
      return t("task-build", { name: spec.tags[0] ?? spec.context });
    case "compose":
      return t(`task-compose-${spec.action}`, { name: spec.project });
    case "save_images":
    case "load_images":
      return t(`task-${spec.kind}`, { name: spec.path });
    case "clone_volume":
      return t("task-clone_volume", { name: spec.from, to: spec.to });
    case "export_volume":
    case "import_volume":
    case "empty_volume":
      return t(`task-${spec.kind}`, { name: spec.volume });
    case "clean_up":
      return t("task-clean_up", { count: spec.items.length });
  }
}

export const TASK_LOOKS: Record<Task["state"], StateLook> = {
  running: "busy",
  done: "running",
  failed: "failed",
  cancelled: "stopped",
};

/** The tasks that ended since `before`, for a word about each. */
export function endedSince(before: readonly Task[], now: readonly Task[]): Task[] {
  const running = new Set(before.filter((it) => it.state === "running").map((it) => it.id));
  return now.filter((it) => it.state !== "running" && running.has(it.id));
}

// Escape sequences of terminals: CSI, OSC, and single ones.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** A line of output as plain text. */
export function plain(line: string): string {
  const last = line.split("\r").filter(Boolean).at(-1) ?? "";
  return last.replace(ESCAPES, "").replace(CONTROLS, "");
}
