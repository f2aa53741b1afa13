import { CircleAlert } from "lucide-react";
import { type ReactNode, useId } from "react";
import { Button } from "./Button";
import { cx } from "./cx";
import styles from "./Field.module.css";

/** What a control needs to belong to its field. */
export interface ControlProps {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": boolean | undefined;
}

export interface FieldProps {
  label: string;
  /** One sentence below. */
  hint?: ReactNode;
  /** What is wrong, naming the fix. */
  error?: string | null;
  /** Does the fix. */
  fix?: { label: string; run: () => void };
  optional?: boolean;
  /** Beside the control instead of above it. */
  inline?: boolean;
  children: (control: ControlProps) => ReactNode;
}

/** A control with its name, help and what is wrong with it. */
export function Field({ label, hint, error, fix, inline = false, children }: FieldProps) {
  const id = useId();
  const helpId = error || hint ? `${id}-help` : undefined;
  return (
    <div className={cx(styles.field, inline && styles.inline)}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      <div className={styles.control}>
        {children({ id, "aria-describedby": helpId, "aria-invalid": error ? true : undefined })}
        {error ? (
          <p id={helpId} className={styles.error}>
            <CircleAlert size={13} aria-hidden />
            <span>{error}</span>
            {fix && (
              <Button look="quiet" className={styles.fix} onClick={fix.run}>
                {fix.label}
              </Button>
            )}
          </p>
        ) : (
          hint && (
            <p id={helpId} className={styles.hint}>
              {hint}
            </p>
          )
        )}
      </div>
    </div>
  );
}

export interface FormSectionProps {
  title: string;
  note?: ReactNode;
  tools?: ReactNode;
  children: ReactNode;
}

/** Fields that belong together, under a head. */
export function FormSection({ title, note, tools, children }: FormSectionProps) {
  return (
    <section className={styles.section}>
      <header className={styles.sectionHead}>
        <h2 className={styles.sectionTitle}>{title}</h2>
        {tools}
      </header>
      {note && <p className={styles.hint}>{note}</p>}
      {children}
    </section>
  );
}
