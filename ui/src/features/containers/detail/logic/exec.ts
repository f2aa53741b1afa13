import type { Query } from "@/rpc/docker";
import { FrameReader, type Output } from "./frames";

/** The part of the Docker client that is used; replaced in tests. */
export interface Engine {
  request(
    method: string,
    path: string,
    request?: {
      query?: Query;
      body?: unknown;
      headers?: Record<string, string>;
      signal?: AbortSignal;
    },
  ): Promise<Response>;
}

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
  /** There was more output than is kept. */
  cut: boolean;
}

export interface RunOptions {
  user?: string;
  signal?: AbortSignal;
  /** At most this many bytes of each output are kept. */
  limit?: number;
}

/** Runs a program in a running container and waits for its end. No shell is involved. */
export async function run(
  engine: Engine,
  container: string,
  command: readonly string[],
  { user, signal, limit = 16 << 20 }: RunOptions = {},
): Promise<Ran> {
  const asked = { Cmd: command, AttachStdout: true, AttachStderr: true, User: user };
  const created = await engine.request("POST", `/containers/${container}/exec`, {
    body: asked,
    signal,
  });
  const { Id: id } = (await created.json()) as { Id: string };
  const answer = await engine.request("POST", `/exec/${id}/start`, {
    body: { Detach: false, Tty: false },
    signal,
  });
  const outputs = await collect(answer, limit);
  const ended = await engine.request("GET", `/exec/${id}/json`, { signal });
  const { ExitCode: code } = (await ended.json()) as { ExitCode: number | null };
  return { code: code ?? -1, ...outputs };
}

async function collect(answer: Response, limit: number): Promise<Omit<Ran, "code">> {
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  const texts = { stdout: "", stderr: "" };
  let kept = 0;
  let cut = false;
  const frames = new FrameReader();
  const reader = answer.body?.getReader();
  const take = (output: Output, bytes: Uint8Array) => {
    texts[output] += decoders[output].decode(bytes, { stream: true });
    kept += bytes.length;
  };
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    frames.push(value, take);
    cut = kept > limit;
    if (cut) {
      await reader.cancel();
      break;
    }
  }
  return { ...texts, cut };
}
