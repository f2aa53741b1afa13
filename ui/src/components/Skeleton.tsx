import styles from "./Skeleton.module.css";
import { useDelayed } from "./useDelayed";

/** Grey lines where something will be; only if it takes longer than 300 ms. */
export function Skeleton({ lines = 6 }: { lines?: number }) {
  const late = useDelayed(true, 300);
  if (!late) return null;
  return (
    <div className={styles.lines} aria-hidden>
      {Array.from({ length: lines }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike
        <span key={at} className={styles.line} style={{ width: `${90 - ((at * 23) % 45)}%` }} />
      ))}
    </div>
  );
}
