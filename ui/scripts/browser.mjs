// Chromium over the built dashboard with the made-up daemon of mock.mjs.
import { chromium } from "playwright-core";
import { preview } from "vite";
import { answer, dockerAnswer } from "./mock.mjs";

export async function start() {
  const server = await preview({
    build: { outDir: process.env.DIST ?? "dist" },
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
  return {
    url,
    browser,
    stop: async () => {
      await browser.close();
      await server.close();
    },
  };
}

/** A page at `path`; `world` is what mock.mjs shows: {total, state, prefs}. */
export async function open(
  at,
  path,
  { width = 1280, height = 800, theme = "light", world = { total: 12 } } = {},
) {
  const context = await at.browser.newContext({ viewport: { width, height }, colorScheme: theme });
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  let cut = false;
  await page.routeWebSocket(/\/api\/ws/, (socket) => {
    if (cut) return void socket.close();
    if (world.cut)
      setTimeout(() => {
        cut = true;
        socket.close();
      }, world.cut);
    socket.onMessage((text) => {
      const request = JSON.parse(text);
      if (request.method) answer(request, (reply) => socket.send(JSON.stringify(reply)), world);
    });
  });
  await page.route(/\/docker\//, (route) => {
    if (world.docker) return world.docker(route);
    return route.fulfill(dockerAnswer(new URL(route.request().url()).pathname, world));
  });
  await page.goto(`${at.url}/#token=test`);
  await page.goto(`${at.url}/#${path}`);
  await page
    .waitForSelector("main h1, main [role=alert]", { timeout: 8000 })
    .catch((error) => faults.push(String(error)));
  return { page, faults, close: () => context.close() };
}
