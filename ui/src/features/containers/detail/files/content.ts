/** How a file's content is best shown. */
export type ContentKind = "text" | "image" | "binary";

const IMAGES: readonly [type: string, magic: readonly number[]][] = [
  ["image/png", [0x89, 0x50, 0x4e, 0x47]],
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/gif", [0x47, 0x49, 0x46, 0x38]],
  ["image/webp", [0x52, 0x49, 0x46, 0x46]],
  ["image/bmp", [0x42, 0x4d]],
];

/** The type of an image by its first bytes. SVG is text: it could hold scripts. */
export function imageType(bytes: Uint8Array): string | undefined {
  for (const [type, magic] of IMAGES) {
    if (!magic.every((byte, at) => bytes[at] === byte)) continue;
    if (type !== "image/webp" || String.fromCharCode(...bytes.subarray(8, 12)) === "WEBP") {
      return type;
    }
  }
  return undefined;
}

/** Text if it is UTF-8 without zeros and hardly any controls. */
export function contentKind(bytes: Uint8Array): ContentKind {
  if (imageType(bytes)) return "image";
  const head = bytes.subarray(0, 64 << 10);
  let controls = 0;
  for (const byte of head) {
    if (byte === 0) return "binary";
    if (byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 0x1b) controls++;
  }
  if (controls > head.length / 50) return "binary";
  return decode(bytes) === undefined ? "binary" : "text";
}

/** The text of the bytes, if they are UTF-8 and can be written back unchanged. */
export function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

export interface HexLine {
  offset: string;
  hex: string;
  text: string;
}

/** Lines of 16 bytes, as `hexdump -C` writes them. */
export function hexLines(bytes: Uint8Array, limit = 16 << 10): HexLine[] {
  const out: HexLine[] = [];
  for (let at = 0; at < Math.min(bytes.length, limit); at += 16) {
    const line = [...bytes.subarray(at, at + 16)];
    const pairs = line.map((byte) => byte.toString(16).padStart(2, "0"));
    out.push({
      offset: at.toString(16).padStart(8, "0"),
      hex: `${pairs.slice(0, 8).join(" ")}  ${pairs.slice(8).join(" ")}`.trimEnd(),
      text: line
        .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·"))
        .join(""),
    });
  }
  return out;
}
