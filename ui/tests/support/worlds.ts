import { test as base, type Page } from "@playwright/test";
import { type Recorded, startRecorded } from "./recorded";

/** Engines of different sizes, by name. */
export const WORLDS = {
  empty: ["--containers", "0", "--images", "0", "--volumes", "0"],
  small: ["--containers", "12", "--images", "20", "--volumes", "8"],
  large: ["--containers", "1000", "--images", "2000", "--volumes", "500"],
  hostile: ["--containers", "24", "--images", "20", "--volumes", "8", "--hostile"],
  // The daemon remembers choices: what is chosen here must not show elsewhere.
  choices: ["--containers", "12", "--images", "20", "--volumes", "8"],
  stopped: ["--containers", "12", "--vm", "stopped"],
  asleep: ["--containers", "12", "--vm", "suspended"],
} as const;
export type World = keyof typeof WORLDS;

interface Fixtures {
  /** Opens the dashboard of a world at a path, and fails the test on errors of the page. */
  openAt: (world: World, path: string) => Promise<Page>;
  /** Name of a container that runs. */
  running: (world: World) => Promise<string>;
  /** Errors that the page reported. */
  faults: string[];
}

interface WorkerFixtures {
  engines: (world: World) => Promise<Recorded>;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  engines: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const open = new Map<World, Promise<Recorded>>();
      await use((world) => {
        const known = open.get(world) ?? startRecorded(WORLDS[world]);
        open.set(world, known);
        return known;
      });
      for (const engine of open.values()) await (await engine).stop();
    },
    { scope: "worker" },
  ],
  running: async ({ engines, request }, use) => {
    await use(async (world) => {
      const { origin, hash } = new URL((await engines(world)).url);
      const token = new URLSearchParams(hash.slice(1)).get("token");
      const headers = { Authorization: `Bearer ${token}` };
      const answer = await request.get(`${origin}/docker/containers/json`, { headers });
      const [first] = (await answer.json()) as { Names: string[] }[];
      if (!first?.Names[0]) throw new Error(`no container runs in the world '${world}'`);
      return first.Names[0].replace(/^\//, "");
    });
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  faults: async ({}, use) => {
    await use([]);
  },
  openAt: async ({ page, engines, faults }, use) => {
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("console", (message) => {
      if (message.type() !== "error") return;
      // "There is no such thing" is an ordinary answer of the engine; the browser notes it all the same.
      const asked = message.location().url.includes("/docker/");
      if (!(asked && / 404 /.test(message.text()))) faults.push(message.text());
    });
    await use(async (world, path) => {
      const { url } = await engines(world);
      await page.goto(url);
      await page.goto(`${new URL(url).origin}/#${path}`);
      await settled(page);
      return page;
    });
  },
});

export { expect } from "@playwright/test";

/** Waits until the view is drawn and nothing moves. */
export async function settled(page: Page): Promise<void> {
  await page.locator("main h1, main h2, main [role=alert]").first().waitFor();
  // Parts of a view are loaded when they are first opened.
  await page.waitForFunction(() =>
    [...document.querySelectorAll("main [role=tabpanel]:not([hidden])")].every(
      (panel) => panel.textContent?.trim() !== "" || panel.querySelector("canvas, input") !== null,
    ),
  );
  await page.waitForFunction(() =>
    document.getAnimations().every((it) => {
      const timing = it.effect?.getComputedTiming();
      return it.playState !== "running" || timing?.iterations === Number.POSITIVE_INFINITY;
    }),
  );
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
}

/** Sets the look of the dashboard as a user's choice would, before it is opened. */
export async function choose(page: Page, look: Record<string, unknown>): Promise<void> {
  await page.addInitScript((value) => {
    localStorage.setItem("berth.pref.appearance", value);
  }, JSON.stringify(look));
}
