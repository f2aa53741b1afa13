import { useState } from "react";
import { Button, Dialog, Field, TextArea } from "@/components";
import { useT } from "@/i18n/i18n";
import { type Parsed, parseRun } from "./spec/parse";

export interface PasteDialogProps {
  onTake: (parsed: Parsed) => void;
  onClose: () => void;
}

/** Takes a `docker run` line from anywhere. */
export function PasteDialog({ onTake, onClose }: PasteDialogProps) {
  const t = useT();
  const [text, setText] = useState("");
  const parsed = text.trim() === "" ? undefined : parseRun(text);
  return (
    <Dialog
      open
      width="medium"
      title={t("run-paste")}
      note={t("run-paste-note")}
      onClose={onClose}
      onSubmit={() => parsed && onTake(parsed)}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="primary" type="submit" disabled={!parsed}>
            {t("run-paste-take")}
          </Button>
        </>
      }
    >
      <Field
        label={t("run-paste-line")}
        error={text.trim() !== "" && !parsed ? t("run-paste-bad") : null}
        hint={
          parsed ? t("run-paste-good", { image: parsed.spec.image || "–" }) : t("run-paste-hint")
        }
      >
        {(control) => (
          <TextArea
            {...control}
            mono
            autoFocus
            rows={8}
            fallback={"docker run -d --name web \\\n  -p 8080:80 \\\n  nginx:1"}
            value={text}
            onChange={setText}
          />
        )}
      </Field>
    </Dialog>
  );
}
