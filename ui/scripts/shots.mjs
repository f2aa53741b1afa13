// Pictures into target/screens/ui: `npm run shots [-- part-of-a-name…]`.
import { mkdir } from "node:fs/promises";
import { open, start } from "./browser.mjs";

const folder = new URL("../../target/screens/ui/", import.meta.url).pathname;
const wanted = process.argv.slice(2);

const shots = [
  { name: "containers-12", path: "/containers", world: { total: 12 } },
  { name: "containers-0", path: "/containers", world: { total: 0 } },
  { name: "containers-1000", path: "/containers", world: { total: 1000 } },
];

await mkdir(folder, { recursive: true });
const at = await start();
for (const theme of ["light", "dark"]) {
  for (const [width, height] of [
    [1280, 800],
    [900, 600],
  ]) {
    for (const shot of shots) {
      const name = `${shot.name}-${theme}-${width}`;
      if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue;
      const view = await open(at, shot.path, { ...shot, width, height, theme });
      await view.page.waitForTimeout(350);
      await shot.then?.(view.page);
      await view.page.screenshot({ path: `${folder}${name}.png` });
      if (view.faults.length > 0) console.log(name, view.faults);
      await view.close();
    }
  }
}
await at.stop();
