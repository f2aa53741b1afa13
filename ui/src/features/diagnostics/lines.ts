/** The newest lines of a text that goes on; older ones are let go in one piece. */
export class LineBuffer {
  private kept: string[] = [];

  /** Keeps at least `limit` lines, at most half as many again. */
  constructor(private readonly limit: number) {}

  get lines(): readonly string[] {
    return this.kept;
  }

  push(line: string): void {
    this.kept.push(plain(line));
    if (this.kept.length > this.limit * 1.5) this.kept = this.kept.slice(-this.limit);
  }
}

// Terminal sequences: CSI, OSC (ended by BEL or ST), and two-character escapes (ECMA-48).
const ESCAPES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** A line without terminal sequences and without characters that act instead of being seen. */
export function plain(line: string): string {
  return line.replace(ESCAPES, "").replace(CONTROLS, "");
}
