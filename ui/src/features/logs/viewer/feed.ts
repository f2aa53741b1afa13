import type { LogBatch } from "@/bindings/LogBatch";
import type { LogQuery } from "@/bindings/LogQuery";
import type { LogRecord } from "@/bindings/LogRecord";
import { CallError } from "@/rpc/error";
import type { Socket } from "@/rpc/socket";
import { Resume } from "../store/resume";

/** `reading` what is there, `live`, `ended` (nothing more will come), `lost` (it is tried again). */
export type Phase = "reading" | "live" | "ended" | "lost" | "failed";

export interface FeedState {
  phase: Phase;
  error: CallError | undefined;
  /** Lines that wait because of a pause. */
  waiting: number;
}

export interface FeedSink {
  append(lines: readonly LogRecord[]): void;
}

const MAX_WAITING = 200_000;

/** Brings the lines of containers, goes on after a lost connection, and can be paused. */
export class LogFeed {
  private readonly resume = new Resume();
  private readonly abort = new AbortController();
  private readonly joined: string[] = [];
  private waiting: LogRecord[] = [];
  private paused = false;
  private now: FeedState = { phase: "reading", error: undefined, waiting: 0 };
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly socket: Pick<Socket, "stream" | "onState" | "connection">,
    private readonly sink: FeedSink,
    private readonly query: LogQuery,
    /** Whether lines of a container can still be asked for; one that is gone would refuse all. */
    private readonly there: (id: string) => boolean = () => true,
  ) {}

  readonly state = (): FeedState => this.now;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  start(): void {
    const stop = this.socket.onState(() => this.begin());
    this.abort.signal.addEventListener("abort", stop);
    this.begin();
  }

  stop(): void {
    this.abort.abort();
  }

  /** Brings the lines of more containers too, such as one that was just started. */
  join(ids: readonly string[]): void {
    const fresh = ids.filter(
      (id) => !this.query.containers.includes(id) && !this.joined.includes(id),
    );
    if (fresh.length === 0) return;
    this.joined.push(...fresh);
    void this.read({ ...this.query, containers: [...fresh] });
  }

  pause(paused: boolean): void {
    this.paused = paused;
    if (paused) return;
    this.sink.append(this.waiting);
    this.waiting = [];
    this.become({ waiting: 0 });
  }

  private begin(): void {
    if (this.abort.signal.aborted) return;
    const connection = this.socket.connection();
    if (connection !== "open") {
      if (connection !== "connecting") this.become({ phase: "lost" });
      return;
    }
    this.resume.begin();
    const since = this.resume.since();
    const again = since === null ? {} : { since_ms: since, tail: null };
    const containers = [...this.query.containers, ...this.joined].filter(this.there);
    if (containers.length === 0) return this.become({ phase: "ended" });
    void this.read({ ...this.query, ...again, containers });
  }

  private async read(query: LogQuery): Promise<void> {
    this.become({ phase: this.now.phase === "live" ? "live" : "reading", error: undefined });
    try {
      const onEvent = (batch: LogBatch) => this.take(batch);
      await this.socket.stream("container_logs", query, { onEvent, signal: this.abort.signal });
      this.become({ phase: "ended" });
    } catch (thrown) {
      const error = CallError.from(thrown);
      if (error.code === "cancelled") return;
      if (error.code === "disconnected") this.become({ phase: "lost" });
      else this.become({ phase: "failed", error });
    }
  }

  private take(batch: LogBatch): void {
    const lines = this.resume.fresh(batch.lines);
    if (!this.paused) this.sink.append(lines);
    else {
      this.waiting = [...this.waiting, ...lines].slice(-MAX_WAITING);
      this.become({ waiting: this.waiting.length });
    }
    if (batch.caught_up && this.now.phase !== "live") this.become({ phase: "live" });
  }

  private become(change: Partial<FeedState>): void {
    this.now = { ...this.now, ...change };
    for (const listener of [...this.listeners]) listener();
  }
}
