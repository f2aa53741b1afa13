import { Undo2 } from "lucide-react";
import { type KeyboardEvent, useEffect, useState } from "react";
import type { ConfigEntry } from "@/bindings/ConfigEntry";
import {
  Badge,
  Button,
  CopyButton,
  Field,
  IconButton,
  Switch,
  TextArea,
  TextInput,
} from "@/components";
import { useT } from "@/i18n/i18n";
import { call } from "@/rpc";
import { CallError } from "@/rpc/error";
import { kindOf, setCommand } from "./config";
import styles from "./Settings.module.css";

/** One setting: what it is for, its value, and what a change costs before it is made. */
export function Entry({ entry, onChanged }: { entry: ConfigEntry; onChanged: () => void }) {
  const t = useT();
  const [draft, setDraft] = useState(entry.value);
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  useEffect(() => setDraft(entry.value), [entry.value]);
  const change = async (run: () => Promise<unknown>) => {
    setBusy(true);
    setError(undefined);
    try {
      await run();
      onChanged();
    } catch (thrown) {
      const { message, hint } = CallError.from(thrown);
      setError(hint ? `${message} ${hint}` : message);
    } finally {
      setBusy(false);
    }
  };
  const save = (value: string) => change(() => call("config_set", { key: entry.key, value }));
  const reset = () => change(() => call("config_unset", { key: entry.key }));
  const changed = draft !== entry.value;
  const keys = (event: KeyboardEvent) => {
    if (event.key === "Enter" && changed && kindOf(entry) === "text") void save(draft);
    if (event.key === "Escape" && changed) {
      event.stopPropagation();
      setDraft(entry.value);
    }
  };
  return (
    <Field label={entry.key} hint={entry.description} error={error}>
      {(control) => (
        <div className={styles.entry}>
          {kindOf(entry) === "switch" ? (
            <Switch
              {...control}
              checked={entry.value === "true"}
              disabled={busy}
              onChange={(on) => void save(String(on))}
            />
          ) : kindOf(entry) === "long" ? (
            <TextArea
              {...control}
              className={styles.value}
              mono
              value={draft}
              onChange={setDraft}
              onKeyDown={keys}
            />
          ) : (
            <TextInput
              {...control}
              className={styles.value}
              mono
              value={draft}
              onChange={setDraft}
              onKeyDown={keys}
              fallback={entry.default}
            />
          )}
          {changed && (
            <Button look="primary" keys="Enter" busy={busy} onClick={() => void save(draft)}>
              {t("settings-save")}
            </Button>
          )}
          {entry.cost !== "none" && <Badge>{t(`settings-cost-${entry.cost}`)}</Badge>}
          <CopyButton label={t("settings-copy")} text={() => setCommand(entry.key, draft)} />
          {entry.set && !changed && (
            <IconButton
              small
              icon={Undo2}
              label={t("settings-default", { value: entry.default || "–" })}
              onClick={() => void reset()}
            />
          )}
        </div>
      )}
    </Field>
  );
}
