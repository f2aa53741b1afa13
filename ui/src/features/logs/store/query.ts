import type { Structured } from "../text/fields";
import type { Level } from "../text/level";
import { LEVELS, levelOf, levelPattern } from "../text/level";
import type { Range } from "../text/pieces";

export interface QueryOptions {
  /** The whole text is one regular expression. */
  regex: boolean;
  /** Capitals matter. */
  exact: boolean;
}

type Operator = "=" | "!=" | "~" | ">" | ">=" | "<" | "<=";

/** `hint`: what a line's text must hold for the term to be true; found much faster. */
type Term = { negated: boolean; hint: RegExp | undefined } & (
  | { kind: "text"; re: RegExp }
  | { kind: "field"; name: string; operator: Operator; value: string; re: RegExp | undefined }
);

export interface Query {
  terms: readonly Term[];
  /** Why the text can't be used, as the browser says it. */
  error: string | undefined;
}

/** What a term looks at; each part is made only when a term needs it. */
export interface Line {
  /** Without escape sequences. */
  text: () => string;
  structured: () => Structured | undefined;
  level: () => Level | undefined;
  stderr: boolean;
  container: string;
  service: string;
  project: string;
}

// Longer lines are matched by their beginning, so that no pattern takes forever.
const MATCHED = 16 << 10;
const MAX_HITS = 200;

/** A word, "several words", /a pattern/, name=value, each negated by `-`. */
const TOKEN = /-?(?:"[^"]*"|\/(?:[^/\\]|\\.)+\/|[^\s"]+"[^"]*"|\S+)/g;
const FIELD = /^([A-Za-z_@][\w.@-]*)(!=|>=|<=|=|~|>|<)(.+)$/s;

