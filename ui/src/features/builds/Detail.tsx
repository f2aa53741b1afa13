import { useQuery } from "@tanstack/react-query";
import { CircleStop, X } from "lucide-react";
import { useEffect, useReducer, useRef, useState } from "react";
import { go } from "@/app/nav";
import { noticeError } from "@/app/notices";
import type { Task } from "@/bindings/Task";
import {
  Button,
  CommandBlock,
  Duration,
  ErrorPanel,
  IconButton,
  Skeleton,
  StateMark,
  Truncate,
} from "@/components";
import { useT } from "@/i18n/i18n";
import { useTasks } from "@/model";
import { call, isCancelled, socket } from "@/rpc";
import styles from "./Builds.module.css";
import { lookOf } from "./columns";
import { Steps } from "./Steps";
import { cacheHits, type Step, stepsOfDetail, stepsOfTask } from "./steps";

/** One build: live while it runs, from the history after. */
export function Detail({ id }: { id: string }) {
  const t = useT();
  const history = useQuery({ queryKey: ["builds", id], queryFn: () => call("build", { id }) });
  const own = history.data?.record.task ?? (id.startsWith("task-") ? Number(id.slice(5)) : null);
  const task = useTasks().find((it) => it.id === own && it.spec.kind === "build");
  const live = useLive(task);
  if (live && task) {
    return (
      <Frame
        name={nameOf(task) ?? history.data?.record.name ?? id}
        state={task.state}
        took={(task.ended_ms ?? Date.now()) - task.started_ms}
        steps={live}
        task={task}
        error={task.error?.message ?? null}
      />
    );
  }
  if (history.isError) return <ErrorPanel error={history.error} what={t("builds-failed-one")} />;
  if (!history.data) return <Skeleton lines={8} />;
  const { record } = history.data;
  return (
    <Frame
      name={record.name}
      state={record.state}
      took={record.took_ms}
      steps={stepsOfDetail(history.data)}
      error={record.error}
    />
  );
}

function nameOf(task: Task): string | undefined {
  if (task.spec.kind !== "build") return undefined;
  return task.spec.tags[0] ?? task.spec.context;
}

interface FrameProps {
  name: string;
  state: string;
  took: number | null;
  steps: readonly Step[];
  task?: Task;
  error: string | null;
}

function Frame({ name, state, took, steps, task, error }: FrameProps) {
  const t = useT();
  const hits = cacheHits(steps);
  const cancel = async (id: number) => {
    try {
      await call("task_cancel", { id });
    } catch (thrown) {
      noticeError(t("builds-cancel-failed"), thrown);
    }
  };
  return (
    <div className={styles.detail}>
      <header className={styles.head}>
        <h2 className={styles.title}>
          <Truncate mono text={name} />
        </h2>
        {task?.state === "running" && (
          <Button icon={CircleStop} onClick={() => void cancel(task.id)}>
            {t("builds-cancel")}
          </Button>
        )}
        <IconButton icon={X} keys="Escape" label={t("close")} onClick={() => go("/builds")} />
      </header>
      <div className={styles.facts}>
        <StateMark look={lookOf(state)} word={t(`builds-state-${state}`)} />
        <span>
          {t("builds-took")} <Duration ms={took} />
        </span>
        <span>{t("builds-hits", { cached: hits.cached, of: hits.of })}</span>
      </div>
      {error && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
      {task?.command && <CommandBlock className={styles.command} command={task.command} />}
      <Steps steps={steps} running={state === "running"} />
    </div>
  );
}

/** Steps of a task with what they wrote; nothing for a build of somebody else. */
function useLive(task: Task | undefined): readonly Step[] | undefined {
  const output = useRef(new Map<string, string[]>());
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const [now, setNow] = useState(Date.now);
  const id = task?.id;
  const running = task?.state === "running";
  useEffect(() => {
    if (id === undefined) return;
    output.current = new Map();
    const leave = new AbortController();
    socket
      .stream(
        "task_output",
        { id },
        {
          signal: leave.signal,
          onEvent: ({ step, lines }) => {
            const key = step ?? "";
            const known = output.current.get(key) ?? [];
            known.push(...lines);
            output.current.set(key, known);
            redraw();
          },
        },
      )
      .catch((thrown) => {
        // The steps are shown all the same; what they wrote is an addition.
        if (!isCancelled(thrown)) redraw();
      });
    return () => leave.abort();
  }, [id]);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [running]);
  return task && stepsOfTask(task, output.current, now);
}
