import { useState } from "react";
import { go } from "@/app/nav";
import { Button, CommandBlock, Dialog, ErrorPanel, Field, TextArea, TextInput } from "@/components";
import { useT } from "@/i18n/i18n";
import { model } from "@/model";
import { docker } from "@/rpc";
import { commands, nameProblem } from "./usage";

const lines = (text: string) =>
  text
    .split("\n")
    .map((it) => it.trim())
    .filter(Boolean);
const pairs = (list: readonly string[]) =>
  Object.fromEntries(list.map((it) => [it.split("=")[0] ?? "", it.split("=").slice(1).join("=")]));

/** Makes a volume. */
export function NewVolume({ onClose }: { onClose: () => void }) {
  const t = useT();
  const [name, setName] = useState("");
  const [driver, setDriver] = useState("");
  const [options, setOptions] = useState("");
  const [labels, setLabels] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const taken = (it: string) => model.volumes.get(it) !== undefined;
  const problem = name === "" ? undefined : nameProblem(name, taken);
  const create = async () => {
    if (problem) return;
    setBusy(true);
    setError(undefined);
    try {
      const made = await docker.post<{ Name: string }>("/volumes/create", {
        ...(name === "" ? {} : { Name: name }),
        ...(driver === "" ? {} : { Driver: driver }),
        DriverOpts: pairs(lines(options)),
        Labels: pairs(lines(labels)),
      });
      go(`/volumes/${encodeURIComponent(made.Name)}`, { replace: true });
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("volumes-new-title")}
      note={t("volumes-new-note")}
      onSubmit={create}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="primary" type="submit" busy={busy} disabled={problem !== undefined}>
            {t("volumes-create")}
          </Button>
        </>
      }
    >
      {error !== undefined && <ErrorPanel inline error={error} what={t("volumes-create-failed")} />}
      <Field
        label={t("volumes-name")}
        error={problem && t(`volumes-name-${problem.id}`, { name })}
        fix={
          problem?.fix
            ? { label: t("run-use", { value: problem.fix }), run: () => setName(problem.fix ?? "") }
            : undefined
        }
      >
        {(control) => (
          <TextInput
            {...control}
            mono
            autoFocus
            value={name}
            onChange={setName}
            fallback={t("volumes-name-generated")}
          />
        )}
      </Field>
      <Field label={t("volumes-driver")}>
        {(control) => (
          <TextInput {...control} mono value={driver} onChange={setDriver} fallback="local" />
        )}
      </Field>
      <Field label={t("volumes-options")} hint={t("volumes-options-hint")}>
        {(control) => (
          <TextArea
            {...control}
            mono
            rows={2}
            value={options}
            onChange={setOptions}
            fallback="type=nfs"
          />
        )}
      </Field>
      <Field label={t("volumes-labels")}>
        {(control) => (
          <TextArea
            {...control}
            mono
            rows={2}
            value={labels}
            onChange={setLabels}
            fallback="keep=true"
          />
        )}
      </Field>
      <CommandBlock wrap command={commands.create(name, driver, lines(options), lines(labels))} />
    </Dialog>
  );
}
