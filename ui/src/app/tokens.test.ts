import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const css = readFileSync(join(import.meta.dirname, "tokens.css"), "utf8");

function block(selector: string): Record<string, string> {
  const at = css.indexOf(`${selector} {`);
  expect(at, selector).toBeGreaterThanOrEqual(0);
  const body = css.slice(css.indexOf("{", at) + 1, css.indexOf("}", at));
  const pairs = [...body.matchAll(/(--[\w-]+):\s*(#[0-9a-f]{6});/g)];
  return Object.fromEntries(pairs.map((pair) => [pair[1], pair[2]]));
}

const light = block(":root");
const dark = { ...light, ...block(':root[data-theme="dark"]') };
const more = block(':root[data-contrast="more"]');
const THEMES: Record<string, Record<string, string>> = {
  light,
  dark,
  "light, more contrast": { ...light, ...more },
  "dark, more contrast": {
    ...dark,
    ...more,
    ...block(':root[data-theme="dark"][data-contrast="more"]'),
  },
};

function luminance(hex: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = parts.map((it) =>
    it <= 0.03928 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG 2.2, 1.4.3. */
function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const GROUNDS = ["--bg", "--bg-frame", "--bg-raised", "--bg-sunken", "--bg-hover", "--bg-active"];
const TEXTS = ["--fg", "--fg-soft", "--fg-faint"];
const STATES = ["running", "busy", "paused", "failed"];

describe.each(Object.entries(THEMES))("in the %s theme", (_name, theme) => {
  const of = (name: string) => theme[name] ?? "#000000";
  const check = (text: string, ground: string, least: number) => {
    const found = contrast(of(text), of(ground));
    expect(found, `${text} on ${ground}`).toBeGreaterThanOrEqual(least);
  };

  test("text can be read on every ground", () => {
    for (const text of TEXTS) for (const ground of GROUNDS) check(text, ground, 4.5);
    for (const text of TEXTS) check(text, "--bg-selected", 4.5);
    for (const text of ["--accent", "--failed"])
      for (const ground of ["--bg", "--bg-raised"]) check(text, ground, 4.5);
    check("--accent-fg", "--accent", 4.5);
    check("--bg", "--failed", 4.5);
  });

  test("states can be read in badges, and seen in rows", () => {
    for (const state of STATES) {
      check(`--${state}`, `--${state}-soft`, 4.5);
      for (const ground of ["--bg", "--bg-selected", "--bg-active"]) check(`--${state}`, ground, 3);
    }
  });

  test("the edges of controls and the focus can be seen", () => {
    for (const ground of ["--bg", "--bg-raised"]) {
      check("--line-control", ground, 3);
      check("--focus", ground, 3);
    }
  });
});
