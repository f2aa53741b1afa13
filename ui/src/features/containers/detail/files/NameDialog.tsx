import { useState } from "react";
import { Button, Dialog, Field, TextInput } from "@/components";
import { useT } from "@/i18n/i18n";
import { nameProblem } from "./paths";

export interface NameDialogProps {
  title: string;
  verb: string;
  name: string;
  taken: ReadonlySet<string>;
  onClose: () => void;
  onName: (name: string) => void;
}

/** Asks for the name of a file. */
export function NameDialog({ title, verb, name: before, taken, onClose, onName }: NameDialogProps) {
  const t = useT();
  const [name, setName] = useState(before);
  const problem = nameProblem(name);
  const clash = name !== before && taken.has(name);
  const error = clash
    ? t("detail-files-name-taken")
    : problem && problem !== "empty"
      ? t(`detail-files-name-${problem}`)
      : null;
  const ready = !problem && !clash && name !== before;
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      onSubmit={() => ready && onName(name)}
      actions={
        <Button type="submit" look="primary" disabled={!ready}>
          {verb}
        </Button>
      }
    >
      <Field label={t("detail-files-name")} error={error}>
        {(control) => <TextInput {...control} mono value={name} onChange={setName} autoFocus />}
      </Field>
    </Dialog>
  );
}
