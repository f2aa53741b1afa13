import type { LogRecord } from "@/bindings/LogRecord";
import {
  type ExportFormat,
  type Filter,
  type FromWorker,
  NO_STATE,
  type Row,
  type Source,
  type State,
  type ToWorker,
} from "./protocol";

/** The part of a worker that is used; replaced in tests. */
export interface Thread {
  postMessage(message: ToWorker): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
}

function thread(): Thread {
  return new Worker(new URL("./log.worker.ts", import.meta.url), { type: "module" });
}

type Answer = Exclude<FromWorker, { kind: "state" }>;

/** The page's side of the thread that holds the lines. */
export class LogStore {
  private now: State = NO_STATE;
  private asked = 0;
  private sent = 0;
  private readonly open = new Map<number, (answer: Answer) => void>();
  private readonly listeners = new Set<() => void>();

  constructor(private readonly worker: Thread = thread()) {
    worker.onmessage = ({ data }) => this.receive(data);
  }

  readonly state = (): State => this.now;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  append(lines: readonly LogRecord[]): void {
    this.sent += lines.length;
    if (lines.length > 0) this.worker.postMessage({ kind: "append", lines });
  }

  /** True if the state tells of every line that was sent. */
  settled(): boolean {
    return this.now.received >= this.sent && this.now.progress >= 1;
  }

  setSources(sources: readonly Source[]): void {
    this.worker.postMessage({ kind: "sources", sources });
  }

  setFilter(filter: Filter): void {
    this.worker.postMessage({ kind: "filter", filter });
  }

  clear(): void {
    this.worker.postMessage({ kind: "clear" });
  }

  close(): void {
    this.worker.terminate();
    this.open.clear();
  }

  /** Lines by position; fewer if some are not there (any more). */
  async rows(from: number, to: number): Promise<{ revision: number; rows: readonly Row[] }> {
    const answer = await this.ask((ask) => ({ kind: "rows", ask, from, to }));
    return answer.kind === "rows" ? answer : { revision: -1, rows: [] };
  }

  /** Position of the next line that matches. */
  async step(from: number, by: 1 | -1): Promise<number | undefined> {
    const answer = await this.ask((ask) => ({ kind: "step", ask, from, by }));
    return answer.kind === "position" ? answer.position : undefined;
  }

  /** Position of a line, or of the one that comes after it. */
  async locate(id: number): Promise<number | undefined> {
    const answer = await this.ask((ask) => ({ kind: "locate", ask, id }));
    return answer.kind === "position" ? answer.position : undefined;
  }

  /** Shown lines as a file; all of them without `from` and `to`. */
  async export(format: ExportFormat, from?: number, to?: number): Promise<Blob> {
    const range = from === undefined || to === undefined ? {} : { from, to };
    const answer = await this.ask((ask) => ({ kind: "export", ask, format, ...range }));
    return answer.kind === "exported" ? answer.blob : new Blob();
  }

  private ask(message: (ask: number) => ToWorker): Promise<Answer> {
    const ask = ++this.asked;
    return new Promise((resolve) => {
      this.open.set(ask, resolve);
      this.worker.postMessage(message(ask));
    });
  }

  private receive(message: FromWorker): void {
    if (message.kind === "state") {
      this.now = message.state;
      for (const listener of [...this.listeners]) listener();
      return;
    }
    const answer = this.open.get(message.ask);
    this.open.delete(message.ask);
    answer?.(message);
  }
}
