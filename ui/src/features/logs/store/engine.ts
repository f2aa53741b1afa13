import type { LogRecord } from "@/bindings/LogRecord";
import { plain } from "../text/ansi";
import { structured } from "../text/fields";
import { levelInText } from "../text/level";
import { ESCAPES, type Limits, LineBuffer, STDERR, type Stored } from "./buffer";
import { IdList } from "./ids";
import { type Filter, NO_FILTER, type Row, type Source, type State } from "./protocol";
import { fits, hintOf, isEmpty, type Line, parseQuery, type Query } from "./query";

const UNKNOWN: Source = { id: "", name: "", service: "", project: "" };
const NEVER = { terms: [], error: undefined } satisfies Query;

/** Holds lines, and which of them are shown. Filters by slices, so that others get their turn. */
export class LogEngine {
  private readonly buffer: LineBuffer;
  private sources: Source[] = [];
  private readonly numbers = new Map<string, number>();
  private filter: Filter = NO_FILTER;
  private hidden = new Set<number>();
  private query: Query = NEVER;
  private revision = 0;
  /** Shown lines; without, all are. */
  private shown: IdList | undefined;
  private matching: IdList | undefined;
  /** ID of the first line that was not looked at yet. */
  private next = 0;

  constructor(limits: Limits = { lines: 1_000_000, chars: 400 << 20 }) {
    this.buffer = new LineBuffer(limits);
  }

  setSources(sources: readonly Source[]): void {
    for (const source of sources) this.sources[this.number(source.id)] = source;
    this.hide();
  }

  append(records: readonly LogRecord[]): void {
    for (const record of inOrder(records)) this.buffer.add(record, this.number(record.container));
    this.shown?.dropBelow(this.buffer.first);
    this.matching?.dropBelow(this.buffer.first);
    this.next = Math.max(this.next, this.buffer.first);
  }

  setFilter(filter: Filter): void {
    this.filter = filter;
    this.query = parseQuery(filter.text, filter);
    this.hide();
    this.restart();
  }

  clear(): void {
    this.buffer.clear();
    this.restart();
  }

  /** Looks at lines until `pause` says so. True when all are looked at. */
  work(pause: () => boolean): boolean {
    if (!this.shown && !this.matching) this.next = this.buffer.end;
    const hint = this.shown && !this.filter.only ? undefined : hintOf(this.query);
    while (this.next < this.buffer.end) {
      const some = hint && this.buffer.candidates(this.next, hint);
      if (some) {
        for (const id of some.ids) this.look(id);
        this.next = some.end;
      } else {
        const upTo = Math.min(this.next + 512, this.buffer.end);
        for (; this.next < upTo; this.next++) this.look(this.next);
      }
      if (pause()) break;
    }
    return this.next >= this.buffer.end;
  }

  state(): State {
    const { first, end } = this.bounds();
    const { buffer } = this;
    return {
      revision: this.revision,
      first,
      end,
      held: buffer.size,
      received: buffer.end,
      dropped: buffer.first,
      matches: this.matching ? this.matching.end - this.matching.first : 0,
      progress: buffer.size === 0 ? 1 : (this.next - buffer.first) / buffer.size,
      error: this.query.error,
    };
  }

  rows(from: number, to: number): Row[] {
    const out: Row[] = [];
    for (let position = from; position < to; position++) {
      const stored = this.at(position);
      if (stored) out.push(this.row(position, stored));
    }
    return out;
  }

  /** Position of the line with that ID, or of the next one that is shown. */
  locate(id: number): number {
    return this.shown ? this.shown.seek(id) : Math.max(id, this.buffer.first);
  }

