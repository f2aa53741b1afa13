/** What a header of an archive says; the body is not kept. */
export interface TarEntry {
  name: string;
  kind: "file" | "folder" | "link" | "hardlink" | "device" | "pipe";
  size: number;
  /** Permission bits, with set-uid and the like. */
  mode: number;
  uid: number;
  gid: number;
  /** In seconds since the Unix epoch. */
  mtime: number;
  target: string;
}

const BLOCK = 512;
// A name of more than this can't be one.
const MAX_LONG = 1 << 20;
const decoder = new TextDecoder();

export class TarError extends Error {}

/** Called with each entry and, as far as it is wanted, its body. */
export interface TarTaker {
  entry(entry: TarEntry): void;
  body?(entry: TarEntry, bytes: Uint8Array): void;
}

/** Reads an archive (POSIX ustar, pax and GNU long names) as it comes, holding one block. */
export class TarReader {
  private block = new Uint8Array(BLOCK);
  private filled = 0;
  private entry: TarEntry | undefined;
  private left = 0;
  private padding = 0;
  private long: { kind: string; bytes: Uint8Array; at: number } | undefined;
  private next: Partial<TarEntry> = {};
  /** The archive's end was seen. */
  ended = false;

  constructor(private readonly taker: TarTaker) {}

  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length && !this.ended) {
      if (this.left > 0) at += this.take(chunk.subarray(at, at + this.left));
      else if (this.padding > 0) {
        const skip = Math.min(this.padding, chunk.length - at);
        this.padding -= skip;
        at += skip;
      } else {
        const part = chunk.subarray(at, at + BLOCK - this.filled);
        this.block.set(part, this.filled);
        this.filled += part.length;
        at += part.length;
        if (this.filled === BLOCK) this.header();
      }
    }
  }

  private take(part: Uint8Array): number {
    if (this.long) {
      this.long.bytes.set(part, this.long.at);
      this.long.at += part.length;
    } else if (this.entry) this.taker.body?.(this.entry, part);
    this.left -= part.length;
    if (this.left === 0) this.finish();
    return part.length;
  }

  private finish(): void {
    if (!this.long) return;
    const { kind, bytes } = this.long;
    this.long = undefined;
    if (kind === "L") this.next.name = text(bytes);
    else if (kind === "K") this.next.target = text(bytes);
    else if (kind === "x") Object.assign(this.next, pax(decoder.decode(bytes)));
  }

  private header(): void {
    this.filled = 0;
    const { block } = this;
    if (block.every((byte) => byte === 0)) {
      this.ended = true;
      return;
    }
    if (!checks(block)) throw new TarError("the archive is damaged");
    const kind = String.fromCharCode(block[156] ?? 0x30);
    const size = numeric(block.subarray(124, 136));
    this.padding = (BLOCK - (size % BLOCK)) % BLOCK;
    this.left = size;
    if (kind === "L" || kind === "K" || kind === "x" || kind === "g") {
      if (size > MAX_LONG) throw new TarError("the archive holds a name without end");
      this.long = { kind, bytes: new Uint8Array(size), at: 0 };
      if (size === 0) this.finish();
      return;
    }
    this.begin(kind, size);
  }

  private begin(kind: string, size: number): void {
    const { block } = this;
    const prefix = decoder.decode(block.subarray(257, 262)) === "ustar" ? field(345, 155) : "";
    function field(at: number, length: number): string {
      return text(block.subarray(at, at + length));
    }
    const name = field(0, 100);
    const entry: TarEntry = {
      name: prefix ? `${prefix}/${name}` : name,
      kind: kindOf(kind),
      size,
      mode: numeric(block.subarray(100, 108)) & 0o7777,
      uid: numeric(block.subarray(108, 116)),
      gid: numeric(block.subarray(116, 124)),
      mtime: numeric(block.subarray(136, 148)),
      target: field(157, 100),
      ...this.next,
    };
    this.next = {};
    if (entry.size !== size) {
      this.left = entry.size;
      this.padding = (BLOCK - (entry.size % BLOCK)) % BLOCK;
    }
    this.entry = entry;
    this.taker.entry(entry);
  }
}

function kindOf(flag: string): TarEntry["kind"] {
  switch (flag) {
    case "5":
      return "folder";
    case "2":
      return "link";
    case "1":
      return "hardlink";
    case "3":
    case "4":
      return "device";
    case "6":
      return "pipe";
    default:
      return "file";
  }
}

function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Octal digits, or (GNU) a big-endian number behind a first byte of 0x80. */
function numeric(bytes: Uint8Array): number {
  if (((bytes[0] ?? 0) & 0x80) !== 0) {
    let value = 0;
    for (const byte of bytes.subarray(1)) value = value * 256 + byte;
    return Number.isSafeInteger(value) ? value : 0;
  }
  const value = Number.parseInt(text(bytes).trim() || "0", 8);
  return Number.isFinite(value) ? value : 0;
}

function checks(block: Uint8Array): boolean {
  let sum = 8 * 0x20;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += block[i] ?? 0;
  return sum === numeric(block.subarray(148, 156));
}

/** Records of a pax header: `<length> <key>=<value>\n`. */
function pax(records: string): Partial<TarEntry> {
  const out: Partial<TarEntry> = {};
  for (const found of records.matchAll(/\d+ ([^=\n]+)=([^\n]*)\n/g)) {
    const value = found[2] ?? "";
    const number = Math.trunc(Number(value));
    switch (found[1]) {
      case "path":
        out.name = value;
        break;
      case "linkpath":
        out.target = value;
        break;
      case "size":
      case "uid":
      case "gid":
      case "mtime":
        if (Number.isSafeInteger(number) && number >= 0) out[found[1]] = number;
        break;
    }
  }
  return out;
}
