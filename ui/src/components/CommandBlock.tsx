import styles from "./CommandBlock.module.css";
import { CopyButton } from "./CopyButton";
import { cx } from "./cx";

export interface CommandBlockProps {
  command: string;
  /** Folds long lines instead of scrolling. */
  wrap?: boolean;
  className?: string;
}

/** A command to copy. */
export function CommandBlock({ command, wrap = false, className }: CommandBlockProps) {
  return (
    <div className={cx(styles.block, className)}>
      <code className={cx(styles.text, wrap && styles.wrap)}>{command}</code>
      <CopyButton text={command} />
    </div>
  );
}
