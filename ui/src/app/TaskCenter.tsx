import { CircleX, ListChecks, ScrollText, X } from "lucide-react";
import { Popover } from "radix-ui";
import { useEffect, useRef } from "react";
import type { Task } from "@/bindings/Task";
import {
  Ago,
  Button,
  CommandBlock,
  Duration,
  IconButton,
  notice,
  ProgressBar,
  StateMark,
  Truncate,
  useDelayed,
} from "@/components";
import { t as translate, useT } from "@/i18n/i18n";
import { tasks, useTasks } from "@/model";
import { call } from "@/rpc";
import { CallError } from "@/rpc/error";
import { showOutput } from "./overlays";
import styles from "./TaskCenter.module.css";
import { endedSince, TASK_LOOKS, taskTitle } from "./taskText";

/** Tells of each task that ends. */
function tellEnded(before: readonly Task[], now: readonly Task[]): void {
  for (const task of endedSince(before, now)) {
    const title = taskTitle(task);
    const action = { label: translate("task-output"), run: () => showOutput(task.id) };
    if (task.state === "done") notice("done", translate("task-did", { title }));
    if (task.state === "failed") {
      const error = task.error ? CallError.of(task.error) : undefined;
      notice("failed", translate("task-did-not", { title }), { error, action });
    }
  }
}

/** The button in the status bar, and the list of tasks above it. */
export function TaskCenter() {
  const t = useT();
  const all = useTasks();
  const before = useRef(all);
  useEffect(() => {
    tellEnded(before.current, all);
    before.current = all;
  }, [all]);
  const running = all.filter((task) => task.state === "running");
  const [first] = running;
  const ended = all.filter((task) => task.state !== "running");
  const clear = () => {
    for (const task of ended) void call("task_clear", { id: task.id }).catch(() => undefined);
    for (const task of ended) tasks.apply({ kind: "gone", value: task.id });
  };
  return (
    <Popover.Root>
      <Popover.Trigger className={styles.button}>
        <ListChecks size={14} strokeWidth={1.6} aria-hidden />
        {first ? (
          <>
            <span className={styles.title}>
              {running.length === 1
                ? taskTitle(first)
                : t("tasks-running", { count: running.length })}
            </span>
            <span className={styles.progress}>
              <ProgressBar value={first.progress} label={taskTitle(first)} bare />
            </span>
          </>
        ) : (
          t("tasks")
        )}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          data-zoom
          className={styles.panel}
          side="top"
          align="end"
          sideOffset={8}
          collisionPadding={8}
          aria-label={t("tasks")}
        >
          <header className={styles.head}>
            <h2>{t("tasks")}</h2>
            {ended.length > 0 && (
              <Button look="quiet" onClick={clear}>
                {t("tasks-clear")}
              </Button>
            )}
          </header>
          <ul className={styles.list}>
            {all.map((task) => (
              <TaskLine key={task.id} task={task} />
            ))}
          </ul>
          {all.length === 0 && <p className={styles.none}>{t("tasks-none")}</p>}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function TaskLine({ task }: { task: Task }) {
  const t = useT();
  const running = task.state === "running";
  const cancellable = useDelayed(running, Math.max(0, 3000 - (Date.now() - task.started_ms)));
  const cancel = () => void call("task_cancel", { id: task.id }).catch(() => undefined);
  const clear = () => {
    void call("task_clear", { id: task.id }).catch(() => undefined);
    tasks.apply({ kind: "gone", value: task.id });
  };
  return (
    <li className={styles.task}>
      <div className={styles.taskHead}>
        <StateMark compact look={TASK_LOOKS[task.state]} word={t(`task-state-${task.state}`)} />
        <Truncate className={styles.name} text={taskTitle(task)} />
        <span className={styles.when}>
          {task.ended_ms === null ? (
            <Ago ms={task.started_ms} />
          ) : (
            <Duration ms={task.ended_ms - task.started_ms} />
          )}
        </span>
        <IconButton
          small
          icon={ScrollText}
          label={t("task-output")}
          onClick={() => showOutput(task.id)}
        />
        {running ? (
          <IconButton
            small
            icon={CircleX}
            label={t("cancel")}
            disabled={!cancellable}
            onClick={cancel}
          />
        ) : (
          <IconButton small icon={X} label={t("task-clear")} onClick={clear} />
        )}
      </div>
      {running && <ProgressBar value={task.progress} label={taskTitle(task)} />}
      {running && task.line !== "" && <Truncate className={styles.line} text={task.line} />}
      {task.error && <p className={styles.error}>{task.error.message}</p>}
      {task.command !== "" && <CommandBlock command={task.command} />}
    </li>
  );
}
