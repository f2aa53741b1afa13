import type { ReactNode } from "react";
import { cx } from "./cx";
import styles from "./Page.module.css";

export interface PageProps {
  title: string;
  /** Beside the title: a count or a word. */
  note?: ReactNode;
  /** Right of the title: filter, choices, the primary action last. */
  tools?: ReactNode;
  /** Lets the content scroll with a margin (forms, reports); lists scroll by themselves. */
  padded?: boolean;
  children: ReactNode;
}

/** The frame of a view: a title line and the content below. */
export function Page({ title, note, tools, padded = false, children }: PageProps) {
  return (
    <section className={styles.page} aria-label={title}>
      <header className={styles.head}>
        <h1 className={styles.title}>{title}</h1>
        {note && <span className={styles.note}>{note}</span>}
        <div className={styles.tools}>{tools}</div>
      </header>
      {/* What scrolls by itself must be reached by keys. */}
      <div
        className={cx(styles.body, padded && styles.padded)}
        tabIndex={padded ? 0 : undefined}
        role={padded ? "group" : undefined}
        aria-label={padded ? title : undefined}
      >
        {children}
      </div>
    </section>
  );
}
