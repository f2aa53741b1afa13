import {
  Copy,
  Download,
  Ellipsis,
  FilePlus,
  FolderOpen,
  FolderPlus,
  FolderUp,
  RefreshCw,
  Upload as UploadIcon,
} from "lucide-react";
import { type DragEvent, useMemo, useRef, useState } from "react";
import { useKeys } from "@/app/keymap";
import {
  bytes,
  cx,
  DataTable,
  EmptyState,
  FilterBox,
  filterWords,
  fits,
  IconButton,
  Menu,
  noticeError,
} from "@/components";
import { visibleText } from "@/features/logs/text/visible";
import { useT } from "@/i18n/i18n";
import { platform } from "@/platform";
import { docker } from "@/rpc";
import type { ChangeKind } from "../logic/changes";
import { type Listing, type Place, put, rename, resolve } from "./access";
import { fileColumns } from "./columns";
import { dropped, type Upload } from "./drop";
import styles from "./Files.module.css";
import type { FileItem } from "./listing";
import { NameDialog } from "./NameDialog";
import { PathBar } from "./PathBar";
import { base, join, parent } from "./paths";
import { Picker, Sending } from "./Upload";
import { useFileActions } from "./useFileActions";
import { save, upload } from "./work";

export interface FileListProps {
  place: Place;
  folder: string;
  listing: Listing;
  marks: ReadonlyMap<string, ChangeKind>;
  busy: boolean;
  /** Reads the folder again. */
  onRead: () => void;
  /** Goes to a folder, or to a file of it. */
  onShow: (folder: string, file?: string) => void;
}

type Asking = { kind: "folder" | "file" } | { kind: "rename"; item: FileItem };

const SORT = { column: "name", descending: false };
const keyOf = (it: FileItem) => it.name;

