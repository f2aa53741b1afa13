import { type Engine, run } from "./exec";

/** Shells by how pleasant they are, with where they usually lie. */
export const SHELLS: readonly string[] = [
  "/bin/bash",
  "/usr/bin/bash",
  "/bin/zsh",
  "/usr/bin/zsh",
  "/usr/bin/fish",
  "/bin/ash",
  "/bin/sh",
  "/usr/bin/sh",
  "/busybox/sh",
];

/** The best of the shells that are there; `undefined` for images without one. */
export function choose(there: readonly boolean[]): string | undefined {
  return SHELLS.find((_, at) => there[at]);
}

/** Looks for a shell in a running container's files; where none is seen, one is tried. */
export async function findShell(engine: Engine, container: string): Promise<string | undefined> {
  const there = await Promise.all(SHELLS.map((path) => exists(engine, container, path)));
  return choose(there) ?? (await tried(engine, container));
}

const LAST = "/bin/sh";

async function tried(engine: Engine, container: string): Promise<string | undefined> {
  try {
    const { code } = await run(engine, container, [LAST, "-c", "exit 0"]);
    return code === 0 ? LAST : undefined;
  } catch {
    return undefined;
  }
}

async function exists(engine: Engine, container: string, path: string): Promise<boolean> {
  try {
    await engine.request("HEAD", `/containers/${container}/archive`, { query: { path } });
    return true;
  } catch {
    return false;
  }
}

/** What keeps a shell's prompt and history as in any terminal. */
export const TERMINAL_ENV = ["TERM=xterm-256color", "COLORTERM=truecolor"];

/** Why a text should not go to a shell without a question. */
export function pasteRisk(text: string): "lines" | "controls" | undefined {
  if (/[\n\r]./s.test(text.replace(/[\n\r]+$/, "\n").trimEnd()) || /[\n\r]$/.test(text)) {
    return "lines";
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is looked for
  return /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(text) ? "controls" : undefined;
}

/** A title that a program set, as it may stand in a tab. */
export function safeTitle(title: string): string {
  const clean = title.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu, "").trim();
  return clean.length > 40 ? `${clean.slice(0, 39)}…` : clean;
}
