/** Finds mistakes in a compose file and says where, with a fix where one is close. */
import { isAlias, isMap, isScalar, isSeq, parseDocument, type Node as Yaml } from "yaml";
import { type Names, type Node, root } from "./schema";

export interface Mistake {
  from: number;
  to: number;
  /** ID of the message, after `compose-bad-`. */
  id: string;
  args?: Record<string, string>;
  /** It is allowed, but hardly as meant. */
  mild?: boolean;
  /** What would stand there instead. */
  fix?: string;
}

interface Walk {
  mistakes: Mistake[];
  names: Record<Names, Set<string>>;
}

const EXTENSION = /^x-/;
const VARIABLE = /\$/;

export function check(text: string): Mistake[] {
  const document = parseDocument(text);
  const mistakes: Mistake[] = document.errors.map((error) => ({
    from: error.pos[0],
    to: Math.max(error.pos[1], error.pos[0] + 1),
    id: "yaml",
    args: { text: error.message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? "" },
  }));
  const contents = document.contents as Yaml | null;
  if (mistakes.length > 0 || contents === null) return mistakes;
  const walk: Walk = { mistakes, names: declared(contents) };
  visit(contents, root, walk);
  services(contents, walk);
  return mistakes.sort((a, b) => a.from - b.from);
}

/** The names that a file declares. */
function declared(contents: Yaml): Walk["names"] {
  const of = (key: Names) => {
    const part = isMap(contents) ? contents.get(key, true) : undefined;
    return new Set(isMap(part) ? part.items.map(({ key }) => nameOf(key)) : []);
  };
  const names = {
    services: of("services"),
    volumes: of("volumes"),
    networks: of("networks"),
    secrets: of("secrets"),
    configs: of("configs"),
  };
  // Compose makes this one by itself.
  names.networks.add("default");
  return names;
}

function nameOf(key: unknown): string {
  return isScalar(key) ? String(key.value) : "";
}

function add(walk: Walk, node: unknown, mistake: Omit<Mistake, "from" | "to">): void {
  const range = (node as Yaml | null)?.range ?? [0, 1];
  walk.mistakes.push({ from: range[0], to: Math.max(range[1], range[0] + 1), ...mistake });
}

function visit(yaml: Yaml | null, node: Node, walk: Walk): void {
  if (node.kind === "any" || isAlias(yaml)) return;
  // `!reset` and `!override` of compose are rules of their own.
  if (yaml?.tag?.startsWith("!") && !yaml.tag.startsWith("!!")) return;
  if (node.kind === "one") return visitOne(yaml, node.of, walk);
  if (!fits(yaml, node)) {
    const missing = isEmpty(yaml);
    // A key whose value is still to be written is no mistake yet that needs a red line.
    return add(walk, yaml, {
      id: missing ? "missing" : "type",
      args: { wanted: wanted([node]) },
      ...(missing ? { mild: true } : {}),
    });
  }
  if (node.kind === "map" && isMap(yaml)) return visitMap(yaml, node.keys, walk);
  if (node.kind === "dict" && isMap(yaml)) {
    for (const { key, value } of yaml.items) {
      if (EXTENSION.test(nameOf(key)) || nameOf(key) === "<<") continue;
      if (node.names) reference(key, node.names, walk);
      visit(value as Yaml | null, node.value, walk);
    }
  }
  if (node.kind === "list" && isSeq(yaml)) {
    for (const item of yaml.items) visit(item as Yaml, node.item, walk);
  }
  if (node.kind === "text" && isScalar(yaml)) visitText(yaml, node, walk);
}

function visitOne(yaml: Yaml | null, of: readonly Node[], walk: Walk): void {
  const flat = of.flatMap((it) => (it.kind === "one" ? it.of : [it]));
  const fitting = flat.filter((it) => fits(yaml, it));
  const [first] = fitting;
  if (!first) {
    const missing = isEmpty(yaml);
    add(walk, yaml, {
      id: missing ? "missing" : "type",
      args: { wanted: wanted(flat) },
      ...(missing ? { mild: true } : {}),
    });
    return;
  }
  // Several kinds of text: one that takes it is enough.
  let best: Mistake[] | undefined;
  for (const node of fitting) {
    const trial: Walk = { ...walk, mistakes: [] };
    visit(yaml, node, trial);
    if (!best || trial.mistakes.length < best.length) best = trial.mistakes;
  }
  walk.mistakes.push(...(best ?? []));
}

function visitMap(
  yaml: Extract<Yaml, { items: unknown }>,
  keys: Readonly<Record<string, Node>>,
  walk: Walk,
): void {
  if (!isMap(yaml)) return;
  for (const { key, value } of yaml.items) {
    const name = nameOf(key);
    if (EXTENSION.test(name) || name === "<<") continue;
    const node = Object.hasOwn(keys, name) ? keys[name] : undefined;
    if (node) visit(value as Yaml | null, node, walk);
    else {
      const close = closest(name, Object.keys(keys));
      add(walk, key, {
        id: close ? "key-close" : "key",
        args: { key: name, ...(close ? { close } : {}) },
        ...(close ? { fix: close } : {}),
      });
    }
  }
}

