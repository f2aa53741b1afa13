// Walks through logs, terminal and files of a container over made-up answers:
// `node scripts/flows-containers.mjs <folder with the build>`. Ends with 1 if a step fails.
import { chromium } from "playwright-core";
import { preview } from "vite";
import { answer, container } from "./mock.mjs";
import { dockerAnswer, logLines } from "./mock-containers.mjs";

const server = await preview({
  build: { outDir: process.argv[2] ?? "dist" },
  preview: { port: 0, host: "127.0.0.1" },
  logLevel: "error",
});
const url = `http://127.0.0.1:${server.httpServer.address().port}`;
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
const context = await browser.newContext({
  viewport: { width: 1280, height: 800 },
  permissions: ["clipboard-read", "clipboard-write"],
});
const page = await context.newPage();
page.on("pageerror", (e) => console.log("ERR", String(e)));
page.on(
  "console",
  (m) => m.type() === "error" && !m.text().includes("404") && console.log("CON", m.text()),
);
let push;
const typed = [];
const puts = [];
await page.routeWebSocket(/\/api\/ws/, (socket) => {
  socket.onMessage((text) => {
    const request = JSON.parse(text);
    const send = (reply) => socket.send(JSON.stringify(reply));
    if (request.method === "container_logs") {
      push = (text) =>
        send({
          id: request.id,
          event: {
            lines: [
              {
                container: request.params.containers[0],
                time_ms: Date.now(),
                stderr: false,
                text,
                cut: 0,
              },
            ],
            caught_up: true,
          },
        });
      return logLines(request, send);
    }
    if (request.method === "kept_logs") return send({ id: request.id, result: [] });
    if (request.method) answer(request, send, { total: 12 });
  });
});
await page.routeWebSocket(/\/api\/terminal/, (socket) => {
  setTimeout(() => socket.send(Buffer.from("$ ")), 50);
  socket.onMessage((d) => {
    typed.push(String(d));
    socket.send(d);
    if (String(d).includes("\x04")) socket.close({ code: 1000, reason: '{"exit_code":0}' });
  });
});
const asked = [];
await page.route(/\/docker\//, (route) => {
  const r = route.request();
  asked.push(`${r.method()} ${new URL(r.url()).pathname}`);
  if (r.method() === "PUT") {
    puts.push({ url: r.url(), body: r.postDataBuffer() });
    return route.fulfill({ status: 200 });
  }
  return dockerAnswer(route);
});
const ok = (what, good, more = "") => {
  console.log(good ? "ok  " : "FAIL", what, good ? "" : more);
  if (!good) process.exitCode = 1;
};
const id = container(0, 12).id;
await page.goto(`${url}/#token=test`);
await page.goto(`${url}/#/containers/${id}/logs`);
const log = page.locator('[role="log"]');
await page.waitForSelector("[data-position]");
await page.waitForTimeout(800);
ok(
  "follows the end",
  (await page.locator("[data-position]").last().getAttribute("data-position")) === "299",
);
await log.hover();
await page.mouse.wheel(0, -600);
await page.waitForTimeout(300);
ok("pill after scrolling up", await page.getByRole("button", { name: /Newest lines/ }).isVisible());
const top = await page.locator("[data-position]").first().getAttribute("data-position");
push("fresh one");
push("fresh two");
await page.waitForTimeout(500);
ok(
  "counts new lines",
  await page.getByRole("button", { name: /2 new lines/ }).isVisible(),
  await page
    .locator("button")
    .allTextContents()
    .then((x) => x.join("|")),
);
ok(
  "stays where it was",
  (await page.locator("[data-position]").first().getAttribute("data-position")) === top,
);
await page.getByRole("button", { name: /2 new lines/ }).click();
await page.waitForTimeout(300);
ok("jumps to newest", (await log.textContent()).includes("fresh two"));
await page.keyboard.press("/");
await page.keyboard.type("upstream");
await page.waitForTimeout(600);
ok(
  "filters",
  /^\d+$/.test((await page.textContent("output")) ?? "") &&
    !(await log.textContent()).includes("fresh"),
  await page.textContent("output"),
);
ok("address holds it", page.url().includes("q=upstream"), page.url());
ok("highlights", (await page.locator('[class*="hit"]').count()) > 3);
await page.getByRole("button", { name: "Show only lines that match" }).click();
await page.waitForTimeout(500);
ok("highlights among all", (await log.textContent()).includes("fresh two"));
await page.locator('input[aria-label^="Find"]').press("Enter");
await page.waitForTimeout(500);
ok("steps to a match", (await page.locator('[class*="current"]').count()) > 0);
await page.locator('input[aria-label^="Find"]').press("Escape");
await page.waitForTimeout(400);
await page.getByRole("button", { name: "Show all fields" }).last().click();
await page.waitForTimeout(200);
ok("unfolds fields", (await page.locator('[class*="table"]').count()) > 0);
await log.click({ position: { x: 300, y: 200 } });
await page.waitForTimeout(200);
ok(
  "picks a line",
  (await page.locator("footer").allTextContents()).join().includes("1 line picked"),
);
await page.keyboard.press("c");
await page.waitForTimeout(300);
ok(
  "copies it",
  /^\d{4}-\d\d-\d\dT.* shop-web-1 /.test(await page.evaluate(() => navigator.clipboard.readText())),
  await page.evaluate(() => navigator.clipboard.readText()),
);
const link = page.locator('[class*="link"]').last();
await link.click();
await page.waitForTimeout(200);
ok("a plain press opens no link", (await page.getByRole("dialog").count()) === 0);
await link.click({ modifiers: ["Control"] });
await page.waitForTimeout(300);
ok("with the modifier it asks", await page.getByRole("dialog").isVisible());
await page.keyboard.press("Escape");
await page.waitForTimeout(300);
ok("nothing was executed", (await page.title()) === "Berth", await page.title());
// terminal
await page.getByRole("tab", { name: "Terminal" }).click();
await page.waitForSelector(".xterm-screen");
await page.waitForTimeout(1200);
await page.keyboard.type("ls");
await page.waitForTimeout(500);
ok("types into the shell", typed.join("").includes("ls"), JSON.stringify(typed));
await page.getByRole("tab", { name: "Stats" }).click();
await page.waitForTimeout(800);
await page.getByRole("tab", { name: "Terminal" }).click();
await page.waitForTimeout(800);
ok(
  "survives other tabs",
  (await page.locator(".xterm-rows").textContent()).includes("$ ls"),
  await page.locator(".xterm-rows").textContent(),
);
await page.evaluate(() => navigator.clipboard.writeText("echo a\necho b"));
await page.locator(".xterm-helper-textarea").focus();
await page.keyboard.press("Control+Shift+V");
await page.waitForTimeout(500);
ok("asks before pasting lines", await page.getByRole("dialog").isVisible());
if (await page.getByRole("dialog").isVisible()) {
  await page.getByRole("button", { name: "Paste", exact: true }).click();
  await page.waitForTimeout(400);
  ok("then pastes", typed.join("").includes("echo a\recho b"), JSON.stringify(typed));
}
await page.locator(".xterm-helper-textarea").focus();
await page.keyboard.press("Control+d");
await page.waitForTimeout(400);
ok("says that it ended", await page.getByText("The session ended.").isVisible());
await page.getByRole("button", { name: /Connect again/ }).click();
await page.waitForTimeout(600);
ok("connects again", !(await page.getByText("The session ended.").isVisible()));
await page.locator(".xterm-helper-textarea").focus();
await page.keyboard.press("Shift+Escape");
await page.waitForTimeout(200);
ok(
  "Shift-Escape leaves",
  (await page.evaluate(() => document.activeElement?.getAttribute("role"))) === "tab",
);
// files
await page.getByRole("tab", { name: "Files" }).click();
await page.getByText("app.conf").click();
await page.waitForSelector(".cm-content");
await page.waitForTimeout(500);
await page.locator(".cm-content").click();
await page.keyboard.press("Control+Home");
await page.keyboard.type("# edited\n");
await page.waitForTimeout(200);
await page.keyboard.press("Control+s");
await page.waitForTimeout(800);
if (await page.getByRole("dialog").isVisible()) {
  console.log("dialog:", (await page.getByRole("dialog").textContent()).slice(0, 90));
  await page.getByRole("button", { name: "Overwrite" }).click();
  await page.waitForTimeout(600);
}
ok(
  "saves by an archive",
  puts.length === 1 && String(puts[0]?.body).includes("# edited"),
  JSON.stringify(puts.map((p) => [p.url, String(p.body).slice(0, 80)])),
);
await page.keyboard.press("Escape");
await page.waitForTimeout(700);
ok("goes back to the folder", await page.getByText("access.log").isVisible());
await page.getByText("current").click();
await page.waitForTimeout(600);
await page.goto(`${url}/#/containers/${id}/files`);
await page.waitForTimeout(600);
await page.setInputFiles('input[type="file"] >> nth=0', [
  { name: "new.txt", mimeType: "text/plain", buffer: Buffer.from("hello") },
]);
await page.waitForTimeout(600);
ok("uploads", puts.length === 2 && String(puts[1]?.body).includes("new.txt"), puts.length);
await page.getByRole("tab", { name: "Overview" }).click();
await page.waitForTimeout(800);
asked.length = 0;
await page.getByRole("tab", { name: "Overview" }).focus();
await page.keyboard.press("r");
await page.waitForTimeout(500);
ok(
  "r restarts",
  asked.some((it) => it.endsWith("/restart")),
  asked.join(),
);
await page.keyboard.press("Delete");
await page.waitForTimeout(2500);
ok("Delete asks", await page.getByRole("dialog").isVisible());
await page.keyboard.press("Escape");
await page.waitForTimeout(300);
await page.keyboard.press("]");
await page.waitForTimeout(300);
ok("] goes on", page.url().includes("/logs"), page.url());
await browser.close();
await server.close();
