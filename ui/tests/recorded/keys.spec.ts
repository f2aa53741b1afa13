// Everything by keyboard.
import { expect, test } from "../support/worlds";

test("g and a letter goes to a view, and back leads back", async ({ openAt }) => {
  const page = await openAt("small", "/containers");
  await page.keyboard.press("g");
  await page.keyboard.press("i");
  await expect(page).toHaveURL(/#\/images/);
  await page.keyboard.press("g");
  await page.keyboard.press("v");
  await expect(page).toHaveURL(/#\/volumes/);
  await page.keyboard.press("Alt+ArrowLeft");
  await expect(page).toHaveURL(/#\/images/);
});

test("the palette opens, finds, and gives the focus back", async ({ openAt }) => {
  const page = await openAt("small", "/containers");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.type("activity");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#\/activity/);
  await page.keyboard.press("Control+k");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("? lists the keys of what is focused", async ({ openAt }) => {
  const page = await openAt("small", "/containers");
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  await expect(dialog).toContainText("Restart");
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
});

test("a container is opened, its tabs changed and closed by keys", async ({ openAt }) => {
  const page = await openAt("small", "/containers");
  await page.keyboard.press("/");
  await page.keyboard.press("Enter");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#\/containers\/.+/);
  await expect(page.getByRole("tab", { name: "Overview" })).toBeVisible();
  await page.keyboard.press("]");
  await expect(page).toHaveURL(/#\/containers\/.+\/logs/);
});

test("the filter keeps the selection of what it hides", async ({ openAt }) => {
  const page = await openAt("small", "/containers");
  await page.keyboard.press("/");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Control+a");
  const bar = page.getByText(/\d+ selected/).first();
  await expect(bar).toBeVisible();
  const before = await bar.textContent();
  await page.keyboard.press("/");
  await page.keyboard.type("zzz");
  await expect(bar).toContainText(before ?? "");
});

test("themes, contrast, language and zoom hold at once", async ({ openAt }) => {
  const page = await openAt("choices", "/settings/look");
  await page.getByText("Dark", { exact: true }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.getByText("High", { exact: true }).click();
  await expect(page.locator("html")).toHaveAttribute("data-contrast", "more");
  await page.getByLabel("Language").selectOption("de");
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Einstellungen");
});