export function parseQuery(text: string, options: QueryOptions): Query {
  const flags = options.exact ? "gu" : "giu";
  try {
    const trimmed = text.trim();
    if (trimmed === "") return { terms: [], error: undefined };
    if (options.regex) {
      const re = pattern(trimmed, flags);
      return { terms: [{ kind: "text", re, negated: false, hint: undefined }], error: undefined };
    }
    const tokens = trimmed.match(TOKEN) ?? [];
    return { terms: tokens.map((token) => term(token, flags)), error: undefined };
  } catch (thrown) {
    return { terms: [], error: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

/** Strict Unicode syntax first; patterns copied from elsewhere often need the lenient one. */
function pattern(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch {
    return new RegExp(source, flags.replace("u", ""));
  }
}

function term(token: string, flags: string): Term {
  const negated = token.length > 1 && token.startsWith("-");
  const body = negated ? token.slice(1) : token;
  if (body.length > 2 && body.startsWith("/") && body.endsWith("/")) {
    return { kind: "text", re: pattern(body.slice(1, -1), flags), negated, hint: undefined };
  }
  const field = body.startsWith('"') ? null : FIELD.exec(body);
  if (field) {
    const name = field[1] ?? "";
    const operator = field[2] as Operator;
    const value = unquoted(field[3] ?? "");
    const re = operator === "~" ? pattern(value, flags) : undefined;
    const hint = negated ? undefined : fieldHint(name.toLowerCase(), operator, value);
    return { kind: "field", name, operator, value, re, negated, hint };
  }
  const re = new RegExp(escaped(unquoted(body)), flags);
  return { kind: "text", re, negated, hint: negated ? undefined : re };
}

const NO_TEXT = ["container", "service", "project", "stream"];

function fieldHint(name: string, operator: Operator, value: string): RegExp | undefined {
  if (NO_TEXT.includes(name) || operator === "!=") return undefined;
  if (name === "level") return levelHint(operator, value);
  // What JSON might write in another way proves nothing.
  if (operator === "=" && /^[\w.:@-]+$/.test(value)) return new RegExp(escaped(value), "gi");
  const last = name.slice(name.lastIndexOf(".") + 1);
  return ["msg", "message"].includes(last) ? undefined : new RegExp(escaped(last), "gi");
}

function levelHint(operator: Operator, value: string): RegExp | undefined {
  const wanted = levelOf(value);
  if (!wanted || operator === "~") return undefined;
  const at = LEVELS.indexOf(wanted);
  const levels = LEVELS.filter((_, other) =>
    operator === "=" ? other === at : compares(operator, other, at),
  );
  return levels.length > 0 ? new RegExp(levels.map(levelPattern).join("|"), "gi") : undefined;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

function unquoted(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

/** True if the line fits every term. */
export function fits(query: Query, line: Line): boolean {
  for (const term of query.terms) {
    const fit = term.kind === "text" ? found(term.re, line.text()) : fieldFits(term, line);
    if (fit === term.negated) return false;
  }
  return true;
}

function found(re: RegExp, text: string): boolean {
  re.lastIndex = 0;
  return re.test(text.length > MATCHED ? text.slice(0, MATCHED) : text);
}

function fieldFits(term: Extract<Term, { kind: "field" }>, line: Line): boolean {
  const values = valuesOf(term.name, line);
  if (values === undefined) {
    const written = `${term.name}${term.operator}${term.value}`.toLowerCase();
    return term.operator === "=" && line.text().toLowerCase().includes(written);
  }
  if (term.operator === "!=") return !values.some((value) => same(term.name, value, term.value));
  return values.some((value) => holds(term, value));
}

function holds(term: Extract<Term, { kind: "field" }>, value: string): boolean {
  switch (term.operator) {
    case "=":
      return same(term.name, value, term.value);
    case "~":
      return term.re !== undefined && found(term.re, value);
    case "!=":
      return !same(term.name, value, term.value);
    default:
      return compares(term.operator, rank(term.name, value), rank(term.name, term.value));
  }
}

function same(name: string, value: string, wanted: string): boolean {
  const a = value.toLowerCase();
  const b = wanted.toLowerCase();
  if (a === b) return true;
  if (name.toLowerCase() !== "level") return false;
  const level = levelOf(wanted);
  return level !== undefined && levelOf(value) === level;
}

function rank(name: string, value: string): number {
  const level = name.toLowerCase() === "level" ? levelOf(value) : undefined;
  if (level) return LEVELS.indexOf(level);
  return Number.parseFloat(value);
}

function compares(operator: Operator, a: number, b: number): boolean {
  if (operator === ">") return a > b;
  if (operator === ">=") return a >= b;
  if (operator === "<") return a < b;
  return a <= b;
}

/** What the line holds under a name; `undefined` if it is not a line of fields. */
function valuesOf(name: string, line: Line): string[] | undefined {
  const wanted = name.toLowerCase();
  switch (wanted) {
    case "level": {
      const level = line.level();
      return level ? [level] : [];
    }
    case "container":
      return [line.container];
    case "service":
      if (line.service !== "") return [line.service];
      break;
    case "project":
      if (line.project !== "") return [line.project];
      break;
    case "stream":
      return [line.stderr ? "stderr" : "stdout"];
    case "message":
    case "msg": {
      const message = line.structured()?.message;
      return message === undefined ? undefined : [message];
    }
  }
  const fields = line.structured()?.fields;
  if (!fields) return undefined;
  return fields.filter(([field]) => field.toLowerCase() === wanted).map(([, value]) => value);
}

/** Where a text matches, for highlighting: in order, not overlapping. */
export function hitsOf(query: Query, text: string): Range[] {
  const all: Range[] = [];
  for (const term of query.terms) {
    if (term.negated || term.kind === "field") continue;
    term.re.lastIndex = 0;
    for (const match of text.slice(0, MATCHED).matchAll(term.re)) {
      if (match[0] !== "") all.push([match.index, match.index + match[0].length]);
      if (all.length >= MAX_HITS) break;
    }
  }
  all.sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [from, to] of all) {
    const last = merged[merged.length - 1];
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/** Something that every line that fits must hold; nothing if that can't be said. */
export function hintOf(query: Query): RegExp | undefined {
  return query.terms.find((term) => term.hint)?.hint;
}

/** True if nothing is asked, so that every line fits. */
export function isEmpty(query: Query): boolean {
  return query.terms.length === 0;
}