/** A folder of the container. */
export function FileList(props: FileListProps) {
  const { place, folder, listing, marks, busy, onRead, onShow } = props;
  const t = useT();
  const [filter, setFilter] = useState("");
  const [asking, ask] = useState<Asking>();
  const [over, setOver] = useState(false);
  const [sending, setSending] = useState<{ count: number; stop: () => void }>();
  const frame = useRef<HTMLDivElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const folders = useRef<HTMLInputElement>(null);
  const names = useMemo(() => new Set(listing.items.map(keyOf)), [listing]);
  const columns = useMemo(() => fileColumns(t, marks), [t, marks]);
  const matches = useMemo(() => {
    const words = filterWords(filter);
    return (it: FileItem) => fits(words, [it.name]);
  }, [filter]);

  const open = async (item: FileItem) => {
    const path = join(folder, item.name);
    if (item.kind === "folder") return onShow(path);
    if (item.kind !== "link") return onShow(folder, item.name);
    try {
      const found = await resolve(docker, place.container, path);
      if (found.kind === "folder") onShow(found.path);
      else onShow(parent(found.path), base(found.path));
    } catch (thrown) {
      noticeError(t("detail-files-failed"), thrown);
    }
  };
  const send = async (uploads: readonly Upload[]) => {
    if (uploads.length === 0) return;
    const stop = new AbortController();
    setSending({ count: uploads.filter((it) => it.file).length, stop: () => stop.abort() });
    if (await upload(place, folder, uploads, names, stop.signal)) onRead();
    setSending(undefined);
  };
  const actions = useFileActions(props, open, (item) => ask({ kind: "rename", item }));
  const named = async (name: string) => {
    if (!asking) return;
    ask(undefined);
    try {
      await give(place, folder, asking, name);
      onRead();
      if (asking.kind === "file") onShow(folder, name);
    } catch (thrown) {
      const what = asking.kind === "rename" ? "rename" : "folder";
      noticeError(t(`detail-files-${what}-failed`), thrown);
    }
  };
  const up = { keys: "Backspace", label: "detail-files-up", run: () => onShow(parent(folder)) };
  useKeys("keys-detail", [up], frame);
  const drag = (event: DragEvent) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    setOver(true);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void dropped(event.dataTransfer.items).then(send);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the same is reached by the buttons
    <div
      ref={frame}
      className={cx(styles.files, over && styles.over)}
      onDragOver={drag}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={drop}
    >
      <div className={styles.bar}>
        <PathBar path={folder} onPath={(path) => onShow(path)} />
        <FilterBox value={filter} onChange={setFilter} label={t("detail-files-filter")} />
        <IconButton icon={RefreshCw} label={t("detail-refresh")} disabled={busy} onClick={onRead} />
        <IconButton
          icon={UploadIcon}
          label={t("detail-files-upload")}
          onClick={() => files.current?.click()}
        />
        <Menu
          entries={[
            {
              id: "folder",
              icon: FolderPlus,
              label: t("detail-files-new-folder"),
              run: () => ask({ kind: "folder" }),
            },
            {
              id: "file",
              icon: FilePlus,
              label: t("detail-files-new-file"),
              run: () => ask({ kind: "file" }),
            },
            {
              id: "up",
              icon: FolderUp,
              label: t("detail-files-upload-folder"),
              run: () => folders.current?.click(),
            },
            "-",
            {
              id: "tar",
              icon: Download,
              label: t("detail-files-download-folder"),
              run: () => void save(place, folder, WHOLE),
            },
            {
              id: "path",
              icon: Copy,
              label: t("detail-files-copy-path"),
              run: () => void platform.copy(folder),
            },
          ]}
        >
          <IconButton icon={Ellipsis} label={t("detail-actions")} />
        </Menu>
        <Picker input={files} onChosen={send} />
        <Picker input={folders} folders onChosen={send} />
      </div>
      {sending && <Sending {...sending} />}
      {(listing.partAfter !== undefined || listing.guessed) && (
        <p className={styles.note}>
          {listing.guessed
            ? t("detail-files-root")
            : t("detail-files-part", { size: bytes(listing.partAfter ?? 0) })}
        </p>
      )}
      <DataTable
        name="detail.files"
        label={folder}
        rows={listing.items}
        rowKey={keyOf}
        rowLabel={(it) => visibleText(it.name)}
        columns={columns}
        defaultSort={SORT}
        filter={matches}
        actions={actions}
        onOpen={(it) => void open(it)}
        empty={
          <EmptyState
            icon={FolderOpen}
            text={t("detail-files-empty")}
            action={{ label: t("detail-files-upload"), run: () => files.current?.click() }}
          />
        }
        unmatched={<p className={styles.note}>{t("detail-files-none-fits")}</p>}
      />
      {over && <p className={styles.drop}>{t("detail-files-drop", { path: folder })}</p>}
      {asking && (
        <NameDialog
          title={t(
            asking.kind === "rename" ? "detail-files-rename" : `detail-files-new-${asking.kind}`,
          )}
          verb={t(asking.kind === "rename" ? "detail-files-rename" : "detail-files-make")}
          name={asking.kind === "rename" ? asking.item.name : ""}
          taken={names}
          onClose={() => ask(undefined)}
          onName={(name) => void named(name)}
        />
      )}
    </div>
  );
}

const WHOLE: FileItem = {
  name: "",
  kind: "folder",
  size: 0,
  mode: 0,
  uid: 0,
  gid: 0,
  mtime: 0,
  target: "",
};

async function give(place: Place, folder: string, asking: Asking, name: string): Promise<void> {
  if (asking.kind === "rename") {
    return rename(docker, place.container, join(folder, asking.item.name), join(folder, name));
  }
  const made = asking.kind === "folder";
  const mtime = Math.floor(Date.now() / 1000);
  const source = { name, folder: made, mode: made ? 0o755 : 0o644, uid: 0, gid: 0, mtime };
  await put(docker, place.container, folder, [source], { own: true });
}
