/** One line of a {@link JsonTree}. */
export interface JsonLine {
  /** Such as `/HostConfig/Binds/0`. */
  path: string;
  key: string;
  level: number;
  kind: "object" | "string" | "number" | "boolean" | "null";
  /** The value, or how much is inside. */
  text: string;
  opens: boolean;
  unfolded: boolean;
  value: unknown;
}

/** Where words were found. */
export interface Found {
  /** What leads to them, itself included. */
  paths: ReadonlySet<string>;
  direct: ReadonlySet<string>;
  hits: number;
}

const isBox = (value: unknown): value is object => typeof value === "object" && value !== null;

function entriesOf(value: object): [string, unknown][] {
  return Array.isArray(value) ? value.map((item, at) => [String(at), item]) : Object.entries(value);
}

/** Paths whose key or value holds all `words`, with what leads to them. */
export function pathsWith(value: unknown, words: readonly string[]): Found {
  const paths = new Set<string>();
  const direct = new Set<string>();
  const walk = (at: unknown, key: string, path: string): boolean => {
    const own = isBox(at) ? key : `${key} ${String(at)}`;
    const text = own.toLowerCase();
    const here = words.every((word) => text.includes(word));
    let below = false;
    if (isBox(at)) {
      for (const [name, inner] of entriesOf(at))
        below = walk(inner, name, `${path}/${name}`) || below;
    }
    if (here) direct.add(path);
    if (here || below) paths.add(path);
    return here || below;
  };
  if (isBox(value)) for (const [key, inner] of entriesOf(value)) walk(inner, key, `/${key}`);
  return { paths, direct, hits: direct.size };
}

export interface LinesOptions {
  /** How deep it is unfolded at first. */
  depth: number;
  /** Those that the user folded or unfolded. */
  turned: ReadonlySet<string>;
  /** Only these are shown, all unfolded. */
  found: Found | null;
  /** At most so many lines. */
  most: number;
}

/** The lines to draw. */
export function jsonLines(value: unknown, options: LinesOptions): JsonLine[] {
  const lines: JsonLine[] = [];
  const walk = (at: unknown, key: string, path: string, level: number) => {
    if (lines.length >= options.most) return;
    if (options.found && !options.found.paths.has(path)) return;
    const box = isBox(at);
    const inside = box ? entriesOf(at) : [];
    const usual = options.found ? true : level < options.depth;
    const unfolded = box && inside.length > 0 && usual !== options.turned.has(path);
    lines.push({
      path,
      key,
      level,
      kind: kindOf(at),
      text: box ? sizeText(at, inside.length) : JSON.stringify(at),
      opens: inside.length > 0,
      unfolded,
      value: at,
    });
    if (!unfolded) return;
    const under = options.found?.direct.has(path) ? { ...options, found: null } : options;
    for (const [name, inner] of inside) {
      if (under === options) walk(inner, name, `${path}/${name}`, level + 1);
      else lines.push(...nested(inner, name, `${path}/${name}`, level + 1, under));
    }
  };
  if (isBox(value)) for (const [key, inner] of entriesOf(value)) walk(inner, key, `/${key}`, 0);
  return lines.slice(0, options.most);
}

/** All below a key that was found by its name: folded as usual. */
function nested(
  value: unknown,
  key: string,
  path: string,
  level: number,
  options: LinesOptions,
): JsonLine[] {
  const inner = jsonLines(
    { [key]: value },
    { ...options, depth: Math.max(0, options.depth - level) },
  );
  const prefix = path.slice(0, path.length - key.length - 1);
  return inner.map((line) => ({ ...line, path: prefix + line.path, level: line.level + level }));
}

function sizeText(value: object, count: number): string {
  if (Array.isArray(value)) return count === 0 ? "[]" : `[${count}]`;
  return count === 0 ? "{}" : `{${count}}`;
}

function kindOf(value: unknown): JsonLine["kind"] {
  if (value === null || value === undefined) return "null";
  if (typeof value === "object") return "object";
  if (typeof value === "number") return "number";
  return typeof value === "boolean" ? "boolean" : "string";
}
