/** Saves bytes that are here already as a file. */
export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken it over by the next turns; the address is of no use after.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** `web-2026-11-25T14-03-22.log`, with nothing in it that a file system refuses. */
export function fileName(title: string, extension: string, now: Date): string {
  const clean = title.replace(/[^\p{L}\p{N}._-]+/gu, "-").slice(0, 60);
  const time = now.toISOString().slice(0, 19).replaceAll(":", "-");
  return `${clean || "logs"}-${time}.${extension}`;
}
