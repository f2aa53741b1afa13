/** Makes and starts a container, or puts a changed one in the place of another. */
import { CallError } from "@/rpc/error";
import { createRequest } from "./spec/body";
import type { Inspected } from "./spec/inspect";
import type { RunSpec } from "./spec/spec";

/** The part of the engine that is needed; replaced in tests. */
export interface Engine {
  post<T = void>(path: string, body?: unknown, query?: Record<string, unknown>): Promise<T>;
  get<T>(path: string): Promise<T>;
  delete(path: string, query?: Record<string, unknown>): Promise<void>;
  /** Pulls an image; fails when that fails. */
  pull(image: string, platform: string): Promise<void>;
  /** The image is there. */
  has(image: string): boolean;
  wait(ms: number): Promise<void>;
}

export type Phase = "pull" | "stop" | "create" | "start" | "watch" | "remove" | "back";
type Tell = (phase: Phase) => void;

/** How long a new container is watched before the old one goes. */
export const WATCHED_MS = 1500;

async function prepare(spec: RunSpec, engine: Engine, tell: Tell): Promise<void> {
  if (spec.pull === "never") return;
  if (spec.pull !== "always" && engine.has(spec.image)) return;
  tell("pull");
  await engine.pull(spec.image, spec.platform);
}

async function create(spec: RunSpec, engine: Engine): Promise<string> {
  const { query, body } = createRequest(spec);
  const { Id } = await engine.post<{ Id: string }>("/containers/create", body, query);
  return Id;
}

/** `docker run -d`: the new container's ID. Leaves nothing behind when it can't be started. */
export async function launch(spec: RunSpec, engine: Engine, tell: Tell): Promise<string> {
  await prepare(spec, engine, tell);
  tell("create");
  const id = await create(spec, engine);
  try {
    tell("start");
    await engine.post(`/containers/${id}/start`);
  } catch (thrown) {
    await quietly(() => engine.delete(`/containers/${id}`, { force: true, v: true }));
    throw thrown;
  }
  return id;
}

export interface Replacement {
  old: Inspected & { State: { Running: boolean } };
  /** What the old one was made of, for when it removes itself. */
  oldSpec: RunSpec;
  spec: RunSpec;
}

/** The name that the old one has until the new one runs. */
export function nameBefore(name: string, id: string): string {
  return `${name}-before-${id.slice(0, 6)}`;
}

/**
 * Makes a changed container in the place of another. The old one goes only
 * after the new one runs; else everything is put back and the failure thrown.
 */
export async function replace(change: Replacement, engine: Engine, tell: Tell): Promise<string> {
  const { old, spec } = change;
  const wasRunning = old.State.Running;
  const oldName = old.Name.replace(/^\//, "");
  await prepare(spec, engine, tell);
  tell("stop");
  await engine.post(`/containers/${old.Id}/rename`, undefined, {
    name: nameBefore(oldName, old.Id),
  });
  let made: string | undefined;
  try {
    tell("create");
    made = await create(spec, engine);
    if (wasRunning) {
      // Both can't have the same ports: the old one stops only now, when all else is sure.
      tell("stop");
      await engine.post(`/containers/${old.Id}/stop`);
      tell("start");
      await engine.post(`/containers/${made}/start`);
      tell("watch");
      await staysUp(made, engine);
    }
  } catch (thrown) {
    tell("back");
    await putBack(change, made, oldName, engine, thrown);
  }
  tell("remove");
  // Anonymous volumes are kept: the new one uses them.
  if (old.HostConfig.AutoRemove !== true || !wasRunning) {
    await engine.delete(`/containers/${old.Id}`, { force: true });
  }
  return made ?? "";
}

/** Fails if it ends at once with a failure. One that ends well had nothing more to do. */
async function staysUp(id: string, engine: Engine): Promise<void> {
  await engine.wait(WATCHED_MS);
  const { State } = await engine.get<{
    State: { Running: boolean; ExitCode: number; Error?: string };
  }>(`/containers/${id}/json`);
  if (State.Running || State.ExitCode === 0) return;
  throw new CallError(
    "ended",
    `The new container ended at once with code ${State.ExitCode}.`,
    "Look at what it wrote: run it as a second container by 'Duplicate', then open its logs.",
    State.Error,
  );
}

async function putBack(
  { old, oldSpec }: Replacement,
  made: string | undefined,
  oldName: string,
  engine: Engine,
  reason: unknown,
): Promise<never> {
  if (made) await quietly(() => engine.delete(`/containers/${made}`, { force: true }));
  const removedItself = old.HostConfig.AutoRemove === true && !(await isThere(old.Id, engine));
  try {
    if (removedItself) {
      const id = await create(oldSpec, engine);
      await engine.post(`/containers/${id}/start`);
    } else {
      await engine.post(`/containers/${old.Id}/rename`, undefined, { name: oldName });
      if (old.State.Running) await engine.post(`/containers/${old.Id}/start`);
    }
  } catch (again) {
    const first = CallError.from(reason);
    throw new CallError(
      first.code,
      first.message,
      `The old container could not be put back either (${CallError.from(again).message}): look for ${nameBefore(oldName, old.Id)}.`,
      first.details,
    );
  }
  throw reason;
}

async function isThere(id: string, engine: Engine): Promise<boolean> {
  try {
    await engine.get(`/containers/${id}/json`);
    return true;
  } catch {
    return false;
  }
}

async function quietly(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch {
    // What led here is what is told.
  }
}
