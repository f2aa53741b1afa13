import type { LucideIcon } from "lucide-react";
import { Button } from "./Button";
import { CommandBlock } from "./CommandBlock";
import styles from "./EmptyState.module.css";

export interface EmptyStateProps {
  icon: LucideIcon;
  /** One sentence. */
  text: string;
  /** One command that does it in a terminal. */
  command?: string;
  action?: { label: string; run: () => void; icon?: LucideIcon; keys?: string };
}

/** Nothing is here: why, and how something gets here. */
export function EmptyState({ icon: Icon, text, command, action }: EmptyStateProps) {
  return (
    <div className={styles.empty}>
      <span className={styles.icon}>
        <Icon size={22} strokeWidth={1.5} aria-hidden />
      </span>
      <p className={styles.text}>{text}</p>
      {command && <CommandBlock command={command} />}
      {action && (
        <Button look="primary" icon={action.icon} keys={action.keys} onClick={action.run}>
          {action.label}
        </Button>
      )}
    </div>
  );
}
