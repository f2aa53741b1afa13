// What containers and registries say is only ever text: names, labels and lines made to break
// a page or to run something in it.
import { expect, test } from "../support/worlds";

const PATHS = ["/containers", "/images", "/volumes", "/networks", "/compose", "/logs", "/space"];

test.beforeEach(async ({ page }) => {
  // Any of these would mean that text became code.
  await page.addInitScript(() => {
    const hits: string[] = [];
    Object.assign(globalThis, { __hits: hits, alert: (it: unknown) => hits.push(`alert ${it}`) });
    globalThis.addEventListener("securitypolicyviolation", (event) =>
      hits.push(`policy ${event.violatedDirective} ${event.blockedURI}`),
    );
  });
});

for (const path of PATHS) {
  test(`hostile names do nothing in ${path}`, async ({ openAt, faults }) => {
    const page = await openAt("hostile", path);
    expect(
      await page.evaluate(() => (globalThis as unknown as { __hits: string[] }).__hits),
    ).toEqual([]);
    expect(await page.locator("main script, main iframe, main img[src^=http]").count()).toBe(0);
    const wide = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(wide).toBeLessThanOrEqual(0);
    expect(faults).toEqual([]);
  });
}

test("hostile lines are text: no markup, no sequences, nothing that turns the line around", async ({
  openAt,
  running,
  faults,
}) => {
  const name = await running("hostile");
  const page = await openAt("hostile", `/containers/${encodeURIComponent(name)}/logs`);
  const log = page.getByRole("log");
  await expect(log).not.toHaveText("");
  expect(await log.locator("script, img, iframe, a[href^=javascript]").count()).toBe(0);
  const text = (await log.textContent()) ?? "";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  expect(text).not.toMatch(/[\u0000-\u0008\u001b\u202a-\u202e\u2066-\u2069]/);
  expect(await page.evaluate(() => (globalThis as unknown as { __hits: string[] }).__hits)).toEqual(
    [],
  );
  expect(await page.title()).toContain("Berth");
  expect(faults).toEqual([]);
});
