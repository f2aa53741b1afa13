import type { Container } from "@/bindings/Container";
import { eachTold } from "@/components";
import { t } from "@/i18n/i18n";
import { docker } from "@/rpc";

// What is done to containers; each tells how it went and offers the way back where there is one.

/** `web`, or `3`: names for one, numbers for many. */
function named(names: readonly string[]): { name: string; count: number } {
  return { name: names[0] ?? "", count: names.length };
}

function doEach(
  rows: readonly Container[],
  verb: string,
  act: (it: Container) => Promise<unknown>,
  undo?: (rows: readonly Container[]) => void,
) {
  return eachTold(rows, act, {
    nameOf: (it) => it.name,
    done: (names) => t(`containers-did-${verb}`, named(names)),
    failed: (names, of) => t(`containers-failed-${verb}`, { ...named(names), of }),
    undo,
  });
}

const path = (it: Container) => `/containers/${it.id}`;

export async function start(rows: readonly Container[]): Promise<void> {
  await doEach(rows, "start", (it) =>
    docker.post(`${path(it)}/${it.state === "paused" ? "unpause" : "start"}`),
  );
}

export async function stop(rows: readonly Container[]): Promise<void> {
  await doEach(
    rows,
    "stop",
    (it) => docker.post(`${path(it)}/stop`),
    (done) => void start(done.map((it) => ({ ...it, state: "exited" }))),
  );
}

export async function restart(rows: readonly Container[]): Promise<void> {
  await doEach(rows, "restart", (it) => docker.post(`${path(it)}/restart`));
}

export async function kill(rows: readonly Container[]): Promise<void> {
  await doEach(
    rows,
    "kill",
    (it) => docker.post(`${path(it)}/kill`),
    (done) => void start(done.map((it) => ({ ...it, state: "exited" }))),
  );
}

export async function pause(rows: readonly Container[]): Promise<void> {
  await doEach(
    rows,
    "pause",
    (it) => docker.post(`${path(it)}/pause`),
    (done) => void start(done.map((it) => ({ ...it, state: "paused" }))),
  );
}

export async function unpause(rows: readonly Container[]): Promise<void> {
  await doEach(rows, "unpause", (it) => docker.post(`${path(it)}/unpause`));
}

/** Removes at once: ask with `remove.ts` before. */
export async function removeNow(rows: readonly Container[], volumes: boolean): Promise<void> {
  await doEach(rows, "remove", (it) =>
    docker.delete(path(it), { v: volumes, force: it.state !== "exited" && it.state !== "created" }),
  );
}
