import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { FormEvent, ReactNode } from "react";
import { useT } from "@/i18n/i18n";
import { IconButton } from "./Button";
import { cx } from "./cx";
import styles from "./Dialog.module.css";
import { useFocusReturn } from "./focusReturn";

export interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** One sentence below the title. */
  note?: ReactNode;
  /** Buttons; the one that does it last. */
  actions?: ReactNode;
  width?: "small" | "medium" | "large";
  /** Makes the dialog a form: Enter in a field submits. */
  onSubmit?: () => void;
  children?: ReactNode;
}

/** Something to decide before anything else. The focus returns where it came from. */
export function Dialog(props: DialogProps) {
  const { open, onClose, title, note, actions, width = "small", onSubmit, children } = props;
  const t = useT();
  const focus = useFocusReturn();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit?.();
  };
  const content = (
    <>
      <header className={styles.head}>
        <Radix.Title className={styles.title}>{title}</Radix.Title>
        <Radix.Close asChild>
          <IconButton small icon={X} label={t("close")} keys="Escape" />
        </Radix.Close>
      </header>
      {note && <Radix.Description className={styles.note}>{note}</Radix.Description>}
      {children && <div className={styles.body}>{children}</div>}
      {actions && <footer className={styles.actions}>{actions}</footer>}
    </>
  );
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={styles.shade} />
        <Radix.Content
          data-zoom
          className={cx(styles.dialog, styles[width])}
          tabIndex={-1}
          {...focus}
          {...(note ? {} : { "aria-describedby": undefined })}
        >
          {onSubmit ? (
            <form className={styles.form} onSubmit={submit} noValidate>
              {content}
            </form>
          ) : (
            content
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
