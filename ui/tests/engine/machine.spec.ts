// The machine under the dashboard: settings, diagnostics, space, and a daemon that goes away.
import { berth, docker, expect, IMAGE, test } from "../support/engine";

test("diagnostics show what the daemon finds of itself", async ({ openAt }) => {
  const page = await openAt("/diagnostics");
  for (const title of [
    "Hypervisor",
    "VM image",
    "Disk space",
    "Virtual machine",
    "Docker Engine",
  ]) {
    await expect(page.getByRole("heading", { name: title, exact: true })).toBeVisible();
  }
});

test("a setting with a bad value says what is wrong and changes nothing", async ({ openAt }) => {
  const page = await openAt("/settings");
  const memory = page.getByLabel("memory", { exact: true });
  const before = await memory.inputValue();
  await memory.fill("a lot");
  await memory.press("Enter");
  await expect(page.getByText(/is not a size/)).toBeVisible();
  await memory.press("Escape");
  await expect(memory).toHaveValue(before);
});

test("space counts images and frees exactly what was chosen", async ({ openAt, tidy }) => {
  await tidy("spent");
  await docker(
    "run",
    "--name",
    "spent",
    IMAGE,
    "dd",
    "if=/dev/zero",
    "of=/big",
    "bs=1M",
    "count=8",
  );
  const page = await openAt("/space");
  await page
    .getByRole("button", { name: /Data disk/ })
    .first()
    .click();
  await page
    .getByRole("button", { name: /^Containers/ })
    .first()
    .click();
  await page.getByLabel("Choose spent").check();
  await page.getByRole("button", { name: /Free/ }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("listitem")).toHaveCount(1);
  await expect(dialog).toContainText("spent");
  await dialog.getByRole("button", { name: /Remove/ }).click();
  await expect
    .poll(() => docker("ps", "-aq", "--filter", "name=spent"), { timeout: 60_000 })
    .toBe("");
});

test("the dashboard finds the daemon again after it was killed", async ({ openAt, tidy }) => {
  await tidy("stays");
  await docker("run", "-d", "--name", "stays", IMAGE, "sleep", "10000");
  const page = await openAt("/containers");
  const row = page.getByRole("row").filter({ hasText: "stays" });
  await expect(row).toContainText("running");
  const { daemon } = JSON.parse(await berth("status", "--json")) as { daemon: { pid: number } };
  process.kill(daemon.pid, "SIGKILL");
  await expect(page.getByText("Daemon not reachable")).toBeVisible();
  await expect(row, "the last known state stays in sight").toBeVisible();
  // The new daemon has a new token, which only its own user can ask for.
  const { url } = JSON.parse(await berth("dashboard", "--no-open", "--json")) as { url: string };
  await page.goto(url);
  await expect(page.getByRole("row").filter({ hasText: "stays" })).toContainText("running");
});
