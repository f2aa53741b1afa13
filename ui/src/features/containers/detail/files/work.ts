import { confirmList, notice, noticeError } from "@/components";
import { visibleText } from "@/features/logs/text/visible";
import { saveBlob } from "@/features/logs/viewer/save";
import { t } from "@/i18n/i18n";
import { docker } from "@/rpc";
import { type Place, put, read, remove } from "./access";
import { download } from "./download";
import { sources, topNames, type Upload } from "./drop";
import type { FileItem } from "./listing";
import { base, join } from "./paths";

// What is done to files; each asks where something would be lost, and tells how it went.

/** Larger files are saved as an archive, which the browser fetches by itself. */
const SAVED_BYTES = 64 << 20;

/** Uploads into a folder. True if anything was written. */
export async function upload(
  place: Place,
  folder: string,
  uploads: readonly Upload[],
  there: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<boolean> {
  const files = uploads.filter((it) => it.file !== undefined);
  const names = topNames(uploads);
  const [first = ""] = names;
  const taken = names.filter((name) => there.has(name));
  if (taken.length > 0) {
    const answer = await confirmList({
      title: t("detail-files-replace", { count: taken.length, name: visibleText(taken[0] ?? "") }),
      note: t("detail-files-replace-note"),
      items: taken.map((name) => ({ name: visibleText(join(folder, name)) })),
      verb: t("detail-files-replace-do"),
    });
    if (!answer) return false;
  }
  try {
    await put(docker, place.container, folder, sources(uploads, Date.now()), {
      own: true,
      signal,
    });
    notice("done", t("detail-files-uploaded", { count: files.length, name: visibleText(first) }));
    return true;
  } catch (thrown) {
    noticeError(t("detail-files-upload-failed"), thrown);
    return false;
  }
}

/** Saves a file of the container, or a folder as an archive. */
export async function save(place: Place, path: string, item: FileItem): Promise<void> {
  try {
    if (item.kind === "file" && item.size <= SAVED_BYTES) {
      const { bytes } = await read(docker, place.container, path, SAVED_BYTES);
      return saveBlob(new Blob([bytes as BlobPart]), base(path));
    }
    const name = `${base(path) || "root"}.tar`;
    await download(`/containers/${place.container}/archive`, { path }, name);
  } catch (thrown) {
    noticeError(t("detail-files-failed"), thrown);
  }
}

/** Shows what goes, and deletes it. True if it was done. */
export async function removeAsked(
  place: Place,
  folder: string,
  items: readonly FileItem[],
): Promise<boolean> {
  const named = { count: items.length, name: visibleText(items[0]?.name ?? "") };
  const answer = await confirmList({
    title: t("detail-files-delete-title", named),
    note: items.some((it) => it.kind === "folder") ? t("detail-files-delete-note") : undefined,
    items: items.map((it) => ({
      name: visibleText(join(folder, it.name)),
      bytes: it.kind === "file" ? it.size : null,
    })),
    verb: t("detail-files-delete-do"),
  });
  if (!answer) return false;
  try {
    await remove(
      docker,
      place.container,
      items.map((it) => join(folder, it.name)),
    );
    notice("done", t("detail-files-did-delete", named));
    return true;
  } catch (thrown) {
    noticeError(t("detail-files-delete-failed"), thrown);
    return false;
  }
}
