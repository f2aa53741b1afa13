import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { test as base, type Page } from "@playwright/test";
import { settled } from "./worlds";

const run = promisify(execFile);

function need(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; run the tests by 'cargo xtask test'`);
  return value;
}

/** The image that the tests run: busybox, imported by `cargo xtask test`. */
export const IMAGE = "e2e/busybox";

/** Runs the real `docker` against the real engine; gives what it printed. */
export async function docker(...args: string[]): Promise<string> {
  const program = `${need("BERTH_E2E_CLIENTS")}/docker`;
  const socket = `unix://${need("BERTH_HOME")}/run/docker.sock`;
  const { stdout } = await run(program, ["--host", socket, ...args], { timeout: 120_000 });
  return stdout.trim();
}

/** Runs `berth`; gives what it printed. */
export async function berth(...args: string[]): Promise<string> {
  const { stdout } = await run(need("BERTH_E2E_CLI"), args, { timeout: 170_000 });
  return stdout.trim();
}

interface Fixtures {
  /** Opens the dashboard of the real daemon at a path. */
  openAt: (path: string) => Promise<Page>;
  /** Removes containers of these names, also those that a failed test left. */
  tidy: (...names: string[]) => Promise<void>;
}

export const test = base.extend<Fixtures>({
  openAt: async ({ page }, use) => {
    await use(async (path) => {
      const { url } = JSON.parse(await berth("dashboard", "--no-open", "--json")) as {
        url: string;
      };
      await page.addInitScript(() => localStorage.setItem("berth.pref.first-run.done", "true"));
      await page.goto(url);
      await page.goto(`${new URL(url).origin}/#${path}`);
      await settled(page);
      return page;
    });
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  tidy: async ({}, use) => {
    const all = new Set<string>();
    const remove = async (names: Iterable<string>) => {
      const list = [...names];
      if (list.length > 0) await docker("rm", "--force", "--volumes", ...list).catch(() => "");
    };
    await use(async (...names) => {
      for (const name of names) all.add(name);
      await remove(names);
    });
    await remove(all);
  },
});

export { expect } from "@playwright/test";
