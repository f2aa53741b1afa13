/** What to put into an archive. */
export interface TarSource {
  /** With slashes, without one at its beginning. */
  name: string;
  folder?: boolean;
  mode: number;
  uid: number;
  gid: number;
  /** In seconds since the Unix epoch. */
  mtime: number;
  body?: Blob | Uint8Array;
}

const BLOCK = 512;
const encoder = new TextEncoder();

/** An archive (POSIX pax) of the sources, without reading the files' contents into memory. */
export function tarBlob(sources: readonly TarSource[]): Blob {
  const parts: BlobPart[] = [];
  for (const source of sources) {
    const size = source.folder ? 0 : sizeOf(source.body);
    const name = source.folder ? `${source.name.replace(/\/+$/, "")}/` : source.name;
    const records = longRecords(name, size, source);
    if (records.length > 0) {
      parts.push(header({ ...source, name: "././@PaxHeader", mode: 0o644 }, records.length, "x"));
      parts.push(padded(records));
    }
    parts.push(header({ ...source, name }, size, source.folder ? "5" : "0"));
    if (size > 0 && source.body) {
      parts.push(source.body as BlobPart);
      parts.push(new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK));
    }
  }
  parts.push(new Uint8Array(2 * BLOCK));
  return new Blob(parts, { type: "application/x-tar" });
}

function sizeOf(body: Blob | Uint8Array | undefined): number {
  if (!body) return 0;
  return body instanceof Uint8Array ? body.length : body.size;
}

function padded(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(Math.ceil(bytes.length / BLOCK) * BLOCK);
  out.set(bytes);
  return out;
}

const MAX_OCTAL_ID = 0o7777777;
const MAX_OCTAL_SIZE = 0o77777777777;

function longRecords(name: string, size: number, { uid, gid }: TarSource): Uint8Array {
  let text = "";
  if (encoder.encode(name).length > 100) text += record("path", name);
  if (size > MAX_OCTAL_SIZE) text += record("size", String(size));
  if (uid > MAX_OCTAL_ID) text += record("uid", String(uid));
  if (gid > MAX_OCTAL_ID) text += record("gid", String(gid));
  return encoder.encode(text);
}

/** A record says its own length, its digits included. */
export function record(key: string, value: string): string {
  const rest = encoder.encode(` ${key}=${value}\n`).length;
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

function header(source: TarSource, size: number, kind: string): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(BLOCK);
  const put = (text: string, at: number, length: number) => {
    block.set(encoder.encode(text).subarray(0, length), at);
  };
  const octal = (value: number, at: number, length: number) => {
    const most = 8 ** (length - 1) - 1;
    const digits = Math.min(Math.max(0, Math.trunc(value)), most).toString(8);
    put(digits.padStart(length - 1, "0"), at, length);
  };
  put(source.name, 0, 100);
  octal(source.mode & 0o7777, 100, 8);
  octal(source.uid, 108, 8);
  octal(source.gid, 116, 8);
  octal(size, 124, 12);
  octal(source.mtime, 136, 12);
  put("        ", 148, 8);
  put(kind, 156, 1);
  put("ustar\u000000", 257, 8);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, "0")}\u0000 `, 148, 8);
  return block;
}
