// Pictures of logs and of a container's detail over made-up answers:
// `node scripts/shots-containers.mjs <folder with the build> <folder for pictures> [part-of-a-name…]`.
import { mkdir } from "node:fs/promises";
import { chromium } from "playwright-core";
import { preview } from "vite";
import { answer, container } from "./mock.mjs";
import { dockerAnswer, logLines } from "./mock-containers.mjs";

const [outDir = "dist", folder = "/tmp/shots", ...wanted] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const server = await preview({
  build: { outDir },
  preview: { port: 0, host: "127.0.0.1" },
  logLevel: "error",
});
const url = `http://127.0.0.1:${server.httpServer.address().port}`;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
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

const id = container(0, 12).id;
const stopped = container(4, 12).id;
const at = (tab, of = id) => `/containers/${of}/${tab}`;
const click = (selector) => (page) => page.click(selector);
const shots = [
  { name: "logs", path: "/logs" },
  { name: "logs-search", path: "/logs?q=level%3Derror" },
  { name: "logs-empty", path: "/logs", total: 0 },
  { name: "logs-1000", path: "/logs", total: 1000, wait: 4000 },
  { name: "logs-german", path: "/logs", prefs: { appearance: { locale: "de" } } },
  {
    name: "detail-german",
    path: at("overview"),
    prefs: { appearance: { locale: "de", contrast: "more" } },
  },
  { name: "detail-chinese", path: at("stats"), prefs: { appearance: { locale: "zh" } } },
  { name: "detail-overview", path: at("overview") },
  { name: "detail-logs", path: at("logs") },
  { name: "detail-logs-wrap", path: at("logs"), prefs: { "logs.view": { wrap: true } } },
  { name: "detail-terminal", path: at("terminal"), wait: 1500 },
  { name: "detail-files", path: at("files") },
  { name: "detail-file", path: at("files"), act: click("text=app.conf"), wait: 900 },
  { name: "detail-stats", path: at("stats"), wait: 1200 },
  { name: "detail-inspect", path: at("inspect") },
  { name: "detail-env", path: at("env") },
  { name: "detail-mounts", path: at("mounts") },
  { name: "detail-processes", path: at("processes") },
  { name: "detail-changes", path: at("changes") },
  { name: "detail-events", path: at("events") },
  { name: "detail-stopped", path: at("overview", stopped) },
  { name: "detail-stopped-files", path: at("files", stopped) },
  { name: "detail-gone", path: at("overview", "0123456789ab") },
];

for (const theme of ["light", "dark"]) {
  for (const [width, height] of [
    [1280, 800],
    [900, 600],
  ]) {
    for (const shot of shots) {
      const name = `${shot.name}-${theme}-${width}`;
      if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue;
      await take(shot, name, theme, width, height);
    }
  }
}
await browser.close();
await server.close();

async function take(shot, name, theme, width, height) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme });
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  const world = { total: shot.total ?? 12, prefs: shot.prefs };
  await page.routeWebSocket(/\/api\/ws/, (socket) => {
    socket.onMessage((text) => {
      const request = JSON.parse(text);
      if (!request.method) return;
      const send = (reply) => socket.send(JSON.stringify(reply));
      if (request.method === "container_logs") return logLines(request, send);
      if (request.method === "kept_logs") {
        const gone = { container: "ab".repeat(32), name: "old-worker", image: "acme/worker:1" };
        return send({
          id: request.id,
          result: [{ ...gone, removed_ms: Date.now() - 7e6, bytes: 812_000 }],
        });
      }
      answer(request, send, world);
    });
  });
  await page.routeWebSocket(/\/api\/terminal/, (socket) => {
    const prompt = "\u001b[1;32mroot@web\u001b[0m:\u001b[1;34m/usr/share\u001b[0m# ";
    setTimeout(() => socket.send(Buffer.from(prompt)), 100);
    socket.onMessage((data) => socket.send(data));
  });
  await page.route(/\/docker\//, (route) => dockerAnswer(route));
  await page.goto(`${url}/#token=test`);
  await page.goto(`${url}/#${shot.path}`);
  const drawn = () =>
    (document.querySelector('[role="tabpanel"], main section')?.textContent?.length ?? 0) > 20;
  await page.waitForFunction(drawn, undefined, { timeout: 10_000 }).catch((error) => {
    faults.push(String(error));
  });
  await page.waitForTimeout(300);
  try {
    await shot.act?.(page);
  } catch (error) {
    faults.push(String(error));
  }
  await page.waitForTimeout(shot.wait ?? 500);
  await page.screenshot({ path: `${folder}/${name}.png` });
  if (faults.length > 0) console.log(name, faults);
  await context.close();
}
