import { memo } from "react";
import { cx } from "./cx";
import styles from "./Sparkline.module.css";

export interface SparklineProps {
  /** Newest last; `null` where nothing was measured. */
  values: readonly (number | null)[];
  /** How many fit; fewer stand at the right. */
  length?: number;
  /** What the whole height means; at least the largest value. */
  max?: number;
  width?: number;
  height?: number;
  /** For screen readers; hidden from them without. */
  label?: string;
  className?: string;
}

/** The two paths of a line: its edge and the area below. Gaps stay gaps. */
export function sparkPaths(
  values: readonly (number | null)[],
  length: number,
  max: number,
  width: number,
  height: number,
): { edge: string; area: string } {
  const step = width / Math.max(length - 1, 1);
  const top = 1;
  const scale = (height - top) / Math.max(max, Number.EPSILON);
  let edge = "";
  let area = "";
  let begin: number | undefined;
  let last = 0;
  const close = () => {
    if (begin !== undefined) area += `L${round(last)} ${height}L${round(begin)} ${height}Z`;
    begin = undefined;
  };
  const from = Math.max(0, values.length - length);
  for (let at = from; at < values.length; at++) {
    const value = values[at];
    if (value === null || value === undefined) {
      close();
      continue;
    }
    const x = width - (values.length - 1 - at) * step;
    const point = `${begin === undefined ? "M" : "L"}${round(x)} ${round(height - value * scale)}`;
    edge += point;
    area += point;
    begin ??= x;
    last = x;
  }
  close();
  return { edge, area };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** A small line of what was lately. Cheap: two paths, drawn again only for other values. */
export const Sparkline = memo(function Sparkline({
  values,
  length = 40,
  max = 0,
  width = 64,
  height = 18,
  label,
  className,
}: SparklineProps) {
  const largest = values.reduce<number>((most, value) => Math.max(most, value ?? 0), max);
  const { edge, area } = sparkPaths(values, length, largest, width, height);
  return (
    <svg
      className={cx(styles.spark, className)}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
    >
      <path className={styles.area} d={area} />
      <path className={styles.edge} d={edge} />
    </svg>
  );
});
