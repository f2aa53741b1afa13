import { ClipboardPaste } from "lucide-react";
import { type ClipboardEvent, useState } from "react";
import { Button, Dialog, FormSection, TextArea, TextInput } from "@/components";
import { useT } from "@/i18n/i18n";
import { parseEnvFile } from "../spec/envfile";
import type { EnvSpec } from "../spec/spec";
import { useForm } from "./context";
import { ListRows } from "./fields";
import styles from "./form.module.css";

/** Puts variables after those that are there; a later one of the same name takes its place. */
function merge(before: readonly EnvSpec[], more: readonly EnvSpec[]): EnvSpec[] {
  const names = new Set(more.map(({ name }) => name));
  return [...before.filter(({ name }) => name !== "" && !names.has(name)), ...more];
}

/** Variables of the environment. */
export function Env() {
  const t = useT();
  const { spec, change } = useForm();
  const [pasting, setPasting] = useState<string | null>(null);
  const onPaste = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData("text");
    if (!/=.*\n|\n.*=/.test(text)) return;
    event.preventDefault();
    change({ env: merge(spec.env, parseEnvFile(text)) });
  };
  return (
    <FormSection title={t("run-s-env")}>
      <ListRows<EnvSpec>
        field="env"
        items={spec.env}
        onChange={(env) => change({ env })}
        fresh={() => ({ name: "", value: "" })}
        addLabel={t("run-add-env")}
        removeLabel={t("run-remove-entry")}
        tools={
          <Button look="quiet" icon={ClipboardPaste} onClick={() => setPasting("")}>
            {t("run-env-paste")}
          </Button>
        }
      >
        {(variable, put) => (
          <>
            <TextInput
              mono
              className={styles.grow}
              aria-label={t("run-env-name")}
              fallback="NAME"
              value={variable.name}
              onPaste={onPaste}
              onChange={(name) => put(splitPair(name, variable))}
            />
            <TextInput
              mono
              className={styles.grow2}
              aria-label={t("run-env-value")}
              fallback={variable.value === null ? t("run-env-shell") : ""}
              value={variable.value ?? ""}
              onChange={(value) => put({ value })}
            />
          </>
        )}
      </ListRows>
      {pasting !== null && (
        <Dialog
          open
          width="medium"
          title={t("run-env-paste")}
          note={t("run-env-paste-note")}
          onClose={() => setPasting(null)}
          onSubmit={() => {
            change({ env: merge(spec.env, parseEnvFile(pasting)) });
            setPasting(null);
          }}
          actions={
            <>
              <Button onClick={() => setPasting(null)}>{t("cancel")}</Button>
              <Button look="primary" type="submit">
                {t("run-env-take", { count: parseEnvFile(pasting).length })}
              </Button>
            </>
          }
        >
          <TextArea
            mono
            autoFocus
            rows={12}
            aria-label={t("run-env-paste")}
            fallback={"POSTGRES_PASSWORD=secret\n# comments are fine"}
            value={pasting}
            onChange={setPasting}
          />
        </Dialog>
      )}
    </FormSection>
  );
}

/** `NAME=value` written into the name is both. */
function splitPair(text: string, variable: EnvSpec): Partial<EnvSpec> {
  const at = text.indexOf("=");
  if (at < 0) return { name: text };
  return { name: text.slice(0, at), value: text.slice(at + 1) || (variable.value ?? "") };
}
