/** Reads a pasted `docker run …` line (or that of podman or nerdctl) into a {@link RunSpec}. */
import {
  ALIASES,
  HARMLESS,
  LISTS,
  OTHER_SWITCHES,
  OTHER_WITH_VALUE,
  PAIRS,
  SWITCHES,
  TEXTS,
} from "./fields";
import { parseMount, parseTmpfs, parseVolume } from "./mounts";
import { parseNetwork } from "./networks";
import { parsePort } from "./ports";
import { splitWords } from "./shell";
import { EMPTY, type NetworkSpec, type RunSpec } from "./spec";

/** Something that the reader of the form should know. Each kind has a message. */
export interface Note {
  kind:
    | "unknown-flag"
    | "bad-value"
    | "expansion"
    | "env-file"
    | "env-from-shell"
    | "rest"
    | "open-quote"
    | "no-image";
  /** What it is about, as it was written. */
  text: string;
}

export interface Parsed {
  spec: RunSpec;
  notes: Note[];
}

type Draft = { -readonly [K in keyof RunSpec]: RunSpec[K] };

interface State {
  draft: Draft;
  notes: Note[];
  /** What `--network-alias`, `--ip` and `--ip6` say: they belong to the first network. */
  first: { aliases: string[]; ipv4: string; ipv6: string };
}

/** Undefined if the text is no such command at all. */
export function parseRun(text: string): Parsed | undefined {
  const { words, expansions, rest, open } = splitWords(text);
  const start = beginning(words);
  if (start === undefined) return undefined;
  const state: State = {
    draft: { ...EMPTY },
    notes: [],
    first: { aliases: [], ipv4: "", ipv6: "" },
  };
  const after = readFlags(words, start, state);
  const { draft, notes } = state;
  draft.image = words[after] ?? "";
  draft.command = words.slice(after + 1);
  placeNetwork(state);
  if (draft.image === "") notes.push({ kind: "no-image", text: "" });
  for (const found of expansions) notes.push({ kind: "expansion", text: found });
  if (open) notes.push({ kind: "open-quote", text: open });
  if (rest !== "") notes.push({ kind: "rest", text: rest });
  return { spec: draft, notes };
}

const GLOBAL_WITH_VALUE = new Set(
  "--context -c --host -H --config --log-level -l --namespace -n --address -a --connection".split(
    " ",
  ),
);

/** Where the flags of `run` begin: after `sudo -E docker --context x container run`. */
function beginning(words: readonly string[]): number | undefined {
  let at = 0;
  while (
    at < words.length &&
    /^(sudo|doas|time|exec|nohup|env|-[A-Za-z]+|\w+=.*)$/.test(words[at] ?? "")
  ) {
    at++;
  }
  if (!/^(?:.*[\\/])?(docker|podman|nerdctl|finch)(\.exe)?$/.test(words[at] ?? ""))
    return undefined;
  at++;
  while (words[at]?.startsWith("-")) at += GLOBAL_WITH_VALUE.has(words[at] ?? "") ? 2 : 1;
  if (words[at] === "container") at++;
  return words[at] === "run" || words[at] === "create" ? at + 1 : undefined;
}

/** Reads flags from `at` on; returns where the image stands. */
function readFlags(words: readonly string[], start: number, state: State): number {
  let at = start;
  while (at < words.length) {
    const word = words[at] ?? "";
    if (word === "--") return at + 1;
    if (!word.startsWith("-") || word === "-") return at;
    const used = word.startsWith("--")
      ? longFlag(word.slice(2), words, at, state)
      : shortFlags(word.slice(1), words, at, state);
    at += used;
  }
  return at;
}

function longFlag(text: string, words: readonly string[], at: number, state: State): number {
  const cut = text.indexOf("=");
  const written = cut < 0 ? text : text.slice(0, cut);
  const name = ALIASES[written] ?? written;
  const inline = cut < 0 ? undefined : text.slice(cut + 1);
  if (setSwitch(name, inline, state)) return 1;
  if (HARMLESS.has(name)) return 1;
  if (takesValue(name)) {
    const value = inline ?? words[at + 1];
    const used = inline === undefined ? 2 : 1;
    if (value === undefined) other([`--${text}`], state);
    else setValue(name, value, state);
    return used;
  }
  if (inline !== undefined || OTHER_SWITCHES.has(name)) return other([`--${text}`], state);
  const next = words[at + 1];
  const guess =
    OTHER_WITH_VALUE.has(name) ||
    (next !== undefined && at + 2 < words.length && !next.startsWith("-"));
  return other(guess && next !== undefined ? [`--${text}`, next] : [`--${text}`], state);
}

/** `-itd`, `-p80:80`, `-p 80:80`, `-it=true`. */
function shortFlags(letters: string, words: readonly string[], at: number, state: State): number {
  for (let index = 0; index < letters.length; index++) {
    const letter = letters[index] ?? "";
    const rest = letters.slice(index + 1);
    const flip = SWITCHES.find((field) => field.short === letter);
    if (flip) {
      if (rest.startsWith("=")) {
        setSwitch(flip.flag, rest.slice(1), state);
        return 1;
      }
      setSwitch(flip.flag, undefined, state);
      continue;
    }
    const name = SHORT[letter];
    if (name === undefined) {
      if (letter === "q") continue;
      return other([`-${letters.slice(index)}`], state);
    }
    const inline = rest === "" ? undefined : rest.replace(/^=/, "");
    const value = inline ?? words[at + 1];
    if (value === undefined) return other([`-${letter}`], state);
    setValue(name, value, state);
    return inline === undefined ? 2 : 1;
  }
  return 1;
}

