// Containers in the real engine, by pointer and by keys.
import { docker, expect, IMAGE, test } from "../support/engine";

test("what the terminal does is seen at once, and what is done here is done there", async ({
  openAt,
  tidy,
}) => {
  await tidy("seen");
  const page = await openAt("/containers");
  await docker("run", "-d", "--name", "seen", IMAGE, "sleep", "10000");
  const row = page.getByRole("row").filter({ hasText: "seen" });
  await expect(row).toContainText("running");

  await page.getByRole("treegrid").or(page.getByRole("grid")).first().focus();
  await page.keyboard.press("/");
  await page.keyboard.type("seen");
  await page.keyboard.press("Enter");
  await page.keyboard.press("s");
  await expect(row).toContainText("exited");
  expect(await docker("inspect", "-f", "{{.State.Status}}", "seen")).toBe("exited");
  await page.keyboard.press("s");
  await expect(row).toContainText("running");
});

test("a container is removed by keys after the list of what goes was seen", async ({
  openAt,
  tidy,
}) => {
  await tidy("goes");
  await docker("run", "-d", "--name", "goes", IMAGE, "sleep", "10000");
  const page = await openAt("/containers");
  const row = page.getByRole("row").filter({ hasText: "goes" });
  await expect(row).toBeVisible();
  await page.keyboard.press("/");
  await page.keyboard.type("goes");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Delete");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("goes");
  await dialog.getByRole("button", { name: /Remove/ }).press("Enter");
  await expect
    .poll(() => docker("ps", "-aq", "--filter", "name=goes"), { timeout: 60_000 })
    .toBe("");
});

test("several are stopped together, and each failure would be named", async ({ openAt, tidy }) => {
  const names = ["many-1", "many-2", "many-3"];
  await tidy(...names);
  for (const name of names) await docker("run", "-d", "--name", name, IMAGE, "sleep", "10000");
  const page = await openAt("/containers");
  await page.keyboard.press("/");
  await page.keyboard.type("many-");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("row").filter({ hasText: "many-3" })).toBeVisible();
  await page.keyboard.press("mod+a".replace("mod", "Control"));
  await page.keyboard.press("s");
  await expect
    .poll(() => docker("ps", "-q", "--filter", "name=many-"), { timeout: 120_000 })
    .toBe("");
});

test("the palette finds a container and opens it", async ({ openAt, tidy }) => {
  await tidy("palette-me");
  await docker("run", "-d", "--name", "palette-me", IMAGE, "sleep", "10000");
  const page = await openAt("/images");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("palette-me");
  await expect(page.getByRole("option").filter({ hasText: "palette-me" }).first()).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#\/containers\/.+/);
  await expect(page.getByRole("region", { name: /palette-me/ })).toBeVisible();
});
