import { ChevronRight } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Truncate } from "@/components";
import { useT } from "@/i18n/i18n";
import styles from "./form.module.css";

export interface FoldProps {
  title: string;
  /** What is set in it; empty shows that nothing is. */
  set: string;
  open?: boolean;
  children: ReactNode;
}

/** A section that is folded until it is needed; its head says what is set in it. */
export function Fold({ title, set, open = false, children }: FoldProps) {
  const t = useT();
  const [unfolded, setUnfolded] = useState(open);
  const [before, setBefore] = useState(open);
  // What a paste or a load has set is in sight at once; nothing folds while somebody writes in it.
  if (open !== before) {
    setBefore(open);
    if (open) setUnfolded(true);
  }
  return (
    <details
      className={styles.fold}
      open={unfolded}
      onToggle={(event) => setUnfolded(event.currentTarget.open)}
    >
      <summary className={styles.summary}>
        <ChevronRight size={15} className={styles.chevron} aria-hidden />
        <h2 className={styles.foldTitle}>{title}</h2>
        <span className={styles.foldNote}>
          <Truncate text={set === "" ? t("run-defaults") : set} mono={set !== ""} />
        </span>
      </summary>
      <div className={styles.foldBody}>{children}</div>
    </details>
  );
}
