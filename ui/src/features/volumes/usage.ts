import type { Container } from "@/bindings/Container";
import type { Volume } from "@/bindings/Volume";
import { quote } from "@/features/run/spec/shell";
import { isHelper } from "./helper";

/** Where a container mounts a volume. */
export interface Use {
  container: Container;
  target: string;
  writable: boolean;
}

/** Who mounts each volume. */
export function usesOf(containers: readonly Container[]): ReadonlyMap<string, readonly Use[]> {
  const uses = new Map<string, Use[]>();
  for (const container of containers) {
    if (isHelper(container.labels)) continue;
    for (const { kind, source, target, writable } of container.mounts) {
      if (kind !== "volume") continue;
      const known = uses.get(source) ?? [];
      known.push({ container, target, writable });
      uses.set(source, known);
    }
  }
  return uses;
}

/** The compose project that made it. */
export function projectOf(labels: Readonly<Record<string, string | undefined>>): string | null {
  return labels["com.docker.compose.project"] ?? null;
}

/** What pruning takes: unused ones, of those with a name only when asked for. */
export function prunable(
  volumes: readonly Volume[],
  uses: ReadonlyMap<string, readonly Use[]>,
  named: boolean,
): Volume[] {
  return volumes.filter((it) => !uses.has(it.name) && (named || it.anonymous));
}

/** A name for a copy that nobody has. */
export function copyName(name: string, taken: (name: string) => boolean): string {
  let copy = `${name}-copy`;
  for (let number = 2; taken(copy); number++) copy = `${name}-copy-${number}`;
  return copy;
}

/** Docker's own rule; a fix where one is close. */
export function nameProblem(
  name: string,
  taken: (name: string) => boolean,
): { id: "missing" | "shape" | "taken"; fix?: string } | undefined {
  if (name === "") return { id: "missing" };
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name)) {
    const fix = name.replace(/[^a-zA-Z0-9_.-]+/g, "-").replace(/^[^a-zA-Z0-9]+|-+$/g, "");
    return fix.length > 1 ? { id: "shape", fix } : { id: "shape" };
  }
  if (taken(name)) return { id: "taken", fix: copyName(name, taken) };
  return undefined;
}

/** What can be done to a volume, as commands. Only Docker itself is needed for them. */
export const commands = {
  inspect: (name: string) => `docker volume inspect ${quote(name)}`,
  remove: (names: readonly string[]) => `docker volume rm ${names.map(quote).join(" ")}`,
  create: (name: string, driver: string, options: readonly string[], labels: readonly string[]) =>
    [
      "docker volume create",
      driver === "" || driver === "local" ? "" : `-d ${quote(driver)}`,
      ...options.map((option) => `-o ${quote(option)}`),
      ...labels.map((label) => `--label ${quote(label)}`),
      name === "" ? "" : quote(name),
    ]
      .filter(Boolean)
      .join(" "),
  clone: (from: string, to: string) =>
    `docker run --rm -v ${quote(from)}:/from:ro -v ${quote(to)}:/to alpine cp -a /from/. /to`,
  exportTo: (volume: string, path: string) =>
    `docker run --rm -v ${quote(volume)}:/from:ro alpine tar -c -C /from . > ${quote(path)}`,
  importFrom: (volume: string, path: string) =>
    `docker run --rm -i -v ${quote(volume)}:/to alpine tar -x -C /to < ${quote(path)}`,
  empty: (volume: string) =>
    `docker run --rm -v ${quote(volume)}:/v alpine find /v -mindepth 1 -delete`,
  browse: (volume: string) => `docker run --rm -it -v ${quote(volume)}:/v -w /v alpine sh`,
  prune: (named: boolean) => (named ? "docker volume prune -a" : "docker volume prune"),
};
