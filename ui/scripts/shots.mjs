// Pictures into target/screens/ui: `npm run shots [-- part-of-a-name…]`.
import { mkdir } from "node:fs/promises";
import { open, start } from "./browser.mjs";

const folder = new URL("../../target/screens/ui/", import.meta.url).pathname;
const wanted = process.argv.slice(2);

const list = '[role="treegrid"],[role="grid"]';

const shots = [
  { name: "containers-12", path: "/containers", world: { total: 12 } },
  { name: "containers-0", path: "/containers", world: { total: 0 } },
  { name: "containers-1000", path: "/containers", world: { total: 1000 } },
  {
    name: "containers-selected",
    path: "/containers",
    world: { total: 12 },
    act: async (page) => {
      await page.focus(list);
      for (const key of ["j", "j", "x", "j", "x", "j", "j", "x"]) await page.keyboard.press(key);
    },
  },
  {
    name: "containers-menu",
    path: "/containers",
    world: { total: 12 },
    act: async (page) => {
      await page.getByText("shop-web-1").click({ button: "right" });
      await page.waitForTimeout(150);
    },
  },
  {
    name: "containers-remove",
    path: "/containers",
    world: { total: 12 },
    act: async (page) => {
      await page.focus(list);
      for (const key of ["j", "j", "x", "j", "j", "x", "Delete"]) await page.keyboard.press(key);
      await page.waitForSelector('[role="dialog"]');
      await page.waitForTimeout(200);
    },
  },
  {
    name: "containers-open",
    path: "/containers/0000000278dde7250000000278dde7250000000278dde7250000000278dde725",
    world: { total: 12 },
  },
  {
    name: "containers-asleep",
    path: "/containers",
    world: { total: 12, state: "suspended" },
  },
  {
    name: "palette",
    path: "/containers",
    world: { total: 12 },
    act: async (page) => {
      await page.keyboard.press("Control+k");
      await page.waitForSelector('[role="dialog"]');
      await page.keyboard.type("web");
      await page.waitForTimeout(200);
    },
  },
  {
    name: "keys",
    path: "/containers",
    world: { total: 12 },
    act: async (page) => {
      await page.keyboard.press("?");
      await page.waitForSelector('[role="dialog"]');
      await page.waitForTimeout(200);
    },
  },
  {
    name: "tasks",
    path: "/containers",
    world: { total: 12 },
    act: async (page) => {
      await page.getByRole("button", { name: /postgres:18/ }).click();
      await page.waitForTimeout(1200);
    },
  },
  {
    name: "containers-zoom",
    path: "/containers",
    world: { total: 12, prefs: { appearance: { zoom: 150 } } },
    act: async (page) => {
      await page.getByText("shop-cache-1").click({ button: "right" });
      await page.waitForTimeout(200);
    },
  },
  {
    name: "tip-zoom",
    path: "/containers",
    world: { total: 12, prefs: { appearance: { zoom: 150 } } },
    act: async (page) => {
      await page.getByRole("button", { name: /Group by/ }).hover();
      await page.waitForTimeout(900);
    },
  },
  {
    name: "containers-contrast",
    path: "/containers",
    world: { total: 12, prefs: { appearance: { contrast: "more", density: "comfortable" } } },
  },
  {
    name: "containers-de",
    path: "/containers",
    world: { total: 12, prefs: { appearance: { locale: "de" } } },
  },
  {
    name: "containers-zh",
    path: "/containers",
    world: { total: 12, prefs: { appearance: { locale: "zh" } } },
  },
  {
    name: "containers-lost",
    path: "/containers",
    world: { total: 12, cut: 600 },
    act: (page) => page.waitForTimeout(1200),
  },
  {
    name: "notices",
    path: "/gallery",
    world: { total: 12 },
    act: async (page) => {
      await page.getByRole("button", { name: "Notice", exact: true }).click();
      await page.getByRole("button", { name: "Failure" }).click();
      await page.getByRole("button", { name: "Confirm" }).click();
      await page.waitForTimeout(300);
    },
  },
  {
    name: "palette-actions",
    path: "/containers",
    world: { total: 12 },
    act: async (page) => {
      await page.keyboard.press("Control+k");
      await page.waitForSelector('[role="dialog"] input');
      await page.keyboard.type("shop-web");
      await page.keyboard.press("Tab");
      await page.waitForTimeout(200);
    },
  },
  {
    name: "output",
    path: "/containers",
    world: { total: 12 },
    act: async (page) => {
      await page.getByRole("button", { name: /postgres:18/ }).click();
      await page.getByRole("button", { name: "Output" }).first().click();
      await page.waitForTimeout(400);
    },
  },
  { name: "gallery", path: "/gallery", world: { total: 12 } },
];

await mkdir(folder, { recursive: true });
const at = await start();
for (const theme of ["light", "dark"]) {
  for (const [width, height] of [
    [1280, 800],
    [900, 600],
  ]) {
    for (const shot of shots) {
      const name = `${shot.name}-${theme}-${width}`;
      if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue;
      const view = await open(at, shot.path, { ...shot, width, height, theme });
      await view.page.waitForTimeout(350);
      await shot.act?.(view.page);
      await view.page.screenshot({ path: `${folder}${name}.png` });
      if (view.faults.length > 0) console.log(name, view.faults);
      await view.close();
    }
  }
}
await at.stop();