  /** Position of the next line that matches, from a position on; it goes round at the end. */
  step(from: number, by: 1 | -1): number | undefined {
    const { matching } = this;
    if (!matching || matching.end === matching.first) return undefined;
    if (this.filter.only) {
      const { first, end } = this.bounds();
      const to = from + by;
      return to >= end ? first : to < first ? end - 1 : to;
    }
    const here = this.at(from)?.id ?? this.buffer.end;
    let at = by > 0 ? matching.seek(here + 1) : matching.seek(here) - 1;
    if (at >= matching.end) at = matching.first;
    if (at < matching.first) at = matching.end - 1;
    return this.locate(matching.at(at) ?? 0);
  }

  /** Shown lines, by the piece, for a file. */
  *lines(from?: number, to?: number): Generator<Row> {
    const { first, end } = this.bounds();
    for (let position = from ?? first; position < (to ?? end); position++) {
      const stored = this.at(position);
      if (stored) yield this.row(position, stored);
    }
  }

  source(id: string): Source {
    return this.sources[this.numbers.get(id) ?? -1] ?? { ...UNKNOWN, id };
  }

  private at(position: number): Stored | undefined {
    const id = this.shown ? this.shown.at(position) : position;
    return id === undefined ? undefined : this.buffer.get(id);
  }

  private bounds(): { first: number; end: number } {
    return this.shown ?? { first: this.buffer.first, end: this.buffer.end };
  }

  private row(position: number, stored: Stored): Row {
    const { id, time, text, cut } = stored;
    const matching = this.matching;
    const match =
      matching !== undefined && (this.filter.only || matching.at(matching.seek(id)) === id);
    const source = this.sources[stored.source]?.id ?? "";
    return { id, position, time, source, stderr: (stored.flags & STDERR) !== 0, text, cut, match };
  }

  private restart(): void {
    const { filter } = this;
    const searches = !isEmpty(this.query);
    const hides =
      (searches && filter.only) ||
      this.hidden.size > 0 ||
      filter.stderrOnly ||
      filter.sinceMs !== null ||
      filter.untilMs !== null;
    this.shown = hides ? new IdList() : undefined;
    this.matching = searches ? new IdList() : undefined;
    this.next = this.buffer.first;
    this.revision++;
  }

  private look(id: number): void {
    const stored = this.buffer.get(id);
    if (!stored || !this.admits(stored)) return;
    const match = this.matching !== undefined && fits(this.query, this.line(stored));
    if (match) this.matching?.push(id);
    if (match || !this.matching || !this.filter.only) this.shown?.push(id);
  }

  private admits(stored: Stored): boolean {
    const { stderrOnly, sinceMs, untilMs } = this.filter;
    if (this.hidden.has(stored.source)) return false;
    if (stderrOnly && (stored.flags & STDERR) === 0) return false;
    if (sinceMs !== null && stored.time < sinceMs) return false;
    return untilMs === null || stored.time <= untilMs;
  }

  private line(stored: Stored): Line {
    const source = this.sources[stored.source] ?? UNKNOWN;
    const text = (stored.flags & ESCAPES) !== 0 ? plain(stored.text) : stored.text;
    const fields = once(() => structured(text));
    return {
      text: () => text,
      structured: fields,
      level: () => fields()?.level ?? levelInText(text),
      stderr: (stored.flags & STDERR) !== 0,
      container: source.name,
      service: source.service,
      project: source.project,
    };
  }

  private number(id: string): number {
    const known = this.numbers.get(id);
    if (known !== undefined) return known;
    const number = this.sources.length;
    this.numbers.set(id, number);
    this.sources.push({ ...UNKNOWN, id });
    return number;
  }

  private hide(): void {
    this.hidden = new Set(this.filter.hidden.map((id) => this.number(id)));
  }
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Lines of several containers come nearly in order; within a batch they are put in order. */
function inOrder(records: readonly LogRecord[]): readonly LogRecord[] {
  for (let i = 1; i < records.length; i++) {
    const late = (records[i]?.time_ms ?? 0) < (records[i - 1]?.time_ms ?? 0);
    if (late) return [...records].sort((a, b) => a.time_ms - b.time_ms);
  }
  return records;
}
