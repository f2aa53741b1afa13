import { ClipboardPaste, Play, RefreshCw, RotateCcw } from "lucide-react";
import { useMemo, useState } from "react";
import { useKeys } from "@/app/keymap";
import { go } from "@/app/nav";
import { Button, confirmList, ErrorPanel, notice, Page } from "@/components";
import { useT } from "@/i18n/i18n";
import { useTasks } from "@/model";
import { isCancelled } from "@/rpc";
import { differences } from "./changes";
import { conflicts } from "./conflicts";
import { realEngine } from "./engine";
import { FormContext } from "./form/context";
import { Env } from "./form/Env";
import { Folds } from "./form/Folds";
import { ImageSection } from "./form/ImageSection";
import { Mounts } from "./form/Mounts";
import { Networks } from "./form/Networks";
import { Ports } from "./form/Ports";
import { launch, nameBefore, type Phase, replace } from "./launch";
import { PasteDialog } from "./PasteDialog";
import { Preview } from "./Preview";
import { useContainers } from "./parts/containers";
import { TaskCard } from "./parts/TaskCard";
import styles from "./Run.module.css";
import { commandLine } from "./spec/command";
import type { Note } from "./spec/parse";
import { NEW, type RunSpec } from "./spec/spec";
import { type Problem, validate } from "./spec/validate";
import type { Begin } from "./useStart";

export interface RunFormProps {
  kind: "new" | "duplicate" | "edit";
  begin: Begin;
  /** Asks for a line to paste at once. */
  paste: boolean;
}

/** Problems that are told only after somebody tried to run it. */
const LATE = new Set([
  "image-missing",
  "port-missing",
  "mount-target-missing",
  "mount-source-missing",
  "health",
]);

// What was written stays when one looks at another view meanwhile.
let kept: RunSpec | undefined;

