import type { LogRecord } from "@/bindings/LogRecord";
import { hasEscapes } from "../text/ansi";

// Lines of a block stand in one string, with their ends in a typed array: a
// million lines are some hundred objects.
const BLOCK_LINES = 8192;
const BLOCK_CHARS = 4 << 20;

export const STDERR = 1;
export const ESCAPES = 2;

/** Lines that came one after the other; a line's ID is its number since the beginning. */
class Block {
  readonly times = new Float64Array(BLOCK_LINES);
  readonly sources = new Uint16Array(BLOCK_LINES);
  readonly flags = new Uint8Array(BLOCK_LINES);
  private readonly ends = new Uint32Array(BLOCK_LINES);
  private readonly cuts = new Map<number, number>();
  private parts: string[] = [];
  private sealed = "";
  count = 0;
  chars = 0;

  constructor(readonly base: number) {}

  get full(): boolean {
    return this.count >= BLOCK_LINES || this.chars >= BLOCK_CHARS;
  }

  add(record: LogRecord, source: number): void {
    const at = this.count++;
    this.times[at] = record.time_ms;
    this.sources[at] = source;
    this.flags[at] = (record.stderr ? STDERR : 0) | (hasEscapes(record.text) ? ESCAPES : 0);
    if (record.cut > 0) this.cuts.set(at, record.cut);
    this.parts.push(record.text);
    // Line ends between them, so that nothing is found across two lines.
    this.chars += record.text.length + 1;
    this.ends[at] = this.chars;
    if (this.full) {
      this.sealed = `${this.parts.join("\n")}\n`;
      this.parts = [];
    }
  }

  text(at: number): string {
    const part = this.parts[at];
    if (part !== undefined) return part;
    return this.sealed.slice(at === 0 ? 0 : this.ends[at - 1], (this.ends[at] ?? 1) - 1);
  }

  /** Lines in which `re` (global) is found or might be, because escapes stand between. */
  candidates(re: RegExp, from: number): number[] {
    const out: number[] = [];
    for (let at = from; at < this.count; at++) {
      if (((this.flags[at] ?? 0) & ESCAPES) !== 0) out.push(at);
    }
    const colored = out.length;
    re.lastIndex = from === 0 ? 0 : (this.ends[from - 1] ?? 0);
    for (let found = re.exec(this.sealed); found; found = re.exec(this.sealed)) {
      const at = this.lineAt(found.index);
      if (((this.flags[at] ?? 0) & ESCAPES) === 0) out.push(at);
      re.lastIndex = this.ends[at] ?? this.sealed.length;
    }
    return colored === 0 || colored === out.length ? out : out.sort((a, b) => a - b);
  }

  private lineAt(offset: number): number {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.ends[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  cut(at: number): number {
    return this.cuts.get(at) ?? 0;
  }
}

/** One line, as the buffer holds it. */
export interface Stored {
  id: number;
  time: number;
  source: number;
  flags: number;
  text: string;
  /** Bytes that were cut off before it came here. */
  cut: number;
}

export interface Limits {
  lines: number;
  chars: number;
}

/** Holds the newest lines up to a limit; the oldest go by the block. */
export class LineBuffer {
  private blocks: Block[] = [];
  private chars = 0;
  private last: Block | undefined;
  /** ID of the oldest line. */
  first = 0;
  /** One more than the ID of the newest line. */
  end = 0;

  constructor(private readonly limits: Limits) {}

  get size(): number {
    return this.end - this.first;
  }

  add(record: LogRecord, source: number): number {
    if (!this.last || this.last.full) {
      this.last = new Block(this.end);
      this.blocks.push(this.last);
    }
    this.last.add(record, source);
    this.chars += record.text.length;
    this.shed();
    return this.end++;
  }

  get(id: number): Stored | undefined {
    const block = this.blockOf(id);
    if (!block) return undefined;
    const at = id - block.base;
    return {
      id,
      time: block.times[at] ?? 0,
      source: block.sources[at] ?? 0,
      flags: block.flags[at] ?? 0,
      text: block.text(at),
      cut: block.cut(at),
    };
  }

  /**
   * Lines from `id` to the end of its block in which `re` might be found, and
   * where that block ends; nothing for the block that still grows.
   */
  candidates(id: number, re: RegExp): { ids: number[]; end: number } | undefined {
    const block = this.blockOf(id);
    if (!block?.full) return undefined;
    const lines = block.candidates(re, id - block.base);
    return { ids: lines.map((at) => block.base + at), end: block.base + block.count };
  }

  clear(): void {
    this.blocks = [];
    this.last = undefined;
    this.chars = 0;
    this.first = this.end;
  }

  private shed(): void {
    while (
      this.blocks.length > 1 &&
      (this.end + 1 - this.first > this.limits.lines || this.chars > this.limits.chars)
    ) {
      const gone = this.blocks.shift();
      this.chars -= gone?.chars ?? 0;
      this.first = this.blocks[0]?.base ?? this.end;
    }
  }

  private blockOf(id: number): Block | undefined {
    if (id < this.first || id >= this.end) return undefined;
    let low = 0;
    let high = this.blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.blocks[middle]?.base ?? 0) <= id) low = middle;
      else high = middle - 1;
    }
    return this.blocks[low];
  }
}
