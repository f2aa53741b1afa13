import { X } from "lucide-react";
import type { StepState } from "@/bindings/StepState";
import type { Task } from "@/bindings/Task";
import type { TaskStep } from "@/bindings/TaskStep";
import {
  bytes,
  Duration,
  ErrorPanel,
  IconButton,
  noticeError,
  ProgressBar,
  type StateLook,
  StateMark,
  Truncate,
} from "@/components";
import { useT } from "@/i18n/i18n";
import { call } from "@/rpc";
import { CallError } from "@/rpc/error";
import styles from "./parts.module.css";

const LOOKS: Record<StepState, StateLook> = {
  waiting: "created",
  running: "busy",
  done: "running",
  cached: "running",
  failed: "failed",
};
const TASK_LOOKS: Record<Task["state"], StateLook> = {
  running: "busy",
  done: "running",
  failed: "failed",
  cancelled: "stopped",
};

/** A task where it was begun: what it does, its steps, cancel, why it failed. */
export function TaskCard({ task, title }: { task: Task; title: string }) {
  const t = useT();
  const running = task.state === "running";
  const end = async () => {
    try {
      await call(running ? "task_cancel" : "task_clear", { id: task.id });
    } catch (thrown) {
      noticeError(t("run-task-cancel-failed"), thrown);
    }
  };
  return (
    <section className={styles.task} aria-label={title}>
      <div className={styles.taskHead}>
        <StateMark look={TASK_LOOKS[task.state]} word={t(`run-task-${task.state}`)} />
        <strong>{title}</strong>
        <span className={styles.taskLine}>
          <Truncate text={task.line} className={styles.faint} />
        </span>
        <IconButton small icon={X} label={t(running ? "cancel" : "close")} onClick={end} />
      </div>
      {running && <ProgressBar value={task.progress} label={title} />}
      {task.steps.length > 0 && (
        <div className={styles.steps}>
          {task.steps.map((step) => (
            <Step key={step.id} step={step} />
          ))}
        </div>
      )}
      {task.error && <ErrorPanel inline error={CallError.of(task.error)} />}
    </section>
  );
}

function Step({ step }: { step: TaskStep }) {
  const t = useT();
  const known = step.current !== null && step.total !== null && step.total > 0;
  const took = step.started_ms !== null && step.ended_ms !== null;
  return (
    <div className={styles.step}>
      <StateMark look={LOOKS[step.state]} word={t(`run-step-${step.state}`)} />
      <Truncate text={step.label} mono />
      <Truncate text={step.line} className={styles.faint} />
      {step.state === "running" && known ? (
        <span className={styles.faint}>
          {bytes(step.current ?? 0)} / {bytes(step.total ?? 0)}
        </span>
      ) : took ? (
        <Duration ms={(step.ended_ms ?? 0) - (step.started_ms ?? 0)} />
      ) : (
        <span />
      )}
    </div>
  );
}
