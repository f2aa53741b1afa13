import { ChevronRight, OctagonAlert } from "lucide-react";
import { useT } from "@/i18n/i18n";
import { CallError } from "@/rpc/error";
import { Button } from "./Button";
import { CopyButton } from "./CopyButton";
import { cx } from "./cx";
import styles from "./ErrorPanel.module.css";

export interface ErrorPanelProps {
  /** Whatever was thrown. */
  error: unknown;
  /** What was being done, as a sentence: "web could not be started." */
  what?: string;
  action?: { label: string; run: () => void };
  /** In the flow of a page instead of filling it. */
  inline?: boolean;
}

/** The whole of an error as text. */
export function errorText(error: CallError, what?: string): string {
  const details = detailText(error);
  return [what, error.message, error.hint, `(${error.code})`, details].filter(Boolean).join("\n");
}

function detailText(error: CallError): string {
  if (error.details === undefined) return "";
  return typeof error.details === "string" ? error.details : JSON.stringify(error.details, null, 2);
}

/** What failed, why, what to do; the details fold out and copy as one block. */
export function ErrorPanel({ error, what, action, inline = false }: ErrorPanelProps) {
  const t = useT();
  const known = CallError.from(error);
  const details = [`code: ${known.code}`, detailText(known)].filter(Boolean).join("\n");
  return (
    <div className={cx(styles.panel, inline && styles.inline)} role="alert">
      <OctagonAlert size={18} strokeWidth={1.75} className={styles.icon} aria-hidden />
      <div className={styles.body}>
        <p className={styles.what}>{what ?? known.message}</p>
        {what && <p className={styles.why}>{known.message}</p>}
        {known.hint && <p className={styles.hint}>{known.hint}</p>}
        <details className={styles.details}>
          <summary className={styles.summary}>
            <ChevronRight size={14} aria-hidden />
            {t("error-details")}
          </summary>
          <pre className={styles.text}>{details}</pre>
        </details>
        <div className={styles.actions}>
          {action && <Button onClick={action.run}>{action.label}</Button>}
          <CopyButton wide label={t("error-copy")} text={() => errorText(known, what)} />
        </div>
      </div>
    </div>
  );
}
