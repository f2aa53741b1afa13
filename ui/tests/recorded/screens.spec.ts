// A picture of every view, in every theme and size, for eyes; and what a machine can judge of
// it: no errors, no sideways scrolling, no accessibility violation.
import { mkdirSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { CONTAINER_TABS, LISTS, SIZES, THEMES, VIEWS } from "../support/views";
import { choose, expect, settled, test, type World } from "../support/worlds";

const FOLDER = new URL("../../../target/screens/", import.meta.url).pathname;
mkdirSync(FOLDER, { recursive: true });

async function picture(page: Page, name: string): Promise<void> {
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await settled(page);
    await page.screenshot({ path: `${FOLDER}${name}-${size.width}.png` });
    const wide = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(wide, `${name} scrolls sideways at ${size.width}`).toBeLessThanOrEqual(0);
  }
}

async function accessible(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map((it) => ({
    rule: it.id,
    where: it.nodes.slice(0, 3).map((node) => node.target.join(" ")),
    why: it.nodes[0]?.failureSummary,
  }));
  expect(found, `${name} has accessibility violations`).toEqual([]);
}

for (const theme of THEMES) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme });

    for (const [name, path] of VIEWS) {
      test(`${name} in ${theme}`, async ({ openAt, faults }) => {
        const page = await openAt("small", path);
        await picture(page, `${name}-12-${theme}`);
        await accessible(page, name);
        expect(faults).toEqual([]);
      });
    }

    for (const tab of CONTAINER_TABS) {
      test(`the ${tab} of a container in ${theme}`, async ({ openAt, running, faults }) => {
        const name = await running("small");
        const page = await openAt("small", `/containers/${encodeURIComponent(name)}/${tab}`);
        await picture(page, `container-${tab}-${theme}`);
        await accessible(page, tab);
        expect(faults).toEqual([]);
      });
    }

    for (const world of ["empty", "large", "stopped", "asleep"] as const) {
      for (const [name, path] of VIEWS.filter(([name]) => LISTS.includes(name))) {
        test(`${name} when ${world} in ${theme}`, async ({ openAt, faults }) => {
          const page = await openAt(world, path);
          await picture(page, `${name}-${label(world)}-${theme}`);
          if (world !== "large") await accessible(page, name);
          expect(faults).toEqual([]);
        });
      }
    }
  });
}

function label(world: World): string {
  return { empty: "0", large: "1000" }[world as string] ?? world;
}

for (const contrast of THEMES) {
  test(`high contrast on ${contrast}`, async ({ page, openAt, faults }) => {
    await choose(page, { theme: contrast, contrast: "more" });
    await openAt("small", "/containers");
    await picture(page, `containers-contrast-${contrast}`);
    await accessible(page, "containers");
    expect(faults).toEqual([]);
  });
}

for (const locale of ["de", "zh"]) {
  test(`the language ${locale}`, async ({ page, openAt, faults }) => {
    await choose(page, { locale });
    await openAt("small", "/containers");
    await picture(page, `containers-${locale}`);
    await expect(page.locator("html")).toHaveAttribute("lang", locale);
    expect(faults).toEqual([]);
  });
}
