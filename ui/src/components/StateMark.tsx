import { cx } from "./cx";
import styles from "./StateMark.module.css";

/** What colour and shape say together. */
export type StateLook = "running" | "busy" | "paused" | "failed" | "stopped" | "created";

const SHAPES: Record<StateLook, string> = {
  running: "M8 3.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0-9Z",
  busy: "M8 3.25a4.75 4.75 0 1 1-4.75 4.75",
  paused: "M5.2 3.5v9M10.8 3.5v9",
  failed: "M8 2.6 14 13H2Z",
  stopped: "M4.5 4.5h7v7h-7Z",
  created: "M8 3.75a4.25 4.25 0 1 1 0 8.5a4.25 4.25 0 1 1 0-8.5Z",
};

export interface StateMarkProps {
  look: StateLook;
  /** The state's name. */
  word: string;
  /** Draws the shape only; the word is for screen readers. */
  compact?: boolean;
  className?: string;
}

/** A state: shape, word and colour. */
export function StateMark({ look, word, compact = false, className }: StateMarkProps) {
  return (
    <span className={cx(styles.mark, styles[look], className)}>
      <svg width={14} height={14} viewBox="0 0 16 16" className={styles.shape} aria-hidden>
        <path d={SHAPES[look]} />
      </svg>
      <span className={compact ? "visually-hidden" : styles.word}>{word}</span>
    </span>
  );
}
