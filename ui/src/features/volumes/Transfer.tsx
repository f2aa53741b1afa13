import { useState } from "react";
import type { TaskSpec } from "@/bindings/TaskSpec";
import { Button, CommandBlock, Dialog, Field, TextInput } from "@/components";
import { PathField } from "@/features/run/parts/HostPicker";
import { baseName, join } from "@/features/run/parts/paths";
import { startTask } from "@/features/run/parts/tasks";
import { useT } from "@/i18n/i18n";
import { model } from "@/model";
import { commands, copyName, nameProblem } from "./usage";

export type TransferKind = "clone" | "export" | "import";

export interface TransferProps {
  kind: TransferKind;
  /** The volume; empty for an import into a new one. */
  volume: string;
  onClose: () => void;
}

const ENDS = [".tar", ".tar.gz", ".tgz", ".tar.zst"];
const taken = (name: string) => model.volumes.get(name) !== undefined;

/** Asks for the other end of a clone, export or import, and begins it as a task. */
export function Transfer({ kind, volume, onClose }: TransferProps) {
  const t = useT();
  const [name, setName] = useState(kind === "clone" ? copyName(volume, taken) : volume);
  const [path, setPath] = useState("");
  const [fileName, setFileName] = useState(`${volume}.tar.gz`);
  const fixed = kind === "import" && volume !== "";
  const target = kind === "export" ? join(path || "~", fileName) : path;
  const problem = kind === "export" || fixed ? undefined : nameProblem(name, taken);
  const fileProblem = kind === "export" && !ENDS.some((end) => fileName.endsWith(end));
  const ready = !problem && !fileProblem && (kind === "clone" || path !== "");
  const start = async () => {
    if (!ready) return;
    const spec: Record<TransferKind, TaskSpec> = {
      clone: { kind: "clone_volume", from: volume, to: name },
      export: { kind: "export_volume", volume, path: target },
      import: { kind: "import_volume", volume: name, path },
    };
    onClose();
    await startTask(spec[kind], t(`volumes-${kind}-failed`, { name: volume || name }));
  };
  const pickArchive = (archive: string) => {
    setPath(archive);
    if (!fixed && name === "") setName(baseName(archive).replace(/\.(tar|tgz).*$/, ""));
  };
  const command = {
    clone: commands.clone(volume, name),
    export: commands.exportTo(volume, target),
    import: commands.importFrom(name, path || "archive.tar"),
  }[kind];
  return (
    <Dialog
      open
      onClose={onClose}
      title={
        volume === "" ? t("volumes-import-new-title") : t(`volumes-${kind}-title`, { name: volume })
      }
      note={t(`volumes-${kind}-note`)}
      onSubmit={start}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="primary" type="submit" disabled={!ready}>
            {t(`volumes-${kind}`)}
          </Button>
        </>
      }
    >
      {kind === "import" && (
        <Field label={t("volumes-archive")} hint={t("volumes-archive-hint")}>
          {(control) => (
            <PathField
              {...control}
              what="file"
              ends={ENDS}
              title={t("volumes-archive-choose")}
              value={path}
              onChange={pickArchive}
            />
          )}
        </Field>
      )}
      {kind !== "export" && !fixed && (
        <Field
          label={t("volumes-new-name")}
          error={problem && name !== "" ? t(`volumes-name-${problem.id}`, { name }) : null}
          fix={
            problem?.fix
              ? {
                  label: t("run-use", { value: problem.fix }),
                  run: () => setName(problem.fix ?? ""),
                }
              : undefined
          }
        >
          {(control) => <TextInput {...control} mono autoFocus value={name} onChange={setName} />}
        </Field>
      )}
      {kind === "export" && (
        <>
          <Field label={t("volumes-folder")}>
            {(control) => (
              <PathField
                {...control}
                what="folder"
                title={t("volumes-folder-choose")}
                value={path}
                onChange={setPath}
              />
            )}
          </Field>
          <Field
            label={t("volumes-file-name")}
            hint={t("volumes-file-hint")}
            error={fileProblem ? t("volumes-file-bad") : null}
            fix={
              fileProblem
                ? {
                    label: t("run-use", { value: `${fileName}.tar.gz` }),
                    run: () => setFileName(`${fileName}.tar.gz`),
                  }
                : undefined
            }
          >
            {(control) => <TextInput {...control} mono value={fileName} onChange={setFileName} />}
          </Field>
        </>
      )}
      <CommandBlock wrap command={command} />
    </Dialog>
  );
}
