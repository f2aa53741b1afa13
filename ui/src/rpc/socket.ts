import type { ApiError } from "@/bindings/ApiError";
import type { Credentials } from "@/platform/platform";
import { NoCredentials } from "@/platform/platform";
import { backoff } from "./backoff";
import { CallError, cancelled, disconnected } from "./error";
import type { Item, Method, Params, Result } from "./methods";

/** `refused`: the token is not (or no longer) valid; a new one must come from outside. */
export type Connection = "connecting" | "open" | "lost" | "refused";

interface Reply {
  id: number | null;
  event?: unknown;
  result?: unknown;
  error?: ApiError;
}

interface Open {
  onEvent: ((item: unknown) => void) | undefined;
  done: (result: unknown) => void;
  fail: (error: CallError) => void;
}

export interface StreamOptions<M extends Method> {
  onEvent: (item: Item<M>) => void;
  signal?: AbortSignal;
}

/** What the socket needs of the world; replaced in tests. */
export interface World {
  credentials(start: boolean): Promise<Credentials>;
  open(url: string, protocols: string[]): WebSocket;
  /** {@link credentials} gives a new token when the old one is refused. */
  readonly renewable: boolean;
  /** Whether the token still lets us in, asked after a connection that could not be opened. */
  admitted(credentials: Credentials): Promise<boolean>;
  after(ms: number, run: () => void): () => void;
}

/** Close codes of a token or an origin that is not let in: 4000 and the HTTP status. */
const REFUSALS = [4401, 4403];

/** A client of the control API over one WebSocket that opens itself again. */
export class Socket {
  private socket: WebSocket | undefined;
  private state: Connection = "connecting";
  private attempt = 0;
  private next = 1;
  private cancelRetry: (() => void) | undefined;
  private readonly calls = new Map<number, Open>();
  private readonly listeners = new Set<() => void>();

  constructor(private readonly world: World) {}

  /** The state now; with {@link onState}, a store for `useSyncExternalStore`. */
  readonly connection = (): Connection => this.state;

  readonly onState = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /**
   * Opens the connection, at once even if a later attempt was planned. `start`:
   * with the daemon, where this page can start it.
   */
  connect(start = false): void {
    this.cancelRetry?.();
    this.cancelRetry = undefined;
    if (this.socket) return;
    if (this.state !== "lost") this.become("connecting");
    void this.dial(start);
  }

  /** Asks once. Fails with `disconnected` when the connection is lost before the answer. */
  call<M extends Method>(
    method: M,
    ...[params, options]: undefined extends Params<M>
      ? [params?: Params<M>, options?: { signal?: AbortSignal }]
      : [params: Params<M>, options?: { signal?: AbortSignal }]
  ): Promise<Result<M>> {
    return this.send(method, params, undefined, options?.signal) as Promise<Result<M>>;
  }

  /** As {@link call}, with its events on the way. Aborting cancels the call on the other side. */
  stream<M extends Method>(
    method: M,
    params: Params<M>,
    options: StreamOptions<M>,
  ): Promise<Result<M>> {
    const onEvent = options.onEvent as (item: unknown) => void;
    return this.send(method, params, onEvent, options.signal) as Promise<Result<M>>;
  }

  /**
   * A stream that never ends by itself, begun again after each reconnection.
   * Returns what ends it. `onError` hears of refusals (not of lost connections).
   */
  subscribe<M extends Method>(
    method: M,
    params: Params<M>,
    onEvent: (item: Item<M>) => void,
    onError?: (error: CallError) => void,
  ): () => void {
    const abort = new AbortController();
    const begin = () => {
      if (this.state !== "open" || abort.signal.aborted) return;
      this.stream(method, params, { onEvent, signal: abort.signal }).catch((thrown: unknown) => {
        const error = CallError.from(thrown);
        if (error.code !== "disconnected" && error.code !== "cancelled") onError?.(error);
      });
    };
    const stop = this.onState(begin);
    begin();
    return () => {
      stop();
      abort.abort();
    };
  }

  private send(
    method: Method,
    params: unknown,
    onEvent: ((item: unknown) => void) | undefined,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const socket = this.socket;
    if (signal?.aborted) return Promise.reject(cancelled());
    if (!socket || this.state !== "open") return Promise.reject(disconnected());
    const id = this.next++;
    return new Promise((resolve, reject) => {
      const leave = () => {
        if (!this.calls.delete(id)) return;
        if (this.socket === socket && this.state === "open") {
          socket.send(JSON.stringify({ cancel: id }));
        }
        reject(cancelled());
      };
      const end = () => signal?.removeEventListener("abort", leave);
      this.calls.set(id, {
        onEvent,
        done: (result) => {
          end();
          resolve(result);
        },
        fail: (error) => {
          end();
          reject(error);
        },
      });
      signal?.addEventListener("abort", leave, { once: true });
      socket.send(JSON.stringify(params === undefined ? { id, method } : { id, method, params }));
    });
  }

  private async dial(start = false): Promise<void> {
    let credentials: Credentials;
    try {
      credentials = await this.world.credentials(start);
    } catch (error) {
      if (error instanceof NoCredentials) return this.become("refused");
      return this.retry();
    }
    if (this.socket) return;
    const url = `${credentials.origin.replace(/^http/, "ws")}/api/ws`;
    const socket = this.world.open(url, ["berth.v1", `berth.token.${credentials.token}`]);
    this.socket = socket;
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.become("open");
    };
    socket.onmessage = (message: MessageEvent) => {
      // Only now is it sure: a refusal opens too, to close with its reason.
      this.attempt = 0;
      this.receive(String(message.data));
    };
    socket.onclose = ({ code }: Pick<CloseEvent, "code">) => {
      if (this.socket !== socket) return;
      this.socket = undefined;
      this.failAll();
      void this.closed(opened, code, credentials);
    };
  }

  private async closed(opened: boolean, code: number, credentials: Credentials): Promise<void> {
    const shut = opened ? REFUSALS.includes(code) : !(await this.world.admitted(credentials));
    if (shut && !this.world.renewable) return this.become("refused");
    this.retry();
  }

  private retry(): void {
    this.become("lost");
    this.cancelRetry = this.world.after(backoff(this.attempt++), () => {
      this.cancelRetry = undefined;
      if (!this.socket) void this.dial();
    });
  }

  private receive(text: string): void {
    let reply: Reply;
    try {
      reply = JSON.parse(text) as Reply;
    } catch {
      return;
    }
    const open = reply.id === null ? undefined : this.calls.get(reply.id);
    if (!open || reply.id === null) return;
    if ("event" in reply) {
      open.onEvent?.(reply.event);
      return;
    }
    this.calls.delete(reply.id);
    if (reply.error) open.fail(CallError.of(reply.error));
    else open.done(reply.result);
  }

  private failAll(): void {
    const calls = [...this.calls.values()];
    this.calls.clear();
    for (const call of calls) call.fail(disconnected());
  }

  private become(state: Connection): void {
    if (this.state === state) return;
    this.state = state;
    for (const listener of [...this.listeners]) listener();
  }
}
