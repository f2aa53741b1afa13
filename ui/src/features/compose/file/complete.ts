/** What could stand where the cursor is: by indentation, since a half-written file is rarely YAML. */
import { type Names, type Node, root } from "./schema";

export interface Offer {
  label: string;
  /** What is put there. */
  insert: string;
  kind: "key" | "value" | "name";
}

export interface Completion {
  /** Where the word begins that is replaced. */
  from: number;
  offers: Offer[];
}

interface Line {
  indent: number;
  /** Depth of the `- ` that stand before the text. */
  dashes: number;
  text: string;
}

function lineOf(text: string): Line {
  let indent = 0;
  let dashes = 0;
  let rest = text;
  for (;;) {
    const spaces = rest.length - rest.trimStart().length;
    indent += spaces;
    rest = rest.slice(spaces);
    if (!/^-(\s|$)/.test(rest)) break;
    dashes++;
    indent++;
    rest = rest.slice(1);
  }
  return { indent, dashes, text: rest };
}

/** Keys (and `-` for lists) that lead to the end of `before`. */
export function pathAt(before: string): string[] {
  const lines = before.split("\n");
  const last = lineOf(lines.pop() ?? "");
  const path: string[] = [];
  let indent = last.indent;
  let dashes = last.dashes;
  for (let at = lines.length - 1; at >= 0 && (indent > 0 || dashes > 0); at--) {
    const raw = lines[at] ?? "";
    if (/^\s*(#.*)?$/.test(raw)) continue;
    const line = lineOf(raw);
    const key = /^("[^"]*"|'[^']*'|[^\s:#][^:#]*):(\s|$)/
      .exec(line.text)?.[1]
      ?.replace(/^["']|["']$/g, "");
    // The first line of an entry of a list stands where its `-` is.
    const starts = line.dashes > 0 ? raw.length - raw.trimStart().length : line.indent;
    const own =
      dashes > 0
        ? starts <= indent - 2 * dashes || (starts < indent && line.dashes === 0)
        : starts < indent;
    if (line.dashes > 0 && dashes === 0 && line.indent === indent) {
      // Another key of the same entry.
      dashes = line.dashes;
      continue;
    }
    if (!own || key === undefined || !isParent(line, indent, dashes)) continue;
    for (let n = 0; n < dashes; n++) path.unshift("-");
    path.unshift(key);
    indent = line.indent;
    dashes = line.dashes;
  }
  for (let n = 0; n < dashes; n++) path.unshift("-");
  return path;
}

/** A list may stand at its key's own indentation. */
function isParent(line: Line, indent: number, dashes: number): boolean {
  return dashes > 0 ? line.indent <= indent - 2 * dashes : line.indent < indent;
}

/** The kinds of value that a path leads to. */
export function nodesAt(path: readonly string[], from: Node = root): Node[] {
  let nodes = flat([from]);
  for (const key of path) {
    nodes = flat(
      nodes.flatMap((node) => {
        if (key === "-") return node.kind === "list" ? [node.item] : [];
        if (node.kind === "map")
          return Object.hasOwn(node.keys, key) ? [node.keys[key] as Node] : [];
        return node.kind === "dict" ? [node.value] : [];
      }),
    );
  }
  return nodes;
}

function flat(nodes: readonly Node[]): Node[] {
  return nodes.flatMap((node) => (node.kind === "one" ? flat(node.of) : [node]));
}

/** Names that a part of the file declares, as far as it is written. */
export function declaredNames(text: string, part: Names): string[] {
  const found: string[] = [];
  let inside = false;
  let indent: number | undefined;
  for (const raw of text.split("\n")) {
    if (/^\s*(#.*)?$/.test(raw)) continue;
    const spaces = raw.length - raw.trimStart().length;
    if (spaces === 0) {
      inside = raw.startsWith(`${part}:`);
      indent = undefined;
      continue;
    }
    indent ??= inside ? spaces : undefined;
    const key = /^([\w.-]+):/.exec(raw.trim())?.[1];
    if (inside && spaces === indent && key) found.push(key);
  }
  return found;
}

export function complete(text: string, at: number): Completion | undefined {
  const before = text.slice(0, at);
  const start = before.lastIndexOf("\n") + 1;
  const line = before.slice(start);
  if (line.includes("#")) return undefined;
  const value = /^(\s*(?:- +)*)([\w.-]+): +(\S*)$/.exec(line);
  if (value) {
    const [, lead = "", key = "", word = ""] = value;
    const path = [...pathAt(text.slice(0, start) + lead), key];
    return offersOf(nodesAt(path), text, at - word.length, false);
  }
  const word = /^\s*(?:- +)*([\w.-]*)$/.exec(line)?.[1];
  if (word === undefined) return undefined;
  const path = pathAt(before.slice(0, before.length - word.length));
  return offersOf(nodesAt(path), text, at - word.length, true);
}

function offersOf(
  nodes: readonly Node[],
  text: string,
  from: number,
  keys: boolean,
): Completion | undefined {
  const offers: Offer[] = [];
  for (const node of nodes) {
    if (keys && node.kind === "map") {
      for (const [label, value] of Object.entries(node.keys)) {
        offers.push({ label, insert: `${label}:${isBlock(value) ? "" : " "}`, kind: "key" });
      }
    }
    if (node.kind === "dict" && node.names && keys) {
      for (const label of declaredNames(text, node.names)) {
        offers.push({ label, insert: `${label}:`, kind: "name" });
      }
    }
    if (node.kind === "text") {
      for (const label of node.values ?? [])
        offers.push({ label, insert: quoted(label), kind: "value" });
      for (const label of node.names ? declaredNames(text, node.names) : []) {
        offers.push({ label, insert: label, kind: "name" });
      }
    }
    if (node.kind === "flag" && !keys) {
      for (const label of ["true", "false"]) offers.push({ label, insert: label, kind: "value" });
    }
  }
  return offers.length > 0 ? { from, offers } : undefined;
}

/** `no` alone would be read as false. */
function quoted(value: string): string {
  return value === "no" ? '"no"' : value;
}

/** Its value begins on the next line. */
function isBlock(node: Node): boolean {
  return flat([node]).every(
    ({ kind }) => kind === "map" || kind === "dict" || kind === "list" || kind === "empty",
  );
}
