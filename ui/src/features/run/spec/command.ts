/** Writes a {@link RunSpec} as a `docker run` command, in its shortest usual form. */
import { LISTS, PAIRS, SWITCHES, TEXTS } from "./fields";
import { writeMount } from "./mounts";
import { writeNetworks } from "./networks";
import { writePort } from "./ports";
import { quote } from "./shell";
import type { Pair, RunSpec } from "./spec";

/** Groups of words, each a flag with its value; the last is image and command. */
export function commandGroups(spec: RunSpec): string[][] {
  const texts = (keys: (key: string) => boolean) =>
    TEXTS.filter((field) => keys(field.key) && spec[field.key] !== "").map((field) => [
      field.short ? `-${field.short}` : `--${field.flag}`,
      spec[field.key],
    ]);
  const isHealth = (key: string) => key.startsWith("health");
  return [
    ...switchWords(spec),
    ...(spec.name === "" ? [] : [["--name", spec.name]]),
    ...texts((key) => key === "restart" || key === "pull" || key === "platform"),
    ...spec.ports.map((port) => ["-p", writePort(port)]),
    ...spec.mounts.map((mount) => [...writeMount(mount)]),
    ...spec.env.map(({ name, value }) => ["-e", value === null ? name : `${name}=${value}`]),
    ...byTwo(writeNetworks(spec.networks)),
    ...texts((key) => !isHealth(key) && !["restart", "pull", "platform"].includes(key)),
    ...LISTS.flatMap(({ key, flag }) => spec[key].map((value) => [`--${flag}`, value])),
    ...PAIRS.flatMap(({ key, flag, short }) =>
      spec[key].map((pair) => [short ? `-${short}` : `--${flag}`, pairText(pair)]),
    ),
    ...(spec.health === "none" ? [["--no-healthcheck"]] : []),
    ...(spec.health === "command" ? [["--health-cmd", spec.healthCommand]] : []),
    ...texts(isHealth).filter(() => spec.health !== "none"),
    ...(spec.entrypoint === null ? [] : [["--entrypoint", spec.entrypoint]]),
    ...(spec.others.length === 0 ? [] : [[...spec.others]]),
    [spec.image, ...spec.command],
  ];
}

/** `-d`, `-it`, `-dit`: short ones in one word, long ones each of its own. */
function switchWords(spec: RunSpec): string[][] {
  const on = SWITCHES.filter(({ key }) => spec[key]);
  const letters = on.map(({ short }) => (short && short !== "P" ? short : "")).join("");
  const long = on
    .filter(({ short }) => !short || short === "P")
    .map(({ short, flag }) => [short ? `-${short}` : `--${flag}`]);
  return letters === "" ? long : [[`-${letters}`], ...long];
}

function pairText({ name, value }: Pair): string {
  return value === "" ? name : `${name}=${value}`;
}

function byTwo(words: readonly string[]): string[][] {
  const groups: string[][] = [];
  for (let at = 0; at < words.length; at += 2) groups.push(words.slice(at, at + 2));
  return groups;
}

/** All words, unquoted: what the program sees. */
export function commandWords(spec: RunSpec): string[] {
  return ["docker", "run", ...commandGroups(spec).flat()];
}

/** One line, for a shell. */
export function commandLine(spec: RunSpec): string {
  return commandWords(spec).map(quote).join(" ");
}

/** As {@link commandLine}, a flag on each line if it would be longer than `width`. */
export function commandText(spec: RunSpec, width = 72): string {
  const line = commandLine(spec);
  if (line.length <= width) return line;
  const groups = commandGroups(spec).map((group) => group.map(quote).join(" "));
  return `docker run ${groups.join(" \\\n  ")}`;
}
