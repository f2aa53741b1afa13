import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { FluentBundle, FluentResource } from "@fluent/bundle";
import { expect, test } from "vitest";

const here = import.meta.dirname;
const src = join(here, "..");

function idsOf(locale: string): Map<string, Set<string>> {
  const folder = join(here, "locales", locale);
  const files = readdirSync(folder).filter((file) => file.endsWith(".ftl"));
  return new Map(
    files.map((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      return [file, new Set([...text.matchAll(/^([a-z][\w-]*)\s*=/gm)].map((it) => it[1] ?? ""))];
    }),
  );
}

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    return /\.tsx?$/.test(name) && !/\.test\./.test(name) ? [path] : [];
  });
}

const english = idsOf("en");
const known = new Set([...english.values()].flatMap((ids) => [...ids]));

test.each(["de", "zh"])("every message is there in %s, and none besides", (locale) => {
  const theirs = idsOf(locale);
  for (const [file, ids] of english) {
    const other = theirs.get(file) ?? new Set<string>();
    expect(
      [...ids].filter((id) => !other.has(id)),
      `missing in ${locale}/${file}`,
    ).toEqual([]);
    expect(
      [...other].filter((id) => !ids.has(id)),
      `unknown in ${locale}/${file}`,
    ).toEqual([]);
  }
});

test.each(["en", "de", "zh"])(
  "every file of %s can be read, and no message stands twice",
  (locale) => {
    const folder = join(here, "locales", locale);
    const bundle = new FluentBundle(locale);
    const errors: unknown[] = [];
    for (const file of idsOf(locale).keys()) {
      const text = readFileSync(join(folder, file), "utf8");
      errors.push(
        ...bundle.addResource(new FluentResource(text)).map((error) => `${file}: ${error}`),
      );
    }
    expect(errors).toEqual([]);
  },
);

test("every message that the code names is in the catalogue", () => {
  const missing: string[] = [];
  for (const path of sources(src)) {
    const text = readFileSync(path, "utf8");
    for (const use of text.matchAll(/(?:\bt|translate)\(\s*"([a-z][\w-]*)"/g)) {
      const id = use[1] ?? "";
      if (!known.has(id)) missing.push(`${path.slice(src.length)}: ${id}`);
    }
  }
  expect(missing).toEqual([]);
});
