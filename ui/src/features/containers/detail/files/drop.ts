import type { TarSource } from "./tar-write";

/** A file with its place below what was dropped or chosen. */
export interface Upload {
  path: string;
  file: File | undefined;
}

/** What was dropped: files, and folders with all that is in them. */
export async function dropped(items: DataTransferItemList): Promise<Upload[]> {
  // Entries must be taken at once: the list is gone after the first wait.
  const entries = [...items].map((item) => item.webkitGetAsEntry()).filter((it) => it !== null);
  const out: Upload[] = [];
  for (const entry of entries) await gather(entry, out);
  return out;
}

async function gather(entry: FileSystemEntry, out: Upload[]): Promise<void> {
  const path = entry.fullPath.replace(/^\/+/, "");
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    out.push({ path, file });
    return;
  }
  out.push({ path, file: undefined });
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return;
    for (const inner of some) await gather(inner, out);
  }
}

/** What was chosen in a dialog; a chosen folder brings the paths of its files. */
export function chosen(files: FileList): Upload[] {
  return [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** As the parts of an archive. */
export function sources(uploads: readonly Upload[], now: number): TarSource[] {
  return uploads.map(({ path, file }) => ({
    name: path,
    folder: file === undefined,
    mode: file === undefined ? 0o755 : 0o644,
    uid: 0,
    gid: 0,
    mtime: Math.floor((file?.lastModified ?? now) / 1000),
    body: file,
  }));
}

/** The names at the top of what is uploaded. */
export function topNames(uploads: readonly Upload[]): string[] {
  return [...new Set(uploads.map(({ path }) => path.split("/")[0] ?? path))];
}
