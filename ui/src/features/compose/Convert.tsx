import { useState } from "react";
import { Button, CopyButton, Dialog, Field, TextArea } from "@/components";
import { composeText } from "@/features/run/spec/compose";
import { parseRun } from "@/features/run/spec/parse";
import { useT } from "@/i18n/i18n";
import styles from "./file/file.module.css";

export interface ConvertProps {
  /** Makes a project of it. */
  onUse: (text: string) => void;
  onClose: () => void;
}

/** Turns a `docker run` line into a compose file. */
export function Convert({ onUse, onClose }: ConvertProps) {
  const t = useT();
  const [line, setLine] = useState("");
  const parsed = parseRun(line);
  const text = parsed ? composeText(parsed.spec) : "";
  return (
    <Dialog
      open
      width="large"
      onClose={onClose}
      title={t("compose-convert")}
      note={t("compose-convert-note")}
      onSubmit={() => text !== "" && onUse(text)}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          {text !== "" && <CopyButton wide text={text} />}
          <Button look="primary" type="submit" disabled={text === ""}>
            {t("compose-convert-use")}
          </Button>
        </>
      }
    >
      <div className={styles.split}>
        <Field
          label={t("run-paste-line")}
          error={line.trim() !== "" && !parsed ? t("run-paste-bad") : null}
        >
          {(control) => (
            <TextArea
              {...control}
              mono
              autoFocus
              rows={12}
              fallback={"docker run -d --name web \\\n  -p 8080:80 \\\n  nginx:1"}
              value={line}
              onChange={setLine}
            />
          )}
        </Field>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a text that is scrolled and selected by keys */}
        <pre className={styles.out} tabIndex={0} role="group" aria-label="compose.yaml">
          {text}
        </pre>
      </div>
      {parsed?.notes.map((note) => (
        <p key={note.kind + note.text} className={styles.notes}>
          {t(`run-note-${note.kind}`, { text: note.text })}
        </p>
      ))}
    </Dialog>
  );
}
