import { Tooltip } from "../Tooltip";
import { useNow } from "./clock";
import { absolute, ago, bytes, duration, number, percent } from "./format";
import styles from "./format.module.css";

/** A size, such as `21.4 MiB`; the exact number when hovered. */
export function Bytes({ value }: { value: number | null | undefined }) {
  if (value === null || value === undefined) return <None />;
  return (
    <span className={styles.number} title={value >= 1024 ? `${number(value)} B` : undefined}>
      {bytes(value)}
    </span>
  );
}

export function Percent({ value }: { value: number | null | undefined }) {
  if (value === null || value === undefined) return <None />;
  return <span className={styles.number}>{percent(value)}</span>;
}

export function Duration({ ms }: { ms: number | null | undefined }) {
  if (ms === null || ms === undefined) return <None />;
  return <span className={styles.number}>{duration(ms)}</span>;
}

/** A moment as seen from now; the moment itself when hovered. Takes seconds or milliseconds. */
export function Ago({ ms, seconds }: { ms?: number | null; seconds?: number | null }) {
  const now = useNow();
  const then = ms ?? (seconds === null || seconds === undefined ? undefined : seconds * 1000);
  if (then === undefined || then === null || then <= 0) return <None />;
  return (
    <Tooltip text={absolute(then)}>
      <time className={styles.number} dateTime={new Date(then).toISOString()}>
        {ago(then, Math.max(now, Date.now() - 10_000))}
      </time>
    </Tooltip>
  );
}

/** Nothing is known or nothing applies. */
export function None() {
  return <span className={styles.none}>–</span>;
}
