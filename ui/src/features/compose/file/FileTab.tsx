import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleAlert, RotateCcw, Save } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { useKeys } from "@/app/keymap";
import type { ComposeFile } from "@/bindings/ComposeFile";
import {
  Badge,
  Button,
  confirmList,
  ErrorPanel,
  notice,
  Select,
  Skeleton,
  Truncate,
} from "@/components";
import { baseName } from "@/features/run/parts/paths";
import { useT } from "@/i18n/i18n";
import { call } from "@/rpc";
import styles from "./file.module.css";

const CodeEditor = lazy(() => import("./CodeEditor"));

// What was written and not saved stays when one looks at something else meanwhile.
const drafts = new Map<string, string>();

export interface FileTabProps {
  files: readonly string[];
  /** Which of them is shown at first. */
  first?: string | undefined;
  /** After a save, such as to bring the project up. */
  onUp: (() => void) | undefined;
}

/** The project's files in an editor. */
export function FileTab({ files, first, onUp }: FileTabProps) {
  const t = useT();
  const [path, setPath] = useState(first ?? files[0] ?? "");
  const shown = files.includes(path) ? path : (files[0] ?? "");
  const query = useQuery({
    queryKey: ["compose_read", shown],
    queryFn: () => call("compose_read", { path: shown }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    enabled: shown !== "",
  });
  const choice =
    files.length > 1 ? (
      <Select
        aria-label={t("compose-file")}
        value={shown}
        options={files.map((value) => ({ value, label: baseName(value) }))}
        onChange={setPath}
      />
    ) : undefined;
  if (query.error) {
    return (
      <ErrorPanel
        error={query.error}
        what={t("compose-read-failed", { path: shown })}
        action={{ label: t("view-again"), run: () => void query.refetch() }}
      />
    );
  }
  if (!query.data) return <Skeleton lines={12} />;
  return <Loaded key={query.data.path} file={query.data} choice={choice} onUp={onUp} />;
}

interface LoadedProps {
  file: ComposeFile;
  choice: React.ReactNode;
  onUp: (() => void) | undefined;
}

function Loaded({ file, choice, onUp }: LoadedProps) {
  const t = useT();
  const queries = useQueryClient();
  const box = useRef<HTMLDivElement>(null);
  const [kept, setKept] = useState(file);
  const [text, setText] = useState(drafts.get(file.path) ?? file.text);
  // The editor's own text is only replaced by a load, never while it is written.
  const [given, setGiven] = useState(text);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [conflict, setConflict] = useState(false);
  const dirty = text !== kept.text;
  const write = (next: string) => {
    setText(next);
    if (next === kept.text) drafts.delete(file.path);
    else drafts.set(file.path, next);
  };
  const take = (fresh: ComposeFile) => {
    setConflict(false);
    drafts.delete(file.path);
    setKept(fresh);
    setText(fresh.text);
    setGiven(fresh.text);
    setError(undefined);
  };
  const save = async (version: string | null = kept.version): Promise<boolean> => {
    setBusy(true);
    setError(undefined);
    setConflict(false);
    try {
      const saved = await call("compose_write", { path: file.path, text, version });
      drafts.delete(file.path);
      setKept({ ...saved, text });
      void queries.invalidateQueries({ queryKey: ["compose_projects"] });
      if (!saved.problem) notice("done", t("compose-saved", { path: baseName(file.path) }));
      return true;
    } catch (thrown) {
      setError(thrown);
      // Whatever the daemon calls it: a file of another version was changed by somebody else.
      const now = await call("compose_read", { path: file.path }).catch(() => undefined);
      setConflict(now !== undefined && now.version !== version);
      return false;
    } finally {
      setBusy(false);
    }
  };
  const load = async () => {
    try {
      take(await call("compose_read", { path: file.path }));
    } catch (thrown) {
      setError(thrown);
    }
  };
  const overwrite = async () => {
    try {
      const now = await call("compose_read", { path: file.path });
      const answer = await confirmList({
        title: t("compose-overwrite-ask", { path: baseName(file.path) }),
        note: t("compose-overwrite-note"),
        items: [{ name: file.path }],
        verb: t("compose-overwrite"),
      });
      if (answer) await save(now.version);
    } catch (thrown) {
      setError(thrown);
    }
  };
  const revert = async () => {
    const answer = await confirmList({
      title: t("compose-revert-ask"),
      items: [{ name: file.path, detail: t("compose-revert-detail") }],
      verb: t("compose-revert"),
    });
    if (answer) take(kept);
  };
  useKeys(
    "compose-keys-file",
    [
      {
        keys: "mod+s",
        label: "compose-save",
        run: () => void (dirty && save()),
        inText: true,
      },
      {
        keys: "mod+Enter",
        label: "compose-save-up",
        run: () => void (async () => (!dirty || (await save())) && onUp?.())(),
        inText: true,
        when: () => onUp !== undefined,
      },
    ],
    box,
  );
  return (
    <div ref={box} className={styles.tab}>
      <div className={styles.bar}>
        <span className={styles.path}>{choice ?? <Truncate start mono text={file.path} />}</span>
        {dirty && <Badge look="paused">{t("compose-unsaved")}</Badge>}
        {dirty && (
          <Button look="quiet" icon={RotateCcw} onClick={revert}>
            {t("compose-revert")}
          </Button>
        )}
        <Button icon={Save} keys="mod+s" busy={busy} disabled={!dirty} onClick={() => save()}>
          {t("compose-save")}
        </Button>
      </div>
      {error !== undefined && (
        <div className={styles.said}>
          <ErrorPanel
            inline
            error={error}
            what={t("compose-save-failed")}
            action={conflict ? { label: t("compose-overwrite"), run: overwrite } : undefined}
          />
          {conflict && (
            <Button look="quiet" onClick={load}>
              {t("compose-load-again")}
            </Button>
          )}
        </div>
      )}
      {kept.problem && !dirty && (
        <div className={styles.said}>
          <p className={styles.problem} role="status">
            <CircleAlert size={13} aria-hidden />
            <span>{kept.problem}</span>
          </p>
        </div>
      )}
      <Suspense fallback={<Skeleton lines={12} />}>
        <CodeEditor text={given} label={file.path} onChange={write} />
      </Suspense>
    </div>
  );
}
