import { commandGroups } from "./spec/command";
import { quote } from "./spec/shell";
import type { RunSpec } from "./spec/spec";

export interface Difference {
  sign: "+" | "−";
  text: string;
}

/** What another spec would change, in the words of the command. */
export function differences(before: RunSpec, after: RunSpec): Difference[] {
  const words = (spec: RunSpec) => commandGroups(spec).map((group) => group.map(quote).join(" "));
  const [old, fresh] = [words(before), words(after)];
  return [
    ...old.filter((it) => !fresh.includes(it)).map((text) => ({ sign: "−" as const, text })),
    ...fresh.filter((it) => !old.includes(it)).map((text) => ({ sign: "+" as const, text })),
  ];
}
