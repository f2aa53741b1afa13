// How the dashboard bears size: 1000 containers, 2000 images, 500 volumes, 200 events a second,
// a log of a million lines. `cargo xtask bench --dashboard` starts it; it prints a table and JSON.
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const ENGINE = process.env.BERTH_RECORDED;
const JSON_FILE = process.env.BERTH_BENCH_JSON;
const MINUTES = Number(process.env.BERTH_BENCH_MINUTES ?? 3);
const EVENTS = 200;
const HOLDS = ["--containers", "1000", "--images", "2000", "--volumes", "500"];

if (!ENGINE) throw new Error("BERTH_RECORDED is not set; run 'cargo xtask bench --dashboard'");

const rows = [];
function measured(metric, value, unit, aim, met) {
  rows.push({ metric, value, unit, aim, met });
  const verdict = met === undefined ? "" : met ? "met" : "not met";
  console.log(
    `${metric.padEnd(44)} ${String(value).padStart(10)} ${unit.padEnd(9)} ${(aim ?? "").padEnd(12)} ${verdict}`,
  );
}

const round = (value, digits = 1) => Number(value.toFixed(digits));

function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? Number.NaN : sorted[Math.floor(q * (sorted.length - 1))];
}

async function engine(...more) {
  const child = spawn(ENGINE, [...HOLDS, ...more], { stdio: ["pipe", "pipe", "inherit"] });
  const url = await new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`recorded-engine ended with ${code}`)));
    createInterface({ input: child.stdout }).once("line", (line) => resolve(JSON.parse(line).url));
  });
  return { url, stop: () => child.stdin.end() };
}

async function open(browser, url, path) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.addInitScript({ path: new URL("probe.js", import.meta.url).pathname });
  await page.addInitScript(() => localStorage.setItem("berth.pref.first-run.done", "true"));
  // The fragment alone would not load the page: the token and the place in one go.
  await page.goto(url);
  await page.goto("about:blank");
  await page.goto(url);
  await page.evaluate((to) => {
    location.hash = to;
  }, path);
  return page;
}

const probe = (page, read) => page.evaluate(`(${read})(globalThis.__probe)`);

async function lists(browser) {
  const { url, stop } = await engine("--events", String(EVENTS));
  const page = await open(browser, url, "/containers");
  await page.waitForFunction(() => globalThis.__probe.snapshotAt && globalThis.__probe.paintedAt);
  const paint = await probe(page, (it) => it.paintedAt - it.snapshotAt);
  measured(
    "first useful paint after the snapshot",
    round(Math.max(0, paint)),
    "ms",
    "< 200",
    paint < 200,
  );

  const grid = page.locator('[role="treegrid"],[role="grid"]').first();
  await grid.waitFor();
  const frames = await grid.evaluate((element) => {
    let box = element;
    while (box && box.scrollHeight <= box.clientHeight + 1) box = box.parentElement;
    const inner = [...element.querySelectorAll("*")].find(
      (it) =>
        it.scrollHeight > it.clientHeight + 50 && getComputedStyle(it).overflowY !== "visible",
    );
    return globalThis.__probe.scroll(inner ?? box ?? element, 6);
  });
  const rate = 1000 / (frames.reduce((a, b) => a + b, 0) / frames.length);
  measured("scrolling 1000 containers, mean", round(rate), "frames/s", ">= 60", rate >= 58);
  measured("scrolling, slowest frame of 100", round(quantile(frames, 0.99)), "ms");

  await grid.evaluate((element) => element.scrollTo?.(0, 0));
  await probe(page, (it) => it.delays.splice(0));
  await page.waitForFunction(() => globalThis.__probe.delays.length >= 100, null, {
    timeout: 120_000,
  });
  const delays = await probe(page, (it) => it.delays);
  measured("event to pixel, median", round(quantile(delays, 0.5)), "ms");
  const p95 = quantile(delays, 0.95);
  measured("event to pixel, 95 of 100", round(p95), "ms", "< 100", p95 < 100);

  const client = await page.context().newCDPSession(page);
  const heap = async () => {
    await client.send("HeapProfiler.collectGarbage");
    return (await client.send("Runtime.getHeapUsage")).usedSize / 2 ** 20;
  };
  const first = await heap();
  let last = first;
  for (let minute = 0; minute < MINUTES; minute++) {
    await page.waitForTimeout(60_000);
    last = await heap();
  }
  const growth = last - first;
  measured(`heap at first`, round(first), "MiB");
  measured(
    `heap after ${MINUTES} min of ${EVENTS} events/s`,
    round(last),
    "MiB",
    "flat",
    growth < 8,
  );
  await page.context().close();
  stop();
}

async function logs(browser) {
  const { url, stop } = await engine();
  const page = await open(browser, url, "/containers");
  await page.waitForFunction(() => globalThis.__probe.paintedAt);
  const begin = Date.now();
  await page.evaluate((to) => {
    location.hash = to;
  }, "/containers/log-million/logs?all=1");
  const viewer = page.locator('[role="log"]').first();
  await viewer.waitFor();
  await page
    .getByText(/1[,.\u2009\u202f ]?000[,.\u2009\u202f ]?000/)
    .first()
    .waitFor({ timeout: 300_000 });
  measured("a log of 1,000,000 lines is there after", round((Date.now() - begin) / 1000), "s");
  await probe(page, (it) => it.stalls.splice(0));
  const frames = await viewer.evaluate((element) => {
    const box =
      [element, ...element.querySelectorAll("*")].find(
        (it) => it.scrollHeight > it.clientHeight + 50,
      ) ?? element;
    return globalThis.__probe.scroll(box, 5);
  });
  const rate = 1000 / (frames.reduce((a, b) => a + b, 0) / frames.length);
  measured("scrolling a million lines, mean", round(rate), "frames/s", ">= 60", rate >= 58);
  const filter = page.getByRole("textbox", { name: /Find/ });
  const from = Date.now();
  await filter.fill("error");
  await page.waitForFunction(
    () => document.querySelector('[role="log"] [data-hit]') !== null,
    null,
    {
      timeout: 60_000,
    },
  );
  measured("filtering a million lines, first result", Date.now() - from, "ms");
  const stalls = await probe(page, (it) => it.stalls);
  const worst = Math.max(0, ...stalls);
  measured("longest stall while scrolling and filtering", round(worst), "ms", "< 200", worst < 200);
  await page.context().close();
  stop();
}

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
    "--enable-precise-memory-info",
  ],
});
try {
  await lists(browser);
  await logs(browser);
} finally {
  await browser.close();
  if (JSON_FILE) await writeFile(JSON_FILE, JSON.stringify(rows, null, 2));
}
