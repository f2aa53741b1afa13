import type { TarEntry } from "./tar";

export type FileKind = "file" | "folder" | "link" | "socket" | "pipe" | "device";

export interface FileItem {
  name: string;
  kind: FileKind;
  size: number;
  mode: number;
  uid: number;
  gid: number;
  /** In seconds since the Unix epoch. */
  mtime: number;
  /** Of a link. */
  target: string;
}

// `stat` (GNU and busybox) prints for each child: mode in hex, uid, gid, size, time, `./name`.
const FORMAT = "%f %u %g %s %Y %n";
const SCRIPT = [
  'cd -- "$1" || exit 90',
  `find . ! -name . -prune -exec stat -c '${FORMAT}' {} + 2>/dev/null`,
  "code=$?; if [ $code = 127 ]; then exit 91; fi",
  "echo ==",
  `find . ! -name . -prune -type l -exec sh -c 'for f do printf "%s\\n" "$f"; readlink "$f" || echo; done' sh {} + 2>/dev/null`,
  "exit 0",
].join("\n");

/** The program that lists a folder in a running container that has a shell. */
export function listCommand(shell: string, folder: string): string[] {
  return [shell, "-c", SCRIPT, "sh", folder];
}

export const NO_FOLDER = 90;
export const NO_TOOLS = 91;

const LINE = /^([0-9a-f]{3,8}) (\d+) (\d+) (\d+) (-?\d+) \.\/(.*)$/;

/** Reads what {@link listCommand} prints; a name may hold line breaks. */
export function parseListing(output: string): FileItem[] {
  const end = output.lastIndexOf("\n==\n");
  const head = output.startsWith("==\n") ? "" : end < 0 ? output : output.slice(0, end);
  const tail = output.startsWith("==\n") ? output.slice(3) : end < 0 ? "" : output.slice(end + 4);
  const items: FileItem[] = [];
  for (const line of head.split("\n")) {
    const found = LINE.exec(line);
    const last = items[items.length - 1];
    if (found) items.push(itemOf(found));
    else if (last && line !== "") last.name += `\n${line}`;
  }
  const targets = targetsOf(tail);
  for (const item of items) item.target = targets.get(item.name) ?? "";
  return items;
}

function itemOf(found: RegExpExecArray): FileItem {
  const [, mode = "0", uid, gid, size, mtime, name = ""] = found;
  const bits = Number.parseInt(mode, 16);
  return {
    name,
    kind: kindOfMode(bits),
    mode: bits & 0o7777,
    uid: Number(uid),
    gid: Number(gid),
    size: Number(size),
    mtime: Number(mtime),
    target: "",
  };
}

function targetsOf(text: string): Map<string, string> {
  const lines = text.split("\n");
  const targets = new Map<string, string>();
  for (let i = 0; i + 1 < lines.length; i += 2) {
    targets.set((lines[i] ?? "").replace(/^\.\//, ""), lines[i + 1] ?? "");
  }
  return targets;
}

/** The kind of a file by the bits of `st_mode`. */
export function kindOfMode(mode: number): FileKind {
  switch (mode & 0o170000) {
    case 0o040000:
      return "folder";
    case 0o120000:
      return "link";
    case 0o140000:
      return "socket";
    case 0o010000:
      return "pipe";
    case 0o020000:
    case 0o060000:
      return "device";
    default:
      return "file";
  }
}

/** Gathers a folder's children from the archive of it, of which only headers matter. */
export class ChildCollector {
  private readonly found = new Map<string, FileItem>();
  entries = 0;

  constructor(private readonly folder: string) {}

  add(entry: TarEntry): void {
    this.entries++;
    const path = this.inside(entry.name);
    if (path === undefined) return;
    const [name = "", ...rest] = path.split("/");
    if (name === "") return;
    if (rest.length > 0) {
      if (!this.found.has(name)) this.found.set(name, { ...UNKNOWN_FOLDER, name });
      return;
    }
    const kind = entry.kind === "hardlink" ? "file" : entry.kind;
    const { size, mode, uid, gid, mtime, target } = entry;
    this.found.set(name, { name, kind, size, mode, uid, gid, mtime, target });
  }

  items(): FileItem[] {
    return [...this.found.values()];
  }

  /** The archive of `/a/b` holds `b/…`; that of `/` holds `/…` or `./…`. */
  private inside(name: string): string | undefined {
    const parts = name.split("/").filter((part) => part !== "" && part !== ".");
    if (this.folder !== "/") parts.shift();
    return parts.length === 0 ? undefined : parts.join("/");
  }
}

const UNKNOWN_FOLDER: FileItem = {
  name: "",
  kind: "folder",
  size: 0,
  mode: 0o755,
  uid: 0,
  gid: 0,
  mtime: 0,
  target: "",
};

/** Go's `os.FileMode` (as in `X-Docker-Container-Path-Stat`) as the kind and bits of Unix. */
export function fromGoMode(mode: number): { kind: FileKind; mode: number } {
  const has = (bit: number) => Math.floor(mode / 2 ** bit) % 2 === 1;
  const kind: FileKind = has(31)
    ? "folder"
    : has(27)
      ? "link"
      : has(26)
        ? "device"
        : has(25)
          ? "pipe"
          : has(24)
            ? "socket"
            : "file";
  const special = (has(23) ? 0o4000 : 0) | (has(22) ? 0o2000 : 0) | (has(20) ? 0o1000 : 0);
  return { kind, mode: (mode & 0o777) | special };
}

/** `drwxr-xr-x`, as `ls` writes it. */
export function modeText({ kind, mode }: Pick<FileItem, "kind" | "mode">): string {
  const letters = { folder: "d", link: "l", socket: "s", pipe: "p", device: "b", file: "-" };
  const bit = (mask: number, letter: string) => ((mode & mask) !== 0 ? letter : "-");
  const exec = (mask: number, special: number, both: string) => {
    if ((mode & special) === 0) return bit(mask, "x");
    return (mode & mask) !== 0 ? both : both.toUpperCase();
  };
  return (
    letters[kind] +
    bit(0o400, "r") +
    bit(0o200, "w") +
    exec(0o100, 0o4000, "s") +
    bit(0o040, "r") +
    bit(0o020, "w") +
    exec(0o010, 0o2000, "s") +
    bit(0o004, "r") +
    bit(0o002, "w") +
    exec(0o001, 0o1000, "t")
  );
}
