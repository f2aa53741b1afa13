import type { Credentials } from "@/platform/platform";
import { CallError, cancelled, disconnected, sentence } from "./error";
import { type ChunkReader, jsonLines } from "./lines";

export type Query = Record<string, string | number | boolean | object | null | undefined>;

export interface DockerRequest {
  query?: Query;
  /** Sent as JSON, or as it is if it is bytes, a `Blob` or a `File`. */
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** `?a=1&filters={"label":["x"]}`: objects become JSON, nothing is sent for `undefined` and `null`. */
export function queryString(query: Query | undefined): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined || value === null) continue;
    parts.set(name, typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  const text = parts.toString();
  return text === "" ? "" : `?${text}`;
}

/** The engine's answer as an error: its `message` is the sentence, the status the code. */
export function dockerError(status: number, text: string, path: string): CallError {
  let message = text.trim();
  let hint: string | undefined;
  try {
    const body = JSON.parse(text) as { message?: string; hint?: string };
    message = body.message ?? message;
    hint = body.hint;
  } catch {
    // Not JSON: the text itself is all there is.
  }
  if (message === "") message = `The engine answered ${status}.`;
  return new CallError(`docker_${status}`, sentence(message), hint ?? hintFor(status), { path });
}

function hintFor(status: number): string | undefined {
  if (status === 404) return "It may have been removed meanwhile.";
  if (status === 409) return "Something else uses it, or it is in another state by now.";
  if (status === 502 || status === 503) return "Start the engine, then try again.";
  return undefined;
}

/** Calls Docker's API by `/docker` of the daemon. Failures are {@link CallError}. */
export class DockerClient {
  constructor(private readonly credentials: () => Promise<Credentials>) {}

  /** The raw answer, for streams of bytes. `path` begins with a slash, without version. */
  async request(method: string, path: string, request: DockerRequest = {}): Promise<Response> {
    const { origin, token } = await this.credentials();
    const headers: Record<string, string> = {
      Authorization: `Bearer ${token}`,
      ...request.headers,
    };
    const { body } = request;
    const raw = body instanceof Blob || body instanceof ArrayBuffer || ArrayBuffer.isView(body);
    if (body !== undefined && !raw) headers["Content-Type"] ??= "application/json";
    let answer: Response;
    try {
      answer = await fetch(`${origin}/docker${path}${queryString(request.query)}`, {
        method,
        headers,
        body: body === undefined ? null : raw ? (body as BodyInit) : JSON.stringify(body),
        signal: request.signal ?? null,
      });
    } catch (thrown) {
      if (request.signal?.aborted) throw cancelled();
      throw thrown instanceof CallError ? thrown : disconnected();
    }
    if (!answer.ok && answer.status !== 304) {
      throw dockerError(answer.status, await answer.text(), `${method} ${path}`);
    }
    return answer;
  }

  /** Asks for JSON; `undefined` for an empty answer. */
  async json<T>(method: string, path: string, request?: DockerRequest): Promise<T> {
    const text = await (await this.request(method, path, request)).text();
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
    return this.json<T>("GET", path, { query, signal });
  }

  post<T = void>(path: string, body?: unknown, query?: Query): Promise<T> {
    return this.json<T>("POST", path, { body, query });
  }

  async delete(path: string, query?: Query): Promise<void> {
    await this.request("DELETE", path, { query });
  }

  /** Objects of an answer that is one JSON object after the other (pull, events, build). */
  async *stream<T>(method: string, path: string, request?: DockerRequest): AsyncGenerator<T> {
    const answer = await this.request(method, path, request);
    if (answer.body) yield* jsonLines<T>(answer.body.getReader() as ChunkReader);
  }
}
