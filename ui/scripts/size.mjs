// Fails when what the first view needs is larger than the budget: `npm run size` after a build.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const BUDGET = 600 * 1024;
const dist = process.env.DIST ?? "dist";
const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8"));

/** Everything that `key` needs before it can run. */
function needed(key, seen = new Set()) {
  const chunk = manifest[key];
  if (!chunk || seen.has(key)) return seen;
  seen.add(key);
  for (const other of chunk.imports ?? []) needed(other, seen);
  return seen;
}

const first = new Set();
for (const key of ["index.html", "src/features/containers/View.tsx"]) needed(key, first);
const files = new Map();
for (const key of first) {
  for (const file of [manifest[key].file, ...(manifest[key].css ?? [])]) {
    files.set(file, gzipSync(readFileSync(join(dist, file))).length);
  }
}
const total = [...files.values()].reduce((sum, size) => sum + size, 0);
for (const [file, size] of [...files].sort((a, b) => b[1] - a[1])) {
  console.log(`${(size / 1024).toFixed(1).padStart(8)} KiB  ${file}`);
}
console.log(`${(total / 1024).toFixed(1).padStart(8)} KiB  in all, of ${BUDGET / 1024}`);
if (total > BUDGET) {
  console.error("The first load is too large: load what is heavy by lazy(() => import(…)).");
  process.exit(1);
}
