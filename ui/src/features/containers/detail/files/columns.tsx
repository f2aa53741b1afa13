import { CornerDownRight, File, FileCog, Folder, type LucideIcon, Plug } from "lucide-react";
import { Ago, Bytes, byText, type Column, cx, None, Truncate } from "@/components";
import { visibleText } from "@/features/logs/text/visible";
import type { Translate } from "@/i18n/i18n";
import type { ChangeKind } from "../logic/changes";
import styles from "./Files.module.css";
import { type FileItem, type FileKind, modeText } from "./listing";

const ICONS: Record<FileKind, LucideIcon> = {
  file: File,
  folder: Folder,
  link: CornerDownRight,
  socket: Plug,
  pipe: Plug,
  device: FileCog,
};
const LETTERS: Record<ChangeKind, string> = { added: "A", changed: "C", deleted: "D" };

const isFolder = (it: FileItem) => it.kind === "folder";

/** Folders first, then by name. */
export function byName(a: FileItem, b: FileItem): number {
  return Number(isFolder(b)) - Number(isFolder(a)) || byText(a.name, b.name);
}

export function fileColumns(
  t: Translate,
  marks: ReadonlyMap<string, ChangeKind>,
): Column<FileItem>[] {
  return [
    {
      id: "name",
      title: t("detail-files-name"),
      min: 180,
      grow: 4,
      fixed: true,
      compare: byName,
      cell: (it) => (
        <NameCell item={it} mark={marks.get(it.name)} word={(kind) => t(`detail-change-${kind}`)} />
      ),
    },
    {
      id: "size",
      title: t("detail-files-size"),
      min: 84,
      align: "end",
      priority: 9,
      descendFirst: true,
      compare: (a, b) => a.size - b.size,
      cell: (it) => (it.kind === "file" ? <Bytes value={it.size} /> : <None />),
    },
    {
      id: "time",
      title: t("detail-files-time"),
      min: 112,
      priority: 8,
      descendFirst: true,
      compare: (a, b) => a.mtime - b.mtime,
      cell: (it) => (it.mtime > 0 ? <Ago seconds={it.mtime} /> : <None />),
    },
    {
      id: "mode",
      title: t("detail-files-mode"),
      min: 96,
      priority: 6,
      compare: (a, b) => a.mode - b.mode,
      cell: (it) => <span className="mono">{modeText(it)}</span>,
    },
    {
      id: "owner",
      title: t("detail-files-owner"),
      min: 80,
      priority: 4,
      compare: (a, b) => a.uid - b.uid || a.gid - b.gid,
      cell: (it) => <span className="mono">{`${it.uid}:${it.gid}`}</span>,
    },
  ];
}

interface NameProps {
  item: FileItem;
  mark: ChangeKind | undefined;
  word: (kind: ChangeKind) => string;
}

function NameCell({ item, mark, word }: NameProps) {
  const Icon = ICONS[item.kind];
  const name = visibleText(item.name);
  return (
    <span className={styles.nameCell}>
      <Icon
        size={15}
        strokeWidth={1.5}
        className={cx(isFolder(item) && styles.folder)}
        aria-hidden
      />
      <Truncate text={name} className={styles.name} />
      {item.target !== "" && <span className={styles.target}>→ {visibleText(item.target)}</span>}
      {mark && <MarkOf kind={mark} word={word(mark)} />}
    </span>
  );
}

function MarkOf({ kind, word }: { kind: ChangeKind; word: string }) {
  return (
    <span className={cx(styles.mark, styles[kind])} title={word}>
      <span aria-hidden>{LETTERS[kind]}</span>
      <span className="visually-hidden">{word}</span>
    </span>
  );
}
