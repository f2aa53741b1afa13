import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { go } from "@/app/nav";
import { Button, Dialog, ErrorPanel, Field, SegmentedControl, TextInput } from "@/components";
import { PathField } from "@/features/run/parts/HostPicker";
import { join } from "@/features/run/parts/paths";
import { useT } from "@/i18n/i18n";
import { call } from "@/rpc";
import styles from "./file/file.module.css";
import { address, nameOfFile, nameOfFolder } from "./projects";
import { TEMPLATES } from "./templates";

export interface NewProjectProps {
  /** What stands in the file, instead of a template. */
  text?: string;
  onClose: () => void;
}

/** Writes a compose file into a folder and opens the project. */
export function NewProject({ text, onClose }: NewProjectProps) {
  const t = useT();
  const queries = useQueryClient();
  const [folder, setFolder] = useState("");
  const [file, setFile] = useState("compose.yaml");
  const [template, setTemplate] = useState("web");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const contents = text ?? TEMPLATES.find(({ id }) => id === template)?.text ?? "";
  const badFile = !/\.ya?ml$/.test(file);
  const create = async () => {
    if (folder === "" || badFile) return;
    setBusy(true);
    setError(undefined);
    try {
      const path = join(folder, file);
      await call("compose_write", { path, text: contents, version: null });
      await queries.invalidateQueries({ queryKey: ["compose_projects"] });
      go(address(nameOfFile(path, contents), "file", path), { replace: true });
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      width="medium"
      onClose={onClose}
      title={t("compose-new-title")}
      note={t("compose-new-note")}
      onSubmit={create}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="primary" type="submit" busy={busy} disabled={folder === "" || badFile}>
            {t("compose-create")}
          </Button>
        </>
      }
    >
      {error !== undefined && <ErrorPanel inline error={error} what={t("compose-create-failed")} />}
      <Field
        label={t("compose-folder")}
        hint={
          folder === ""
            ? t("compose-folder-hint")
            : t("compose-named", { name: nameOfFolder(folder) })
        }
      >
        {(control) => (
          <PathField
            {...control}
            what="folder"
            title={t("compose-folder-choose")}
            fallback="/home/me/src/shop"
            value={folder}
            onChange={setFolder}
          />
        )}
      </Field>
      <Field
        label={t("compose-file")}
        error={badFile ? t("compose-file-bad") : null}
        fix={
          badFile
            ? { label: t("run-use", { value: "compose.yaml" }), run: () => setFile("compose.yaml") }
            : undefined
        }
      >
        {(control) => <TextInput {...control} mono value={file} onChange={setFile} />}
      </Field>
      {text === undefined && (
        <SegmentedControl
          label={t("compose-template")}
          value={template}
          onChange={setTemplate}
          options={TEMPLATES.map(({ id }) => ({ value: id, label: t(`compose-template-${id}`) }))}
        />
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a text that is scrolled and selected by keys */}
      <pre className={styles.out} tabIndex={0}>
        {contents}
      </pre>
    </Dialog>
  );
}
