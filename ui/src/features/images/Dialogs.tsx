import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Image } from "@/bindings/Image";
import { Button, CommandBlock, Dialog, ErrorPanel, Field, TextInput } from "@/components";
import { useT } from "@/i18n/i18n";
import { call, docker } from "@/rpc";
import { type Asked, pull } from "./actions";
import { parseReference, referenceProblem } from "./reference";
import { nameOf } from "./usage";

/** The dialog that is open, if one is. */
export function Dialogs({ asked, onClose }: { asked: Asked | null; onClose: () => void }) {
  switch (asked?.kind) {
    case "pull":
      return <Pull onClose={onClose} />;
    case "tag":
      return <TagIt image={asked.image} onClose={onClose} />;
    case "push":
      return <Push image={asked.image} onClose={onClose} />;
    case "save":
      return <SaveIt images={asked.images} onClose={onClose} />;
    default:
      return null;
  }
}

interface AskProps {
  title: string;
  verb: string;
  command: string;
  ready: boolean;
  failed: string;
  run: () => Promise<unknown>;
  onClose: () => void;
  children: ReactNode;
}

/** A form in a dialog that stays open with the reason when it fails. */
function Ask({ title, verb, command, ready, failed, run, onClose, children }: AskProps) {
  const t = useT();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async () => {
    if (!ready || busy) return;
    setBusy(true);
    setError(undefined);
    try {
      await run();
      onClose();
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      title={title}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="primary" type="submit" busy={busy} disabled={!ready}>
            {verb}
          </Button>
        </>
      }
    >
      {children}
      {error !== undefined && <ErrorPanel inline error={error} what={failed} />}
      <CommandBlock command={command} wrap />
    </Dialog>
  );
}

function useName(first: string) {
  const t = useT();
  const [name, setName] = useState(first);
  const problem = referenceProblem(name);
  const error = problem !== undefined && name !== "" && name !== first ? t(problem) : null;
  return { name, setName, error, valid: problem === undefined };
}

function Pull({ onClose }: { onClose: () => void }) {
  const t = useT();
  const { name, setName, error, valid } = useName("");
  const [arch, setArch] = useState("");
  const option = arch === "" ? "" : `--platform ${arch} `;
  return (
    <Ask
      title={t("images-pull-title")}
      verb={t("images-pull")}
      command={`docker pull ${option}${name || "nginx:1"}`}
      ready={valid}
      failed={t("images-pull-failed", { name })}
      run={() => pull(name.trim(), arch.trim() || null)}
      onClose={onClose}
    >
      <Field
        label={t("images-name")}
        hint={t("images-name-hint")}
        error={error}
        fix={
          name.toLowerCase() !== name && referenceProblem(name.toLowerCase()) === undefined
            ? { label: t("images-name-lower"), run: () => setName(name.toLowerCase()) }
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
            fallback="nginx:1"
          />
        )}
      </Field>
      <Field label={t("images-platform")} optional>
        {(control) => (
          <TextInput {...control} mono value={arch} onChange={setArch} fallback="linux/amd64" />
        )}
      </Field>
    </Ask>
  );
}

function TagIt({ image, onClose }: { image: Image; onClose: () => void }) {
  const t = useT();
  const source = image.tags[0] ?? image.id;
  const { name, setName, error, valid } = useName(image.tags[0] ?? "");
  const { repository, tag = "latest" } = parseReference(name);
  return (
    <Ask
      title={t("images-tag-title", { name: nameOf(image) })}
      verb={t("images-tag-add")}
      command={`docker tag ${source} ${name}`}
      ready={valid && !image.tags.includes(name)}
      failed={t("images-tag-failed")}
      run={() =>
        docker.post(`/images/${encodeURIComponent(image.id)}/tag`, undefined, {
          repo: repository,
          tag,
        })
      }
      onClose={onClose}
    >
      <Field label={t("images-new-name")} hint={t("images-tag-hint")} error={error}>
        {(control) => <TextInput {...control} mono autoFocus value={name} onChange={setName} />}
      </Field>
    </Ask>
  );
}

function Push({ image, onClose }: { image: Image; onClose: () => void }) {
  const t = useT();
  const { name, setName, error, valid } = useName(image.tags[0] ?? "");
  const there = image.tags.includes(name);
  return (
    <Ask
      title={t("images-push-title")}
      verb={t("images-push")}
      command={`docker push ${name}`}
      ready={valid && there}
      failed={t("images-push-failed", { name })}
      run={() => call("task_start", { kind: "push", reference: name })}
      onClose={onClose}
    >
      <Field
        label={t("images-name")}
        hint={t("images-push-hint")}
        error={error ?? (there ? null : t("images-push-no-name"))}
      >
        {(control) => (
          <>
            <TextInput
              {...control}
              mono
              autoFocus
              list={`${control.id}-names`}
              value={name}
              onChange={setName}
            />
            <datalist id={`${control.id}-names`}>
              {image.tags.map((tag) => (
                <option key={tag} value={tag} />
              ))}
            </datalist>
          </>
        )}
      </Field>
    </Ask>
  );
}

function SaveIt({ images, onClose }: { images: readonly Image[]; onClose: () => void }) {
  const t = useT();
  const first = images[0];
  const base = first ? nameOf(first).replace(/[^A-Za-z0-9._-]+/g, "_") : "images";
  const home = useQuery({
    queryKey: ["host", "home"],
    queryFn: () => call("host_folder", { path: "" }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [chosen, setPath] = useState<string>();
  const path = chosen ?? (home.data ? `${home.data.path}/${base}.tar` : "");
  const names = images.map((it) => it.tags[0] ?? it.id);
  return (
    <Ask
      title={t("images-save-title", { count: images.length })}
      verb={t("images-save-now")}
      command={`docker save -o ${path} ${names.join(" ")}`}
      ready={path.trim() !== ""}
      failed={t("images-save-failed")}
      run={() => call("task_start", { kind: "save_images", images: names, path: path.trim() })}
      onClose={onClose}
    >
      <Field label={t("images-save-path")} hint={t("images-save-hint")}>
        {(control) => <TextInput {...control} mono autoFocus value={path} onChange={setPath} />}
      </Field>
    </Ask>
  );
}
