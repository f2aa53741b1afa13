// Checks views with axe: `DIST=… node scripts/axe.mjs /containers /gallery…`.
import { readFileSync } from "node:fs";
import { open, start } from "./browser.mjs";

const source = readFileSync(
  new URL("../node_modules/axe-core/axe.min.js", import.meta.url),
  "utf8",
);
const paths = process.argv.slice(2);
const at = await start();
let found = 0;
for (const theme of ["light", "dark"]) {
  for (const contrast of ["normal", "more"]) {
    for (const path of paths) {
      const prefs = { appearance: { contrast } };
      const view = await open(at, path, { theme, world: { total: 12, prefs } });
      await view.page.waitForTimeout(500);
      await view.page.evaluate(source);
      const { violations } = await view.page.evaluate(() => window.axe.run({ rules: {} }));
      found += violations.length;
      console.log(theme, contrast, path, violations.length === 0 ? "no violations" : "");
      for (const it of violations) {
        console.log(`  ${it.id}: ${it.help}`);
        for (const node of it.nodes.slice(0, 4))
          console.log(
            `    ${node.html.slice(0, 160)}\n      ${node.any[0]?.message ?? node.all[0]?.message ?? ""}`,
          );
      }
      await view.close();
    }
  }
}
await at.stop();
process.exit(found === 0 ? 0 : 1);
