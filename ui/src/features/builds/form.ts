import type { BuildSpec } from "@/bindings/BuildSpec";

/** What the form holds: texts as they are written. */
export interface BuildForm {
  context: string;
  dockerfile: string;
  tag: string;
  target: string;
  platform: string;
  args: string;
  noCache: boolean;
  pull: boolean;
}

export const EMPTY: BuildForm = {
  context: "",
  dockerfile: "",
  tag: "",
  target: "",
  platform: "",
  args: "",
  noCache: false,
  pull: false,
};

function lines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

/** Lines that are no `NAME=value`, nor a name alone that is taken from the environment. */
export function badArgs(text: string): string[] {
  return lines(text).filter((line) => !/^[A-Za-z_][A-Za-z0-9_]*(=.*)?$/.test(line));
}

export function toSpec(form: BuildForm): BuildSpec {
  const given = (text: string) => (text.trim() === "" ? null : text.trim());
  return {
    context: form.context.trim(),
    dockerfile: given(form.dockerfile),
    tags: given(form.tag) === null ? [] : [form.tag.trim()],
    target: given(form.target),
    platform: given(form.platform),
    args: lines(form.args),
    no_cache: form.noCache,
    pull: form.pull,
  };
}

function quoted(text: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The same as a command. */
export function buildCommand(form: BuildForm): string {
  const spec = toSpec(form);
  const words = ["docker build"];
  for (const tag of spec.tags) words.push(`-t ${quoted(tag)}`);
  if (spec.dockerfile) words.push(`-f ${quoted(spec.dockerfile)}`);
  if (spec.target) words.push(`--target ${quoted(spec.target)}`);
  if (spec.platform) words.push(`--platform ${quoted(spec.platform)}`);
  for (const arg of spec.args) words.push(`--build-arg ${quoted(arg)}`);
  if (spec.no_cache) words.push("--no-cache");
  if (spec.pull) words.push("--pull");
  return [...words, quoted(spec.context || ".")].join(" ");
}
