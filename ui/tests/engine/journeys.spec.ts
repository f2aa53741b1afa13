// The ways through the dashboard that people take every day, against the real engine.
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { docker, expect, IMAGE, test } from "../support/engine";

test("a container is run from the form by keys alone, and the command for it is shown", async ({
  openAt,
  tidy,
}) => {
  await tidy("formed");
  const page = await openAt(`/run?image=${encodeURIComponent(IMAGE)}`);
  await page.getByLabel("Name", { exact: true }).first().focus();
  await page.keyboard.type("formed");
  await page.getByLabel("Command", { exact: true }).first().focus();
  await page.keyboard.type("sleep 10000");
  await expect(page.getByText(/docker run .*--name formed/).first()).toBeVisible();
  await page.getByRole("button", { name: /^Run/ }).last().press("Enter");
  await expect
    .poll(() => docker("inspect", "-f", "{{.State.Status}}", "formed").catch(() => "none"))
    .toBe("running");
});

test("logs are followed, searched, and kept when the container is gone", async ({
  openAt,
  tidy,
}) => {
  await tidy("writes");
  const script = "i=0; while [ $i -lt 300 ]; do echo line number $i; i=$((i+1)); done; sleep 10000";
  await docker("run", "-d", "--name", "writes", IMAGE, "sh", "-c", script);
  const page = await openAt("/containers/writes/logs");
  const log = page.getByRole("log");
  await expect(log).toContainText("line number 299");
  await docker("exec", "writes", "sh", "-c", "echo said later > /proc/1/fd/1");
  await expect(log).toContainText("said later");
  const find = page.getByRole("textbox", { name: /Find/ });
  await find.fill('"number 123"');
  await expect(log.locator("[data-hit]").first()).toBeVisible();
  await expect(log).toContainText("number 123");
  await docker("rm", "-f", "writes");
  await page.goto(`${page.url().split("#")[0]}#/logs`);
  await expect(page.getByText("writes").first()).toBeVisible();
});

test("a shell in a container answers, and its screen has the size of the pane", async ({
  openAt,
  tidy,
}) => {
  await tidy("shell");
  await docker("run", "-d", "--name", "shell", IMAGE, "sleep", "10000");
  const page = await openAt("/containers/shell/terminal");
  const screen = page.locator(".xterm-rows");
  await expect(screen).toContainText(/[#$]/);
  await page.locator(".xterm-helper-textarea").focus();
  await page.keyboard.type("echo is-$((40+2)); stty size\n");
  await expect(screen).toContainText("is-42");
  await expect(screen).toContainText(/\d\d+ \d\d+/);
});

test("a file of a container is edited and saved", async ({ openAt, tidy }) => {
  await tidy("files");
  await docker("run", "-d", "--name", "files", IMAGE, "sleep", "10000");
  await docker("exec", "files", "sh", "-c", "mkdir -p /etc && echo before > /etc/note.txt");
  const page = await openAt("/containers/files/files?path=/etc");
  await page.getByText("note.txt").first().click();
  await expect(page.getByText("before").first()).toBeVisible();
  const edit = page.getByRole("button", { name: /^Edit/ });
  if (await edit.isVisible()) await edit.click();
  const editor = page.locator(".cm-content");
  await editor.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("after");
  await page.keyboard.press("Control+s");
  await expect.poll(() => docker("exec", "files", "cat", "/etc/note.txt")).toBe("after");
});

test("a compose file is opened, brought up and taken down after the list of what goes", async ({
  openAt,
  tidy,
}) => {
  await tidy("trio-web-1", "trio-db-1");
  const folder = join(await mkdtemp(join(tmpdir(), "ui-")), "trio");
  await (await import("node:fs/promises")).mkdir(folder);
  const service = `    image: ${IMAGE}\n    command: sleep 10000\n    init: true\n`;
  await writeFile(join(folder, "compose.yaml"), `services:\n  web:\n${service}  db:\n${service}`);
  await docker("compose", "-f", join(folder, "compose.yaml"), "create");
  const page = await openAt("/compose/trio");
  const detail = page.getByRole("region", { name: "trio" });
  await detail.getByRole("button", { name: /^Up/ }).click();
  await expect
    .poll(() => docker("ps", "-q", "--filter", "label=com.docker.compose.project=trio"))
    .toMatch(/^\S+\s+\S+$/);
  await detail.getByRole("button", { name: "More actions" }).first().click();
  await page.getByRole("menuitem", { name: /^Down/ }).first().click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("trio-web-1");
  await expect(dialog).toContainText("trio-db-1");
  await dialog.getByRole("button", { name: /Down|Take down/ }).click();
  await expect
    .poll(() => docker("ps", "-aq", "--filter", "label=com.docker.compose.project=trio"))
    .toBe("");
});

test("an image is built from a folder, step by step, and removed", async ({ openAt }) => {
  const folder = await mkdtemp(join(tmpdir(), "ui-"));
  await writeFile(
    join(folder, "Dockerfile"),
    `FROM ${IMAGE}\nRUN echo first step && sleep 1\nRUN echo second step > /made\n`,
  );
  const page = await openAt("/builds/new");
  await page.getByLabel("Folder").fill(folder);
  await page.getByLabel("Name of the image").fill("ui/built:1");
  await expect(page.getByText(`docker build -t ui/built:1 ${folder}`)).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Build", exact: true }).click();
  await expect(page.getByText(/RUN echo second step/).first()).toBeVisible();
  await expect.poll(() => docker("images", "-q", "ui/built:1")).not.toBe("");
  expect(await docker("run", "--rm", "ui/built:1", "cat", "/made")).toBe("second step");
  await docker("image", "rm", "ui/built:1");
});

test("a volume is cloned with what is in it", async ({ openAt }) => {
  await docker("volume", "rm", "-f", "first-one", "second-one");
  await docker("run", "--rm", "-v", "first-one:/v", IMAGE, "sh", "-c", "echo kept > /v/file");
  const page = await openAt("/volumes/first-one");
  const detail = page.getByRole("region", { name: "first-one" });
  await detail.getByRole("button", { name: /^Clone/ }).click();
  await page.getByLabel("Name of the new volume").fill("second-one");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^Clone/ })
    .click();
  await expect
    .poll(() => docker("volume", "ls", "-q", "--filter", "name=second-one"))
    .toBe("second-one");
  await expect
    .poll(() => docker("run", "--rm", "-v", "second-one:/v", IMAGE, "cat", "/v/file"))
    .toBe("kept");
  await docker("volume", "rm", "-f", "first-one", "second-one");
});

test("unused images are listed before they go, and only they go", async ({ openAt, tidy }) => {
  await tidy("nameless");
  await docker("run", "--name", "nameless", IMAGE, "sh", "-c", "echo x > /x");
  const id = await docker("commit", "nameless");
  await docker("rm", "nameless");
  const page = await openAt("/images");
  await expect(page.getByRole("row").filter({ hasText: "no name" })).toHaveCount(1);
  await page.getByRole("button", { name: "Clean up" }).click();
  await page.getByRole("menuitem", { name: /without a name/ }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("listitem")).toHaveCount(1);
  await expect(dialog).toContainText(id.slice(7, 19));
  await dialog.getByRole("button", { name: /Remove/ }).click();
  await expect.poll(() => docker("images", "-q", "--filter", "dangling=true")).toBe("");
  expect(await docker("images", "-q", IMAGE)).not.toBe("");
});
