import { useVirtualizer } from "@tanstack/react-virtual";
import { CircleX } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button, CopyButton, ErrorPanel, ProgressBar, Sheet, StateMark } from "@/components";
import { useT } from "@/i18n/i18n";
import { useTasks } from "@/model";
import { call, socket } from "@/rpc";
import { CallError, isCancelled } from "@/rpc/error";
import styles from "./TaskOutput.module.css";
import { plain, TASK_LOOKS, taskTitle } from "./taskText";

const KEPT_LINES = 20_000;
const LINE = 18;

/** What a task wrote and writes; follows until one scrolls. */
export function TaskOutput({ id, onClose }: { id: number; onClose: () => void }) {
  const t = useT();
  const task = useTasks().find((it) => it.id === id);
  const title = task ? taskTitle(task) : t("task-output");
  return (
    <Sheet open onClose={onClose} title={title}>
      <header className={styles.head}>
        {task && (
          <StateMark compact look={TASK_LOOKS[task.state]} word={t(`task-state-${task.state}`)} />
        )}
        <h2 className={styles.title}>{title}</h2>
        {task?.state === "running" && (
          <Button icon={CircleX} onClick={() => void call("task_cancel", { id })}>
            {t("cancel")}
          </Button>
        )}
        <Button onClick={onClose}>{t("close")}</Button>
      </header>
      {task?.state === "running" && (
        <div className={styles.progress}>
          <ProgressBar value={task.progress} label={title} />
        </div>
      )}
      {task?.error && (
        <div className={styles.error}>
          <ErrorPanel inline error={CallError.of(task.error)} />
        </div>
      )}
      <OutputLines id={id} />
    </Sheet>
  );
}

/** The lines alone, for views that show them in their own frame. */
export function OutputLines({ id }: { id: number }) {
  const t = useT();
  const [lines, setLines] = useState<readonly string[]>([]);
  const [error, setError] = useState<CallError | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  useEffect(() => {
    const abort = new AbortController();
    let fresh: string[] = [];
    let frame = 0;
    const flush = () => {
      frame = 0;
      const more = fresh;
      fresh = [];
      setLines((before) => [...before, ...more].slice(-KEPT_LINES));
    };
    setLines([]);
    setError(null);
    const onEvent = (event: { lines: readonly string[] }) => {
      fresh.push(...event.lines.map(plain));
      frame ||= requestAnimationFrame(flush);
    };
    socket
      .stream("task_output", { id }, { onEvent, signal: abort.signal })
      .catch((thrown: unknown) => !isCancelled(thrown) && setError(CallError.from(thrown)));
    return () => {
      cancelAnimationFrame(frame);
      abort.abort();
    };
  }, [id]);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE,
    overscan: 20,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new line may move the end
  useEffect(() => {
    if (follows.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  if (error) return <ErrorPanel error={error} />;
  return (
    <div className={styles.frame}>
      <div
        ref={box}
        className={styles.lines}
        role="log"
        aria-label={t("task-output")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keys
        tabIndex={0}
        onScroll={(event) => {
          const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
          follows.current = scrollHeight - scrollTop - clientHeight < LINE * 2;
        }}
      >
        <div className={styles.inner} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => (
            <div
              key={item.key}
              className={styles.line}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {lines[item.index]}
            </div>
          ))}
        </div>
      </div>
      <span className={styles.copy}>
        <CopyButton text={() => lines.join("\n")} label={t("task-output-copy")} />
      </span>
    </div>
  );
}