const SHORT: Record<string, string> = { p: "publish", v: "volume", e: "env", a: "attach" };
for (const { short, flag } of [...TEXTS, ...PAIRS]) if (short) SHORT[short] = flag;

function setSwitch(name: string, value: string | undefined, state: State): boolean {
  if (name === "no-healthcheck") {
    state.draft.health = "none";
    return true;
  }
  const field = SWITCHES.find((it) => it.flag === name);
  if (!field) return false;
  state.draft[field.key] = value === undefined || /^(1|t|true)$/i.test(value);
  return true;
}

type Setter = (value: string, state: State) => boolean | undefined;

/** Flags that are more than a text of their own; false if the value can't be understood. */
const SETTERS: Record<string, Setter> = {
  name: (value, { draft }) => {
    draft.name = value;
    return true;
  },
  publish: (value, { draft }) => append(draft, "ports", parsePort(value)),
  volume: (value, { draft }) => append(draft, "mounts", parseVolume(value)),
  mount: (value, { draft }) => append(draft, "mounts", parseMount(value)),
  tmpfs: (value, { draft }) => append(draft, "mounts", parseTmpfs(value)),
  network: (value, { draft }) => append(draft, "networks", parseNetwork(value)),
  "network-alias": (value, { first }) => first.aliases.push(value) > 0,
  ip: (value, { first }) => {
    first.ipv4 = value;
    return true;
  },
  ip6: (value, { first }) => {
    first.ipv6 = value;
    return true;
  },
  env: setEnv,
  entrypoint: (value, { draft }) => {
    draft.entrypoint = value;
    return true;
  },
  "health-cmd": (value, { draft }) => {
    draft.health = value === "none" ? "none" : "command";
    draft.healthCommand = value === "none" ? "" : value;
    return true;
  },
  // Where our own program hangs on: what is attached makes no difference to the container.
  attach: () => true,
};

function append<K extends "ports" | "mounts" | "networks">(
  draft: Draft,
  key: K,
  item: RunSpec[K][number] | undefined,
): boolean {
  if (!item) return false;
  (draft[key] as readonly (typeof item)[]) = [...draft[key], item];
  return true;
}

function setEnv(value: string, { draft, notes }: State): boolean {
  const at = value.indexOf("=");
  const name = at < 0 ? value : value.slice(0, at);
  if (name === "") return false;
  draft.env = [...draft.env, { name, value: at < 0 ? null : value.slice(at + 1) }];
  if (at < 0) notes.push({ kind: "env-from-shell", text: name });
  return true;
}

function takesValue(name: string): boolean {
  return (
    name in SETTERS ||
    TEXTS.some((field) => field.flag === name) ||
    LISTS.some((field) => field.flag === name) ||
    PAIRS.some((field) => field.flag === name)
  );
}

function setValue(name: string, value: string, state: State): void {
  const { draft, notes } = state;
  const setter = SETTERS[name];
  if (setter) {
    if (setter(value, state)) return;
    notes.push({ kind: "bad-value", text: `--${name} ${value}` });
    draft.others = [...draft.others, `--${name}`, value];
    return;
  }
  const plain = TEXTS.find((field) => field.flag === name);
  if (plain) draft[plain.key] = value;
  const list = LISTS.find((field) => field.flag === name);
  if (list) draft[list.key] = [...draft[list.key], listItem(list.key, value)];
  if (name === "env-file") notes.push({ kind: "env-file", text: value });
  const pairs = PAIRS.find((field) => field.flag === name);
  if (pairs) {
    const at = value.indexOf("=");
    const pair =
      at < 0
        ? { name: value, value: "" }
        : { name: value.slice(0, at), value: value.slice(at + 1) };
    draft[pairs.key] = [...draft[pairs.key].filter((it) => it.name !== pair.name), pair];
  }
}

/** `--add-host` takes `name=address` too. */
function listItem(key: string, value: string): string {
  if (key !== "extraHosts") return value;
  return value.replace(/^([^:=]+)=\[?(.*?)\]?$/, "$1:$2");
}

function other(words: string[], { draft, notes }: State): number {
  draft.others = [...draft.others, ...words];
  notes.push({ kind: "unknown-flag", text: words.join(" ") });
  return words.length;
}

function placeNetwork({ draft, first }: State): void {
  if (first.aliases.length === 0 && !first.ipv4 && !first.ipv6) return;
  const [network, ...more] = draft.networks;
  const base: NetworkSpec = network ?? { name: "bridge", aliases: [], ipv4: "", ipv6: "" };
  const merged = {
    name: base.name,
    aliases: [...base.aliases, ...first.aliases],
    ipv4: first.ipv4 || base.ipv4,
    ipv6: first.ipv6 || base.ipv6,
  };
  draft.networks = [merged, ...more];
}
