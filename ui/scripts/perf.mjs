// How fast the list of containers is: `DIST=… node scripts/perf.mjs [rows] [changes a second]`.
import { start } from "./browser.mjs";
import { answer, container } from "./mock.mjs";

const total = Number(process.argv[2] ?? 1000);
const rate = Number(process.argv[3] ?? 200);
const at = await start();
const context = await at.browser.newContext({ viewport: { width: 1280, height: 800 } });
const page = await context.newPage();
let watch;
await page.routeWebSocket(/\/api\/ws/, (socket) => {
  socket.onMessage((text) => {
    const request = JSON.parse(text);
    const send = (reply) => socket.send(JSON.stringify(reply));
    if (request.method === "watch") watch = (event) => send({ id: request.id, event });
    if (request.method) answer(request, send, { total });
  });
});
await page.goto(`${at.url}/#token=test`);
await page.waitForSelector('[role="row"][data-row]');
await page.waitForTimeout(1500);

const frames = (ms, step) =>
  page.evaluate(
    async ({ ms, step }) => {
      const list = document.querySelector('[role="treegrid"]');
      const gaps = [];
      let last = performance.now();
      const end = last + ms;
      while (last < end) {
        list.scrollTop += step;
        if (list.scrollTop + list.clientHeight >= list.scrollHeight - 1) list.scrollTop = 0;
        const now = await new Promise((resolve) => requestAnimationFrame(resolve));
        gaps.push(now - last);
        last = now;
      }
      gaps.sort((a, b) => a - b);
      const part = (p) => Math.round(gaps[Math.floor(gaps.length * p)] * 10) / 10;
      return { frames: gaps.length, p50: part(0.5), p95: part(0.95), max: part(0.999) };
    },
    { ms, step },
  );

console.log("scrolling, ms a frame", await frames(4000, 90));

// A change is seen when the name of its row is drawn.
await page.evaluate(() => {
  document.querySelector('[role="treegrid"]').scrollTop = 0;
  window.seen = new Map();
  const look = () => {
    for (const row of document.querySelectorAll("[data-row]")) {
      const stamp = /at-(\d+)/.exec(row.textContent)?.[1];
      if (stamp && !window.seen.has(stamp)) window.seen.set(stamp, Date.now());
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
});
await page.waitForTimeout(300);
const firstKey = await page.getAttribute("[data-row]", "data-row");
const watched = Array.from({ length: total }, (_, n) => n).find(
  (n) => container(n, total).id === firstKey,
);
const end = Date.now() + 5000;
let sent = 0;
while (Date.now() < end) {
  const changes = [];
  for (let n = 0; n < Math.max(1, rate / 50); n++) {
    const which = sent % 8 === 0 ? watched : (sent * 7) % total;
    const value = container(which, total);
    if (sent % 8 === 0) value.image = `at-${Date.now()}`;
    changes.push({ what: "container", value });
    sent++;
  }
  watch({ kind: "changes", changes });
  await new Promise((resolve) => setTimeout(resolve, 20));
}
await page.waitForTimeout(300);
const late = await page.evaluate(() =>
  [...window.seen].map(([sentAt, seenAt]) => seenAt - Number(sentAt)),
);
late.sort((a, b) => a - b);
const part = (p) => late[Math.floor(late.length * p)];
console.log(`${sent} changes; to the screen, ms`, {
  n: late.length,
  p50: part(0.5),
  p95: part(0.95),
  max: late.at(-1),
});
console.log(
  "scrolling meanwhile",
  await (async () => {
    const timer = setInterval(() => {
      const changes = Array.from({ length: 4 }, (_, n) => ({
        what: "container",
        value: container((sent++ * 7 + n) % total, total),
      }));
      watch({ kind: "changes", changes });
    }, 20);
    const result = await frames(4000, 90);
    clearInterval(timer);
    return result;
  })(),
);
await at.stop();
