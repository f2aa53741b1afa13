import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "./cx";
import { useFocusReturn } from "./focusReturn";
import styles from "./Sheet.module.css";

export interface SheetProps {
  open: boolean;
  onClose: () => void;
  /** For screen readers. */
  title: string;
  /** Covers all. */
  whole?: boolean;
  children: ReactNode;
}

/** A pane that slides over the content from the right. */
export function Sheet({ open, onClose, title, whole = false, children }: SheetProps) {
  const focus = useFocusReturn();
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        {!whole && <Radix.Overlay className={styles.shade} />}
        <Radix.Content
          data-zoom
          className={cx(styles.sheet, whole && styles.whole)}
          tabIndex={-1}
          aria-describedby={undefined}
          {...focus}
        >
          <Radix.Title className="visually-hidden">{title}</Radix.Title>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
