import { useT } from "@/i18n/i18n";
import { cx } from "./cx";
import { percent } from "./format/format";
import styles from "./ProgressBar.module.css";
import type { StateLook } from "./StateMark";
import { useDelayed } from "./useDelayed";

export interface ProgressBarProps {
  /** From 0 to 1; unknown without. */
  value: number | null | undefined;
  /** What progresses. */
  label: string;
  look?: StateLook;
  /** Without the number beside it. */
  bare?: boolean;
}

/** How far something is; a number beside it after one second. */
export function ProgressBar({ value, label, look = "busy", bare = false }: ProgressBarProps) {
  const t = useT();
  const late = useDelayed(true, 1000);
  const known = value !== null && value !== undefined;
  const now = known ? Math.min(Math.max(value, 0), 1) : 0;
  return (
    <span className={styles.row}>
      <span
        className={cx(styles.bar, styles[look], !known && styles.unknown)}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={known ? Math.round(now * 100) : undefined}
        aria-valuetext={known ? undefined : t("progress-unknown")}
      >
        <span className={styles.done} style={known ? { transform: `scaleX(${now})` } : undefined} />
      </span>
      {!bare && late && known && (
        <span className={styles.number}>{percent(Math.floor(now * 100))}</span>
      )}
    </span>
  );
}
