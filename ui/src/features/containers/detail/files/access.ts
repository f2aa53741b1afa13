import { CallError } from "@/rpc/error";
import { type Engine, run } from "../logic/exec";
import {
  ChildCollector,
  type FileItem,
  type FileKind,
  fromGoMode,
  listCommand,
  NO_FOLDER,
  parseListing,
} from "./listing";
import { base, join, parent } from "./paths";
import { type TarEntry, TarReader } from "./tar";
import { type TarSource, tarBlob } from "./tar-write";

// Files of a container. Running ones with a shell are asked by it, all others by
// the archive that the engine makes of a path.

export interface Place {
  container: string;
  /** A shell to ask, of a running container. */
  shell: string | undefined;
}

export interface Listing {
  items: readonly FileItem[];
  /** Reading stopped after so many bytes: more may be there. */
  partAfter: number | undefined;
  /** Only usual names were looked for. */
  guessed: boolean;
}

export interface Found {
  path: string;
  name: string;
  kind: FileKind;
  mode: number;
  size: number;
  /** In seconds since the Unix epoch. */
  mtime: number;
  target: string;
}

const MOST_BYTES = 256 << 20;
const MOST_LINKS = 16;
const ROOT_NAMES =
  "app bin boot config data dev docker-entrypoint.d docker-entrypoint.sh entrypoint.sh etc home init lib lib32 lib64 media mnt opt proc root run sbin server src srv sys tmp usr var workspace .dockerenv".split(
    " ",
  );

/** What is at a path; links are not followed. */
export async function stat(engine: Engine, container: string, path: string): Promise<Found> {
  const answer = await engine.request("HEAD", `/containers/${container}/archive`, {
    query: { path },
  });
  return { ...parseStat(answer.headers.get("X-Docker-Container-Path-Stat") ?? ""), path };
}

/** The header that describes a path: JSON in base64. */
export function parseStat(header: string): Omit<Found, "path"> {
  const bytes = Uint8Array.from(atob(header), (char) => char.charCodeAt(0));
  const body = JSON.parse(new TextDecoder().decode(bytes)) as {
    name: string;
    size: number;
    mode: number;
    mtime: string;
    linkTarget: string;
  };
  const { kind, mode } = fromGoMode(body.mode);
  const mtime = Math.floor(Date.parse(body.mtime) / 1000) || 0;
  return { name: body.name, kind, mode, size: body.size, mtime, target: body.linkTarget };
}

/** What is at a path, behind all links. */
export async function resolve(engine: Engine, container: string, path: string): Promise<Found> {
  let at = path;
  for (let step = 0; step < MOST_LINKS; step++) {
    const found = await stat(engine, container, at);
    if (found.kind !== "link") return found;
    at = join(parent(at), found.target);
  }
  throw new CallError("link_loop", `The links of ${path} lead round in a circle.`);
}

/** The children of a folder. */
export async function list(
  engine: Engine,
  place: Place,
  folder: string,
  signal?: AbortSignal,
): Promise<Listing> {
  if (place.shell) {
    const ran = await run(engine, place.container, listCommand(place.shell, folder), { signal });
    // The line between files and links tells that all of it ran.
    if (ran.code === 0 && /^==$/m.test(ran.stdout)) {
      return { items: parseListing(ran.stdout), partAfter: undefined, guessed: false };
    }
    if (ran.code === NO_FOLDER) throw missing(folder, ran.stderr);
  }
  return folder === "/"
    ? listRoot(engine, place.container)
    : listArchive(engine, place, folder, signal);
}

function missing(folder: string, why: string): CallError {
  return new CallError("no_folder", `There is no folder ${folder}.`, undefined, why);
}

