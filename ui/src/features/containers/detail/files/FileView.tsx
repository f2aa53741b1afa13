import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, Download } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useKeys } from "@/app/keymap";
import {
  Button,
  bytes,
  confirmList,
  ErrorPanel,
  IconButton,
  notice,
  noticeError,
  SegmentedControl,
  Skeleton,
} from "@/components";
import { visibleText } from "@/features/logs/text/visible";
import { t as say, useT } from "@/i18n/i18n";
import { docker } from "@/rpc";
import { type Content, type Place, read, stat, write } from "./access";
import { contentKind, decode, hexLines, imageType } from "./content";
import styles from "./Files.module.css";
import { modeText } from "./listing";
import { base, parent } from "./paths";
import { save } from "./work";

const CodeEditor = lazy(() => import("./CodeEditor"));

export interface FileViewProps {
  place: Place;
  path: string;
  onClose: () => void;
  onFolder: (path: string) => void;
}

/** Larger files are only downloaded. */
const MOST = 4 << 20;
const HEX = 16 << 10;

/** A file: its text to edit, its picture, or its bytes. */
export function FileView(props: FileViewProps) {
  const { place, path, onClose } = props;
  const t = useT();
  const { data, error, refetch } = useQuery({
    queryKey: ["container", place.container, "file", path],
    queryFn: () => read(docker, place.container, path, MOST),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (error) {
    return (
      <ErrorPanel
        error={error}
        what={t("detail-files-failed")}
        action={{ label: t("detail-files-close"), run: onClose }}
      />
    );
  }
  if (!data) return <Skeleton />;
  return <Opened {...props} content={data} onSaved={() => void refetch()} />;
}

interface OpenedProps extends FileViewProps {
  content: Content;
  onSaved: () => void;
}

function Opened({ place, path, content, onClose, onFolder, onSaved }: OpenedProps) {
  const t = useT();
  const { entry, bytes: raw } = content;
  const frame = useRef<HTMLDivElement>(null);
  const fits = entry.kind === "file" && entry.size <= MOST;
  const kind = fits ? contentKind(raw) : undefined;
  const [form, setForm] = useState<"text" | "hex">("text");
  const [text, setText] = useState<string>();
  const [saving, setSaving] = useState(false);
  const name = visibleText(base(path));
  const changed = text !== undefined;

  const store = async () => {
    if (text === undefined) return;
    setSaving(true);
    try {
      if (await mayWrite(place, path, entry.mtime)) {
        await write(docker, place.container, path, text, entry);
        setText(undefined);
        notice("done", t("detail-files-saved", { name }));
        onSaved();
      }
    } catch (thrown) {
      noticeError(t("detail-files-save-failed"), thrown);
    }
    setSaving(false);
  };
  const leave = async () => {
    if (changed) {
      const answer = await confirmList({
        title: t("detail-files-discard", { name }),
        note: t("detail-files-discard-note"),
        items: [{ name: visibleText(path) }],
        verb: t("detail-files-discard-do"),
      });
      if (!answer) return;
    }
    onClose();
  };
  useKeys(
    "keys-detail",
    [
      { keys: "mod+s", label: "detail-files-save", run: () => void store(), inText: true },
      { keys: "Escape", label: "detail-files-close", run: () => void leave(), inText: true },
    ],
    frame,
  );
  return (
    <div ref={frame} className={styles.files}>
      <div className={styles.bar}>
        <IconButton
          small
          icon={ArrowLeft}
          label={t("detail-files-close")}
          keys="Escape"
          onClick={() => void leave()}
        />
        <button type="button" className={styles.crumb} onClick={() => onFolder(parent(path))}>
          <bdi>{visibleText(parent(path))}</bdi>
        </button>
        <bdi className={styles.fileName}>{name}</bdi>
        <span className={styles.meta}>
          {bytes(entry.size)} · {modeText({ kind: "file", mode: entry.mode })} · {entry.uid}:
          {entry.gid}
        </span>
        {kind === "text" && (
          <SegmentedControl
            label={t("detail-inspect-form")}
            value={form}
            onChange={setForm}
            options={[
              { value: "text", label: t("detail-files-text") },
              { value: "hex", label: t("detail-files-hex") },
            ]}
          />
        )}
        <IconButton
          icon={Download}
          label={t("detail-files-download")}
          onClick={() => void save(place, path, { ...entry, kind: "file", name: base(path) })}
        />
        {kind === "text" && (
          <Button
            look="primary"
            keys="mod+s"
            busy={saving}
            disabled={!changed}
            onClick={() => void store()}
          >
            {t("detail-files-save")}
          </Button>
        )}
      </div>
      {!fits && (
        <p className={styles.note}>
          {entry.kind === "file"
            ? t("detail-files-large", { size: bytes(entry.size) })
            : t("detail-files-not-file")}
        </p>
      )}
      {kind === "image" && <Picture bytes={raw} name={name} />}
      {(kind === "binary" || (kind === "text" && form === "hex")) && <Hex bytes={raw} />}
      {kind === "text" && form === "text" && (
        <Suspense fallback={<Skeleton />}>
          <CodeEditor
            key={`${entry.mtime} ${raw.length}`}
            name={base(path)}
            text={text ?? decode(raw) ?? ""}
            onChange={(next) => setText(next === decode(raw) ? undefined : next)}
          />
        </Suspense>
      )}
    </div>
  );
}

/** Asks if the file was changed by others since it was opened. */
async function mayWrite(place: Place, path: string, mtime: number): Promise<boolean> {
  const now = await stat(docker, place.container, path).catch(() => undefined);
  if (!now || now.mtime === mtime) return true;
  const answer = await confirmList({
    title: say("detail-files-newer"),
    items: [{ name: visibleText(path) }],
    verb: say("detail-files-newer-do"),
  });
  return answer !== null;
}

function Picture({ bytes: raw, name }: { bytes: Uint8Array; name: string }) {
  const t = useT();
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([raw as BlobPart], { type: imageType(raw) }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [raw]);
  return (
    <div className={styles.picture}>
      {url && <img src={url} alt={t("detail-files-image", { name })} />}
    </div>
  );
}

function Hex({ bytes: raw }: { bytes: Uint8Array }) {
  const t = useT();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keys
    <div className={styles.hex} tabIndex={0} role="group" aria-label={t("detail-files-hex")}>
      {hexLines(raw, HEX).map((line) => (
        <div key={line.offset} className={styles.hexLine}>
          <span className={styles.offset}>{line.offset}</span>
          <span>{line.hex.padEnd(48)}</span>
          <span className={styles.offset}>{line.text}</span>
        </div>
      ))}
      {raw.length > HEX && (
        <p className={styles.note}>{t("detail-files-hex-part", { size: bytes(HEX) })}</p>
      )}
    </div>
  );
}