function visitText(
  yaml: Extract<Yaml, { value: unknown }>,
  node: Extract<Node, { kind: "text" }>,
  walk: Walk,
): void {
  const value = String(yaml.value);
  if (VARIABLE.test(value)) return;
  if (node.names) return reference(yaml, node.names, walk);
  if (node.values && !node.values.includes(value) && !node.shape?.test(value)) {
    // An unquoted `no` is false in YAML 1.1, and everybody writes it.
    if (value === "false" && node.values.includes("no")) return;
    const close = closest(value, node.values);
    add(walk, yaml, {
      id: "value",
      args: { value, values: node.values.join(", ") },
      ...(close ? { fix: close } : {}),
    });
  } else if (!node.values && node.shape && !node.shape.test(value)) {
    add(walk, yaml, { id: "shape", args: { value } });
  }
}

/** A name that must be declared in its own part of the file. */
function reference(yaml: unknown, names: Names, walk: Walk): void {
  const name = nameOf(yaml);
  if (walk.names[names].has(name) || VARIABLE.test(name)) return;
  const close = closest(name, [...walk.names[names]]);
  add(walk, yaml, { id: `no-${names}`, args: { name }, ...(close ? { fix: close } : {}) });
}

function isEmpty(yaml: Yaml | null): boolean {
  return yaml === null || (isScalar(yaml) && yaml.value === null);
}

function fits(yaml: Yaml | null, node: Node): boolean {
  if (node.kind === "any") return true;
  if (isEmpty(yaml)) return node.kind === "empty";
  if (node.kind === "map" || node.kind === "dict") return isMap(yaml);
  if (node.kind === "list") return isSeq(yaml);
  if (node.kind === "one") return node.of.some((it) => fits(yaml, it));
  if (!isScalar(yaml)) return false;
  const { value } = yaml;
  const variable = typeof value === "string" && VARIABLE.test(value);
  switch (node.kind) {
    case "text":
      // Compose turns numbers and flags into text by itself.
      return true;
    case "number":
      return typeof value === "number" || typeof value === "bigint" || variable;
    case "flag":
      return typeof value === "boolean" || variable || value === "true" || value === "false";
    default:
      return false;
  }
}

function wanted(nodes: readonly Node[]): string {
  const kinds = nodes.map((node) => (node.kind === "dict" ? "map" : node.kind));
  return [...new Set(kinds)].filter((kind) => kind !== "empty").join(", ");
}

/** Things that a single place can't tell: what a service is made of, and named volumes. */
function services(contents: Yaml, walk: Walk): void {
  const part = isMap(contents) ? contents.get("services", true) : undefined;
  if (!isMap(part)) return;
  const published = new Map<string, string>();
  for (const { key, value } of part.items) {
    if (!isMap(value) || EXTENSION.test(nameOf(key))) continue;
    const made = ["image", "build", "extends", "provider", "<<"].some((it) => value.has(it));
    if (!made) add(walk, key, { id: "no-image", args: { name: nameOf(key) } });
    volumes(value.get("volumes", true), walk);
    ports(value.get("ports", true), nameOf(key), published, walk);
  }
}

function volumes(list: unknown, walk: Walk): void {
  if (!isSeq(list)) return;
  for (const item of list.items) {
    const text = isScalar(item) ? String(item.value) : "";
    const source =
      isMap(item) && item.get("type") === "volume" ? item.get("source", true) : undefined;
    const name = source ? nameOf(source) : text.includes(":") ? (text.split(":")[0] ?? "") : "";
    if (name === "" || !/^[a-zA-Z0-9][\w.-]*$/.test(name) || walk.names.volumes.has(name)) continue;
    if (/^[A-Za-z]$/.test(name)) continue;
    add(walk, source ?? item, { id: "no-volumes", args: { name } });
  }
}

function ports(list: unknown, service: string, published: Map<string, string>, walk: Walk): void {
  if (!isSeq(list)) return;
  for (const item of list.items) {
    if (!isScalar(item)) continue;
    const [, ip = "", host, protocol = "tcp"] =
      /^(?:([\d.]+):)?(\d+):\d+(?:\/(\w+))?$/.exec(String(item.value)) ?? [];
    if (host === undefined) continue;
    const key = `${ip}:${host}/${protocol}`;
    const other = published.get(key);
    if (other !== undefined)
      add(walk, item, { id: "port-twice", args: { port: host, name: other } });
    published.set(key, service);
  }
}

/** The one of `names` that was probably meant. */
export function closest(name: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.min(3, Math.ceil(name.length / 3));
  for (const candidate of names) {
    const by = distance(name.toLowerCase(), candidate, least);
    if (by <= least) {
      if (by < least || best === undefined) best = candidate;
      least = by;
    }
  }
  return best;
}

/** Letters to change (Levenshtein), up to `most`. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same));
    }
    row = next;
  }
  return row[b.length] ?? most + 1;
}
