import { type Level, levelInText, levelOf } from "./level";

/** A line that is data: its usual parts, and the rest by name. */
export interface Structured {
  kind: "json" | "logfmt";
  level: Level | undefined;
  message: string | undefined;
  time: string | undefined;
  /** All but message, level and time, in the line's order; nested ones as `a.b`. */
  fields: readonly (readonly [name: string, value: string])[];
}

const MESSAGE = ["msg", "message", "@m", "log", "text", "event"];
const LEVEL = ["level", "severity", "lvl", "@l", "log.level", "levelname", "loglevel"];
const TIME = ["time", "timestamp", "ts", "@timestamp", "@t", "datetime", "date"];
const MAX_FIELDS = 200;
const MAX_DEPTH = 3;

/** The fields of a line that is a JSON object or logfmt; nothing for prose. */
export function structured(line: string): Structured | undefined {
  const text = line.trim();
  const pairs = text.startsWith("{") ? jsonPairs(text) : logfmtPairs(text);
  if (!pairs) return undefined;
  return sorted(text.startsWith("{") ? "json" : "logfmt", pairs);
}

type Pair = readonly [name: string, value: unknown];

function sorted(kind: Structured["kind"], pairs: readonly Pair[]): Structured {
  const first = (names: readonly string[]) => {
    for (const name of names) {
      const found = pairs.find((pair) => pair[0].toLowerCase() === name);
      if (found && found[1] !== null && typeof found[1] !== "object") return found;
    }
    return undefined;
  };
  const message = first(MESSAGE);
  const time = first(TIME);
  const word = first(LEVEL);
  const level = word && levelOf(word[1]);
  const used = new Set([message, time, level && word]);
  return {
    kind,
    level: level ?? (message && levelInText(shown(message[1]))),
    message: message && shown(message[1]),
    time: time && shown(time[1]),
    fields: pairs.filter((pair) => !used.has(pair)).map(([name, value]) => [name, shown(value)]),
  };
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function jsonPairs(text: string): Pair[] | undefined {
  if (!text.endsWith("}")) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const pairs: Pair[] = [];
  flatten("", value as Record<string, unknown>, 1, pairs);
  return pairs.length > 0 ? pairs : undefined;
}

function flatten(prefix: string, value: Record<string, unknown>, depth: number, out: Pair[]): void {
  for (const [name, inner] of Object.entries(value)) {
    if (out.length >= MAX_FIELDS) return;
    const nested = typeof inner === "object" && inner !== null && !Array.isArray(inner);
    if (nested && depth < MAX_DEPTH && Object.keys(inner).length > 0) {
      flatten(`${prefix}${name}.`, inner as Record<string, unknown>, depth + 1, out);
    } else out.push([prefix + name, inner]);
  }
}

// logfmt: `key=value key="quoted value"`; nothing else may stand between.
const PAIR = /([A-Za-z_@][\w.@/-]*)=("(?:[^"\\]|\\.)*"|[^\s"]*)\s*/y;

function logfmtPairs(text: string): Pair[] | undefined {
  if (!text.includes("=")) return undefined;
  const pairs: Pair[] = [];
  PAIR.lastIndex = 0;
  while (PAIR.lastIndex < text.length) {
    const found = PAIR.exec(text);
    if (!found || pairs.length >= MAX_FIELDS) return undefined;
    pairs.push([found[1] ?? "", unquoted(found[2] ?? "")]);
  }
  const known = pairs.some(([name]) => LEVEL.includes(name) || MESSAGE.includes(name));
  return pairs.length >= 2 && known ? pairs : undefined;
}

function unquoted(value: string): string {
  if (!value.startsWith('"')) return value;
  try {
    return JSON.parse(value) as string;
  } catch {
    return value.slice(1, -1);
  }
}
