import { type Filter, NO_FILTER } from "../store/protocol";

/** What the viewer shows of the lines, as link and saved filters hold it. */
export interface Search {
  text: string;
  regex: boolean;
  exact: boolean;
  only: boolean;
  stderrOnly: boolean;
  range: Range;
}

/** All that is there, the last so many milliseconds, or from one time to another. */
export type Range =
  | { kind: "all" }
  | { kind: "last"; ms: number }
  | { kind: "between"; from: number; to: number | null };

export const NO_SEARCH: Search = {
  text: "",
  regex: false,
  exact: false,
  only: true,
  stderrOnly: false,
  range: { kind: "all" },
};

export const RANGES: Record<string, number> = {
  "5m": 300_000,
  "15m": 900_000,
  "1h": 3_600_000,
  "6h": 21_600_000,
  "24h": 86_400_000,
  "7d": 604_800_000,
};

export function filterOf(search: Search, hidden: readonly string[]): Filter {
  const { text, regex, exact, only, stderrOnly } = search;
  return { ...NO_FILTER, text, regex, exact, only, stderrOnly, hidden };
}

/** The bounds of a range at a moment, in milliseconds since the epoch. */
export function bounds(range: Range, now: number): { since: number | null; until: number | null } {
  if (range.kind === "last") return { since: now - range.ms, until: null };
  if (range.kind === "between") return { since: range.from, until: range.to };
  return { since: null, until: null };
}

/** As parts of an address; only what differs from nothing. */
export function toParams(search: Search): Record<string, string> {
  const out: Record<string, string> = {};
  if (search.text !== "") out.q = search.text;
  if (search.regex) out.re = "1";
  if (search.exact) out.case = "1";
  if (!search.only) out.all = "1";
  if (search.stderrOnly) out.stderr = "1";
  const range = rangeText(search.range);
  if (range !== "all") out.range = range;
  return out;
}

export function fromParams(params: Readonly<Record<string, string | undefined>>): Search {
  return {
    text: params.q ?? "",
    regex: params.re === "1",
    exact: params.case === "1",
    only: params.all !== "1",
    stderrOnly: params.stderr === "1",
    range: rangeOf(params.range ?? "all"),
  };
}

/** `all`, `15m`, or `<ms>..<ms>`. */
export function rangeText(range: Range): string {
  if (range.kind === "between") return `${range.from}..${range.to ?? ""}`;
  if (range.kind === "all") return "all";
  return Object.entries(RANGES).find(([, ms]) => ms === range.ms)?.[0] ?? "all";
}

export function rangeOf(text: string): Range {
  const ms = Object.hasOwn(RANGES, text) ? RANGES[text] : undefined;
  if (ms !== undefined) return { kind: "last", ms };
  const between = /^(\d{1,15})\.\.(\d{1,15})?$/.exec(text);
  if (!between) return { kind: "all" };
  const to = between[2] === undefined ? null : Number(between[2]);
  return { kind: "between", from: Number(between[1]), to };
}