async function listArchive(
  engine: Engine,
  { container }: Place,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<Listing> {
  const answer = await engine.request("GET", `/containers/${container}/archive`, {
    query: { path: folder },
    signal,
  });
  const children = new ChildCollector(folder);
  const reader = new TarReader({ entry: (entry) => children.add(entry) });
  const stream = answer.body?.getReader();
  let read = 0;
  let cut = false;
  while (stream) {
    const { done, value } = await stream.read();
    if (done || reader.ended) break;
    reader.push(value);
    read += value.length;
    if (read > MOST_BYTES) {
      cut = true;
      await stream.cancel();
      break;
    }
  }
  return { items: children.items(), partAfter: cut ? read : undefined, guessed: false };
}

/** The archive of the root would be everything: names are tried instead. */
async function listRoot(engine: Engine, container: string): Promise<Listing> {
  const tries = ROOT_NAMES.map(async (name): Promise<FileItem | undefined> => {
    try {
      const found = await stat(engine, container, `/${name}`);
      return { ...found, name, uid: 0, gid: 0 };
    } catch {
      return undefined;
    }
  });
  const items = (await Promise.all(tries)).filter((it) => it !== undefined);
  return { items, partAfter: undefined, guessed: true };
}

export interface Content {
  entry: TarEntry;
  bytes: Uint8Array;
}

/** A file's content; refuses more than `limit` bytes. */
export async function read(
  engine: Engine,
  container: string,
  path: string,
  limit: number,
): Promise<Content> {
  const answer = await engine.request("GET", `/containers/${container}/archive`, {
    query: { path },
  });
  let found: TarEntry | undefined;
  let bytes = new Uint8Array();
  let at = 0;
  const reader = new TarReader({
    entry: (entry) => {
      found ??= entry;
      if (entry === found && entry.size <= limit) bytes = new Uint8Array(entry.size);
    },
    body: (entry, part) => {
      if (entry !== found || at + part.length > bytes.length) return;
      bytes.set(part, at);
      at += part.length;
    },
  });
  const stream = answer.body?.getReader();
  while (stream) {
    const { done, value } = await stream.read();
    if (done) break;
    reader.push(value);
    if (!found || (found.kind === "file" && found.size <= limit && at < found.size)) continue;
    await stream.cancel();
    break;
  }
  if (!found) throw new CallError("empty_archive", `Nothing is at ${path}.`);
  if (found.kind === "file" && found.size <= limit && at < found.size) {
    throw new CallError("cut_archive", `${path} could not be read to its end.`);
  }
  return { entry: found, bytes };
}

/** Puts files and folders into a folder, whether the container runs or not. */
export async function put(
  engine: Engine,
  container: string,
  folder: string,
  sources: readonly TarSource[],
  { own = false, signal }: { own?: boolean; signal?: AbortSignal } = {},
): Promise<void> {
  await engine.request("PUT", `/containers/${container}/archive`, {
    query: { path: folder, noOverwriteDirNonDir: true, copyUIDGID: own ? true : undefined },
    body: tarBlob(sources),
    headers: { "Content-Type": "application/x-tar" },
    signal,
  });
}

/** Writes a file anew, with its mode and owner as they were. */
export async function write(
  engine: Engine,
  container: string,
  path: string,
  text: string,
  { mode, uid, gid }: Pick<TarEntry, "mode" | "uid" | "gid">,
): Promise<void> {
  const mtime = Math.floor(Date.now() / 1000);
  const body = new TextEncoder().encode(text);
  await put(engine, container, parent(path), [{ name: base(path), mode, uid, gid, mtime, body }]);
}

/** Renames within a running container. */
export function rename(engine: Engine, container: string, from: string, to: string) {
  return tool(engine, container, ["mv", "-n", "--", from, to]);
}

/** Deletes files and folders of a running container with all that is in them. */
export function remove(engine: Engine, container: string, paths: readonly string[]) {
  return tool(engine, container, ["rm", "-rf", "--", ...paths]);
}

async function tool(engine: Engine, container: string, command: readonly string[]): Promise<void> {
  const ran = await run(engine, container, command, { user: "0" });
  if (ran.code === 0) return;
  const why = (ran.stderr || ran.stdout).trim();
  throw new CallError("tool_failed", why || `${command[0]} ended with code ${ran.code}.`);
}
