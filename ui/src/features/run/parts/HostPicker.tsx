import { useQuery } from "@tanstack/react-query";
import { ArrowUp, Eye, EyeOff, File, Folder, FolderOpen } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useKeys } from "@/app/keymap";
import type { HostEntry } from "@/bindings/HostEntry";
import { Button, Bytes, Dialog, ErrorPanel, IconButton, TextInput, Truncate } from "@/components";
import { useT } from "@/i18n/i18n";
import { platform } from "@/platform";
import { call } from "@/rpc";
import styles from "./parts.module.css";
import { dirName, join, shownEntries } from "./paths";

export interface HostPickerProps {
  open: boolean;
  title: string;
  /** A folder, a file that is there, or either. */
  what: "folder" | "file" | "any";
  /** Files that can be chosen, by the end of their name. */
  ends?: readonly string[];
  /** Where it begins; the home folder without. */
  start?: string;
  onPick: (path: string) => void;
  onClose: () => void;
}

/** Chooses a folder or a file of the host, by the daemon's eyes. */
export function HostPicker(props: HostPickerProps) {
  const { open, title, what, ends, onPick, onClose } = props;
  const t = useT();
  const [path, setPath] = useState(props.start ?? "");
  const [typed, setTyped] = useState<string | null>(null);
  const [hidden, setHidden] = useState(false);
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const query = useQuery({
    queryKey: ["host_folder", path],
    queryFn: () => call("host_folder", { path }),
    enabled: open,
    placeholderData: (before) => before,
  });
  const folder = query.data;
  const entries = shownEntries(folder?.entries ?? [], { hidden, what, ends });
  const current = entries[Math.min(at, entries.length - 1)];
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [at]);
  const enter = (to: string) => {
    setPath(to);
    setTyped(null);
    setAt(0);
  };
  const full = (entry: HostEntry) => join(folder?.path ?? "", entry.name);
  const take = (entry: HostEntry | undefined) => {
    if (!entry) return;
    if (entry.folder) enter(full(entry));
    else onPick(full(entry));
  };
  const up = () => folder?.parent && enter(folder.parent);
  const onKey = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) setAt(Math.max(0, Math.min(entries.length - 1, at + by)));
    else if (event.key === "Enter" || event.key === "ArrowRight") take(current);
    else if (event.key === "Backspace" || event.key === "ArrowLeft") up();
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
      const letter = event.key.toLowerCase();
      const found = entries.findIndex(
        (it, index) => index > at && it.name.toLowerCase().startsWith(letter),
      );
      const again = entries.findIndex((it) => it.name.toLowerCase().startsWith(letter));
      if (found >= 0 || again >= 0) setAt(found >= 0 ? found : again);
    } else return;
    event.preventDefault();
  };
  const submit = () => {
    if (typed !== null && typed !== folder?.path) return enter(typed);
    if (what !== "file" && folder) onPick(folder.path);
    else if (current && !current.folder) onPick(full(current));
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      width="medium"
      onSubmit={submit}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button
            look="primary"
            type="submit"
            disabled={what === "file" && (current === undefined || current.folder)}
          >
            {what === "file" ? t("run-pick-file") : t("run-pick-folder")}
          </Button>
        </>
      }
    >
      <div className={styles.picker}>
        <div className={styles.pickerBar}>
          <IconButton
            icon={ArrowUp}
            label={t("run-pick-up")}
            keys="Backspace"
            disabled={!folder?.parent}
            onClick={up}
          />
          <TextInput
            mono
            aria-label={t("run-pick-path")}
            value={typed ?? folder?.path ?? path}
            onChange={setTyped}
          />
          <IconButton
            icon={hidden ? EyeOff : Eye}
            label={t("run-pick-hidden")}
            pressed={hidden}
            onClick={() => setHidden(!hidden)}
          />
        </div>
        {query.error ? (
          <ErrorPanel inline error={query.error} what={t("run-pick-failed")} />
        ) : (
          <div
            ref={list}
            className={styles.entries}
            role="listbox"
            tabIndex={0}
            aria-label={t("run-pick-entries")}
            aria-activedescendant={current ? `pick-${at}` : undefined}
            onKeyDown={onKey}
          >
            {entries.map((entry, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys
              <div
                key={entry.name}
                id={`pick-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={entry === current}
                className={styles.entry}
                onClick={() => setAt(index)}
                onDoubleClick={() => take(entry)}
              >
                {entry.folder ? (
                  <Folder size={15} strokeWidth={1.5} aria-hidden />
                ) : (
                  <File size={15} strokeWidth={1.5} aria-hidden />
                )}
                <span className={styles.entryName}>
                  <Truncate text={entry.name} />
                </span>
                {!entry.folder && <Bytes value={entry.size} />}
              </div>
            ))}
            {entries.length === 0 && !query.isPending && (
              <p className={styles.note}>{t("run-pick-empty")}</p>
            )}
          </div>
        )}
        {folder?.cut && <p className={styles.faint}>{t("run-pick-cut")}</p>}
      </div>
    </Dialog>
  );
}

/** The folder that a chosen path is in; none for what is no whole path. */
function startOf(path: string, what: PathFieldProps["what"]): string | undefined {
  if (!/^(\/|[A-Za-z]:[\\/])/.test(path)) return undefined;
  return what === "folder" ? path : dirName(path);
}

export interface PathFieldProps {
  id?: string;
  value: string;
  onChange: (path: string) => void;
  what: "folder" | "file" | "any";
  title: string;
  ends?: readonly string[];
  fallback?: string;
  "aria-label"?: string;
  "aria-describedby"?: string | undefined;
  "aria-invalid"?: boolean | undefined;
}

/** A path of the host, written or chosen (`mod+o` in the field). */
export function PathField(props: PathFieldProps) {
  const { value, onChange, what, title, ends, ...control } = props;
  const t = useT();
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLSpanElement>(null);
  const choose = async () => {
    if (!platform.canPick || what === "any") return setOpen(true);
    const path = await platform.pickPath(what);
    if (path !== null) onChange(path);
  };
  useKeys(
    "run-keys-path",
    [{ keys: "mod+o", label: "run-pick", run: () => void choose(), inText: true }],
    box,
  );
  return (
    <span ref={box} className={styles.pathField}>
      <TextInput {...control} mono value={value} onChange={onChange} className={styles.grow} />
      <IconButton
        icon={FolderOpen}
        look="plain"
        label={t("run-pick")}
        keys="mod+o"
        onClick={choose}
      />
      {open && (
        <HostPicker
          open
          title={title}
          what={what}
          ends={ends}
          start={startOf(value, what)}
          onPick={(path) => {
            onChange(path);
            setOpen(false);
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </span>
  );
}
