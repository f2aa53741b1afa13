import type { ReactNode } from "react";
import styles from "./Badge.module.css";
import { cx } from "./cx";
import type { StateLook } from "./StateMark";

/** A small word beside something; a count, a kind, a state. */
export function Badge({ look, children }: { look?: StateLook; children: ReactNode }) {
  return <span className={cx(styles.badge, look && styles[look])}>{children}</span>;
}
