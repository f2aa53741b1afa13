import type { ConfigEntry } from "@/bindings/ConfigEntry";

export type Kind = "switch" | "text" | "long";

/** What kind of control a setting needs. */
export function kindOf(entry: ConfigEntry): Kind {
  const binary = (value: string) => value === "true" || value === "false";
  if (binary(entry.default) && binary(entry.value)) return "switch";
  return entry.key === "engine.daemon" ? "long" : "text";
}

const GROUPS = ["machine", "engine", "docker"] as const;
export type Group = (typeof GROUPS)[number];

/** Settings of the machine have no prefix, others the name of their group. */
export function groupOf(key: string): Group {
  const head = key.includes(".") ? (key.split(".")[0] ?? "") : "machine";
  return (GROUPS as readonly string[]).includes(head) ? (head as Group) : "machine";
}

export function grouped(entries: readonly ConfigEntry[]): [Group, ConfigEntry[]][] {
  return GROUPS.map((group): [Group, ConfigEntry[]] => [
    group,
    entries.filter((entry) => groupOf(entry.key) === group),
  ]).filter(([, found]) => found.length > 0);
}

/** The command that sets a value, quoted for a shell. */
export function setCommand(key: string, value: string): string {
  const plain = /^[A-Za-z0-9_./:@%+=-]+$/.test(value);
  return `berth config set ${key} ${plain ? value : `'${value.replaceAll("'", `'\\''`)}'`}`;
}
