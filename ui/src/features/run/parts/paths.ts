import type { HostEntry } from "@/bindings/HostEntry";

/** A name in a folder, with the separator that the folder has. */
export function join(folder: string, name: string): string {
  const separator = folder.includes("\\") && !folder.includes("/") ? "\\" : "/";
  return folder.endsWith(separator) ? folder + name : folder + separator + name;
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
}

/** The folder of a path. */
export function dirName(path: string): string {
  const cut = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return cut <= 0 ? path.slice(0, 1) : path.slice(0, cut);
}

export interface Shown {
  hidden: boolean;
  what: "folder" | "file" | "any";
  ends?: readonly string[] | undefined;
}

/** What of a folder is listed to choose from. */
export function shownEntries(entries: readonly HostEntry[], shown: Shown): HostEntry[] {
  return entries.filter((entry) => {
    if (!shown.hidden && entry.name.startsWith(".")) return false;
    if (entry.folder) return true;
    if (shown.what === "folder") return false;
    return shown.ends === undefined || shown.ends.some((end) => entry.name.endsWith(end));
  });
}
