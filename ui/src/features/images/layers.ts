/** One entry of `GET /images/{name}/history`, newest first. */
export interface HistoryEntry {
  Id: string;
  Created: number;
  CreatedBy: string;
  Size: number;
  Comment: string;
  Tags: string[] | null;
}

/** A layer, or an instruction that made none. */
export interface Layer {
  /** The Dockerfile's instruction, such as `RUN`; empty where it can't be told. */
  instruction: string;
  /** What follows it. */
  text: string;
  size: number;
  created: number;
}

const NOP = /^\/bin\/sh -c #\(nop\)\s+/;
const SHELL = /^(?:\/bin\/(?:ba)?sh -c |cmd \/S \/C |powershell -Command )/;
const ARGS = /^\|\d+ (?:\S+=(?:"[^"]*"|\S*) )*/;
const INSTRUCTIONS = new Set(
  "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split(
    " ",
  ),
);

/** The history in the order of the Dockerfile, in its words rather than the builder's. */
export function layers(history: readonly HistoryEntry[]): Layer[] {
  return [...history].reverse().map((entry) => ({
    ...instruction(entry.CreatedBy),
    size: entry.Size,
    created: entry.Created,
  }));
}

/** What a builder recorded as the command of a step, as the Dockerfile had it. */
export function instruction(createdBy: string): { instruction: string; text: string } {
  const recorded = createdBy.trim().replace(/\s+# buildkit$/, "");
  const plain = recorded.replace(NOP, "");
  const word = plain.split(/\s/, 1)[0] ?? "";
  if (INSTRUCTIONS.has(word)) {
    const text = plain.slice(word.length).trim();
    return { instruction: word, text: word === "RUN" ? bare(text) : text };
  }
  if (plain !== recorded || recorded === "") return { instruction: "", text: plain };
  const command = bare(recorded);
  return command === recorded
    ? { instruction: "", text: recorded }
    : { instruction: "RUN", text: command };
}

/** A command without the shell and the build arguments that the builder put before it. */
function bare(command: string): string {
  return command.replace(ARGS, "").replace(SHELL, "").trim();
}
