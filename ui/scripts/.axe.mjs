import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";
import { preview } from "vite";
import { answer, container } from "./mock.mjs";
import { dockerAnswer, logLines } from "./mock-containers.mjs";

const server = await preview({
  build: { outDir: "/tmp/berth-dist" },
  preview: { port: 0, host: "127.0.0.1" },
  logLevel: "error",
});
const url = `http://127.0.0.1:${server.httpServer.address().port}`;
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic"],
});
const id = container(0, 12).id;
for (const theme of ["light", "dark"]) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    colorScheme: theme,
  });
  const page = await context.newPage();
  await page.routeWebSocket(/\/api\/ws/, (socket) =>
    socket.onMessage((text) => {
      const request = JSON.parse(text);
      const send = (r) => socket.send(JSON.stringify(r));
      if (request.method === "container_logs") return logLines(request, send);
      if (request.method === "kept_logs") return send({ id: request.id, result: [] });
      if (request.method) answer(request, send, { total: 12 });
    }),
  );
  await page.routeWebSocket(/\/api\/terminal/, (socket) =>
    setTimeout(() => socket.send(Buffer.from("$ \u001b[31mred\u001b[0m")), 100),
  );
  await page.route(/\/docker\//, (route) => dockerAnswer(route));
  await page.goto(`${url}/#token=test`);
  for (const path of [
    "/logs",
    ...[
      "overview",
      "logs",
      "terminal",
      "files",
      "files?path=/&file=app.conf",
      "stats",
      "inspect",
      "env",
      "mounts",
      "processes",
      "changes",
      "events",
    ].map((t) => `/containers/${id}/${t}`),
  ]) {
    await page.goto(`${url}/#${path}`);
    await page.waitForTimeout(1800);
    const { violations } = await new AxeBuilder({ page }).analyze();
    for (const v of violations)
      console.log(
        theme,
        path.split("/").pop(),
        v.id,
        v.impact,
        v.nodes.length,
        v.nodes[0].html.slice(0, 160),
        v.nodes[0].failureSummary.split("\n").slice(1, 3).join(" | ").slice(0, 260),
      );
  }
  await context.close();
}
await browser.close();
await server.close();
