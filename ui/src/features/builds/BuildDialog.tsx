import { FolderOpen } from "lucide-react";
import { useState } from "react";
import { go } from "@/app/nav";
import {
  Button,
  Checkbox,
  CommandBlock,
  Dialog,
  ErrorPanel,
  Field,
  TextArea,
  TextInput,
} from "@/components";
import { referenceProblem } from "@/features/images/reference";
import { HostPicker } from "@/features/run/parts/HostPicker";
import { useT } from "@/i18n/i18n";
import { call } from "@/rpc";
import styles from "./Builds.module.css";
import { type BuildForm, badArgs, buildCommand, EMPTY, toSpec } from "./form";

/** Asks what to build; the command for the same is shown while it is written. */
export function BuildDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT();
  const [form, setForm] = useState<BuildForm>(EMPTY);
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const [picking, setPicking] = useState(false);
  const set =
    <K extends keyof BuildForm>(key: K) =>
    (value: BuildForm[K]) =>
      setForm((before) => ({ ...before, [key]: value }));
  const badTag = form.tag === "" ? undefined : referenceProblem(form.tag);
  const bad = badArgs(form.args);
  const ready = form.context.trim() !== "" && !badTag && bad.length === 0;
  const start = async () => {
    if (!ready || busy) return;
    setBusy(true);
    setError(undefined);
    try {
      const task = await call("task_start", { kind: "build", ...toSpec(form) });
      go(`/builds/task-${task.id}`, { replace: true });
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      width="medium"
      title={t("builds-new-title")}
      onSubmit={() => void start()}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="primary" type="submit" busy={busy} disabled={!ready}>
            {t("builds-new")}
          </Button>
        </>
      }
    >
      <Field label={t("builds-context")} hint={t("builds-context-hint")}>
        {(control) => (
          <span className={styles.browse}>
            <TextInput {...control} mono autoFocus value={form.context} onChange={set("context")} />
            <Button icon={FolderOpen} onClick={() => setPicking(true)}>
              {t("builds-browse")}
            </Button>
          </span>
        )}
      </Field>
      <Field label={t("builds-tag")} optional error={badTag ? t(badTag) : null}>
        {(control) => (
          <TextInput {...control} mono value={form.tag} onChange={set("tag")} fallback="app:dev" />
        )}
      </Field>
      <Field label={t("builds-dockerfile")} optional>
        {(control) => (
          <TextInput
            {...control}
            mono
            value={form.dockerfile}
            onChange={set("dockerfile")}
            fallback="Dockerfile"
          />
        )}
      </Field>
      <Field label={t("builds-target")} optional>
        {(control) => <TextInput {...control} mono value={form.target} onChange={set("target")} />}
      </Field>
      <Field label={t("builds-platform")} optional>
        {(control) => (
          <TextInput
            {...control}
            mono
            value={form.platform}
            onChange={set("platform")}
            fallback="linux/amd64"
          />
        )}
      </Field>
      <Field
        label={t("builds-args")}
        optional
        hint={t("builds-args-hint")}
        error={bad[0] ? t("builds-args-bad", { line: bad[0] }) : null}
      >
        {(control) => (
          <TextArea {...control} mono rows={2} value={form.args} onChange={set("args")} />
        )}
      </Field>
      <Checkbox checked={form.noCache} onChange={set("noCache")} label={t("builds-no-cache")} />
      <Checkbox checked={form.pull} onChange={set("pull")} label={t("builds-pull")} />
      {error !== undefined && <ErrorPanel inline error={error} what={t("builds-start-failed")} />}
      <CommandBlock command={buildCommand(form)} wrap />
      <HostPicker
        open={picking}
        title={t("builds-context")}
        what="folder"
        start={form.context}
        onPick={(path) => {
          set("context")(path);
          setPicking(false);
        }}
        onClose={() => setPicking(false)}
      />
    </Dialog>
  );
}