export function RunForm({ kind, begin, paste }: RunFormProps) {
  const t = useT();
  const [spec, setSpec] = useState(() => beginning(kind, begin));
  const [notes, setNotes] = useState<readonly Note[]>([]);
  const [pasting, setPasting] = useState(paste);
  const [tried, setTried] = useState(false);
  const [phase, setPhase] = useState<Phase | null>(null);
  const [pull, setPull] = useState<number | null>(null);
  const [error, setError] = useState<unknown>();
  const containers = useContainers();
  const task = useTasks().find(({ id }) => id === pull);
  const { old } = begin;
  const update = (next: RunSpec) => {
    if (kind === "new") kept = next;
    setSpec(next);
  };
  const problems = useMemo(
    () => [...validate(spec), ...conflicts(spec, containers, old?.Id)],
    [spec, containers, old?.Id],
  );
  const form = useMemo(() => {
    const change = (part: Partial<RunSpec>) => {
      setSpec((before) => {
        const next = { ...before, ...part };
        if (kind === "new") kept = next;
        return next;
      });
    };
    const problem = (field: string): Problem | undefined =>
      problems.find((it) => it.field === field && (tried || !LATE.has(it.id)));
    return { spec, change, problem };
  }, [spec, problems, tried, kind]);
  const hard = problems.filter(({ mild }) => !mild);
  const busy = phase !== null;
  const baseline = kind === "new" ? NEW : begin.spec;
  const changed = JSON.stringify(spec) !== JSON.stringify(baseline);

  const run = async () => {
    setTried(true);
    if (busy) return;
    if (hard.length > 0) {
      setError(undefined);
      requestAnimationFrame(() =>
        document.querySelector<HTMLElement>('main [aria-invalid="true"]')?.focus(),
      );
      return;
    }
    if (old && !(await askReplace(t, begin, spec))) return;
    setError(undefined);
    setPull(null);
    setPhase("create");
    const engine = realEngine(setPull);
    try {
      const id = old
        ? await replace({ old, oldSpec: begin.spec, spec }, engine, setPhase)
        : await launch(spec, engine, setPhase);
      if (kind === "new") kept = undefined;
      const name = spec.name || id.slice(0, 12);
      notice("done", t(old ? "run-replaced" : "run-started", { name }));
      go(`/containers/${id}`, { replace: old !== undefined });
    } catch (thrown) {
      if (!isCancelled(thrown)) setError(thrown);
      setPhase(null);
    }
  };
  const takePaste = ({ spec: pasted, notes: found }: { spec: RunSpec; notes: Note[] }) => {
    update({ ...pasted, detach: true, carried: spec.carried });
    setNotes(found);
    setPasting(false);
  };
  const reset = () => {
    update(baseline);
    setNotes([]);
    setTried(false);
    setError(undefined);
  };
  useKeys("nav-run", [
    { keys: "mod+Enter", label: "run-go", run: () => void run(), inText: true },
    { keys: "v", label: "run-paste", run: () => setPasting(true) },
  ]);
  const name = old?.Name.replace(/^\//, "") ?? "";
  return (
    <Page
      title={t(`run-title-${kind}`, { name })}
      tools={
        <>
          {changed && (
            <Button look="quiet" icon={RotateCcw} onClick={reset} disabled={busy}>
              {t("run-reset")}
            </Button>
          )}
          {kind === "new" && (
            <Button icon={ClipboardPaste} keys="v" onClick={() => setPasting(true)} disabled={busy}>
              {t("run-paste")}
            </Button>
          )}
          <Button
            look="primary"
            icon={old ? RefreshCw : Play}
            keys="mod+Enter"
            busy={busy}
            onClick={run}
          >
            {t(old ? "run-replace" : "run-go")}
          </Button>
        </>
      }
    >
      <div className={styles.layout}>
        <div className={styles.form}>
          <div className={styles.inner}>
            {(busy || error !== undefined || (tried && hard.length > 0)) && (
              <div className={styles.tasks} role="status">
                {busy && <p>{t(`run-phase-${phase}`, { image: spec.image })}</p>}
                {busy && task && (
                  <TaskCard task={task} title={t("run-pulling", { image: spec.image })} />
                )}
                {error !== undefined && (
                  <ErrorPanel
                    inline
                    error={error}
                    what={t(old ? "run-replace-failed" : "run-failed", { name })}
                  />
                )}
                {!busy && tried && hard.length > 0 && (
                  <p>{t("run-bad-some", { count: hard.length })}</p>
                )}
              </div>
            )}
            <FormContext value={form}>
              <ImageSection />
              <Ports />
              <Mounts />
              <Env />
              <Networks />
              <Folds />
            </FormContext>
          </div>
        </div>
        <Preview spec={spec} notes={notes} />
      </div>
      {pasting && <PasteDialog onTake={takePaste} onClose={() => setPasting(false)} />}
    </Page>
  );
}

function beginning(kind: RunFormProps["kind"], begin: Begin): RunSpec {
  if (kind !== "new" || begin.spec.image !== "") return begin.spec;
  return kept ?? begin.spec;
}

/** Says exactly what is replaced by what, and what stays. */
async function askReplace(
  t: ReturnType<typeof useT>,
  { old, spec: before }: Begin,
  spec: RunSpec,
): Promise<boolean> {
  if (!old) return true;
  const name = old.Name.replace(/^\//, "");
  const volumes = spec.mounts.filter(({ kind, source }) => kind === "volume" && source !== "");
  const lost = before.mounts.filter(
    (mount) => mount.kind === "volume" && !volumes.some(({ source }) => source === mount.source),
  );
  const kept = Object.keys(spec.carried.hostConfig).concat(Object.keys(spec.carried.config));
  const answer = await confirmList({
    title: t("run-replace-ask", { name }),
    note: t("run-replace-note", { name: nameBefore(name, old.Id) }),
    items: [
      { name: `${name} (${old.Id.slice(0, 12)})`, detail: t("run-replace-goes") },
      ...differences(before, spec).map(({ sign, text }) => ({
        name: `${sign} ${text}`,
        detail: t(sign === "+" ? "run-replace-plus" : "run-replace-minus"),
      })),
      ...volumes.map(({ source }) => ({ name: source, detail: t("run-replace-volume") })),
      ...lost.map(({ source }) => ({ name: source, detail: t("run-replace-unmounted") })),
      ...kept.map((key) => ({ name: key, detail: t("run-replace-carried") })),
    ],
    verb: t("run-replace"),
    command: `docker rename ${name} ${nameBefore(name, old.Id)} && ${commandLine(spec)}`,
  });
  return answer !== null;
}
