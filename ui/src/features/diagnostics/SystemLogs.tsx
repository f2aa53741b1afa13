import { Pause, Play } from "lucide-react";
import { useEffect, useReducer, useRef, useState } from "react";
import type { LogSource } from "@/bindings/LogSource";
import { CopyButton, ErrorPanel, IconButton } from "@/components";
import { useT } from "@/i18n/i18n";
import { isCancelled, socket } from "@/rpc";
import styles from "./Diagnostics.module.css";
import { LineBuffer } from "./lines";

const SOURCES: readonly LogSource[] = [
  "daemon",
  "dockerd",
  "containerd",
  "agent",
  "kernel",
  "console",
  "qemu",
];

/** What Berth's own parts write, as it is written. */
export function SystemLogs() {
  const t = useT();
  const [source, setSource] = useState<LogSource>("daemon");
  const [follow, setFollow] = useState(true);
  const { lines, error } = useLines(source, follow);
  const end = useRef<HTMLDivElement>(null);
  const newest = lines.length;
  useEffect(() => {
    if (follow && newest > 0) end.current?.scrollIntoView({ block: "end" });
  }, [follow, newest]);
  return (
    <div className={styles.logs}>
      <div className={styles.tools}>
        <label className={styles.choose}>
          {t("diagnostics-source")}
          <select
            className={styles.select}
            value={source}
            onChange={(event) => setSource(event.target.value as LogSource)}
          >
            {SOURCES.map((it) => (
              <option key={it} value={it}>
                {t(`diagnostics-source-${it}`)}
              </option>
            ))}
          </select>
        </label>
        <IconButton
          icon={follow ? Pause : Play}
          label={t(follow ? "diagnostics-pause" : "diagnostics-follow")}
          pressed={!follow}
          onClick={() => setFollow(!follow)}
        />
        <CopyButton wide label={t("diagnostics-copy-log")} text={() => lines.join("\n")} />
        <code className={styles.command}>berth logs {source} --follow</code>
      </div>
      {error ? (
        <ErrorPanel inline error={error} what={t("diagnostics-log-failed")} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so keys must reach it
        <section className={styles.text} aria-label={t("diagnostics-logs")} tabIndex={0}>
          <pre className={styles.lines}>{lines.join("\n")}</pre>
          <div ref={end} />
        </section>
      )}
    </div>
  );
}

/** The newest lines of a log; with `follow`, those to come. */
function useLines(source: LogSource, follow: boolean) {
  const buffer = useRef(new LineBuffer(5000));
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    if (!follow) return;
    buffer.current = new LineBuffer(5000);
    setError(undefined);
    const leave = new AbortController();
    let drawn = 0;
    const draw = () => {
      drawn ||= requestAnimationFrame(() => {
        drawn = 0;
        redraw();
      });
    };
    const options = {
      signal: leave.signal,
      onEvent: ({ line }: { line: string }) => {
        buffer.current.push(line);
        draw();
      },
    };
    socket.stream("logs", { source, lines: 1000, follow: true }, options).catch((thrown) => {
      if (!isCancelled(thrown)) setError(thrown);
    });
    draw();
    return () => {
      cancelAnimationFrame(drawn);
      leave.abort();
    };
  }, [source, follow]);
  return { lines: buffer.current.lines, error };
}
