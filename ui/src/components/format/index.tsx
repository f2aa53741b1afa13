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

/** How long something has been going on; its beginning when hovered. */
export function Since({ seconds }: { seconds: number | null | undefined }) {
  const now = useNow();
  if (!seconds) return <None />;
  const ms = Math.max(now - seconds * 1000, 0);
  // Seconds would only tick: the clock behind it is renewed every ten of them.
  const grain = ms < 60_000 ? 10_000 : 60_000;
  const text = duration(Math.floor(ms / grain) * grain);
  return (
    <Tooltip text={absolute(seconds * 1000)}>
      <span className={styles.number}>{ms < 10_000 ? "< 10 s" : text}</span>
    </Tooltip>
  );
}

/** Nothing is known or nothing applies. */
export function None() {
  return <span className={styles.none}>–</span>;
}
