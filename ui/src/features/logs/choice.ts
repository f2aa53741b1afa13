import type { Container } from "@/bindings/Container";
import type { KeptLogs } from "@/bindings/KeptLogs";
import type { Source } from "./store/protocol";

/** Whose lines are shown: all that run, or what was chosen. */
export interface Choice {
  running: boolean;
  /** Names (of those that are gone: IDs). */
  containers: readonly string[];
  projects: readonly string[];
  /** Names that are left out. */
  hidden: readonly string[];
}

export const ALL_RUNNING: Choice = { running: true, containers: [], projects: [], hidden: [] };

function list(text: string | undefined): string[] {
  return (text ?? "").split(",").filter((part) => part !== "");
}

export function choiceOf(params: Readonly<Record<string, string | undefined>>): Choice {
  // Other views name them by ID.
  const containers = [...list(params.c), ...list(params.containers)];
  const projects = [...list(params.p), ...list(params.project)];
  const running = containers.length === 0 && projects.length === 0;
  return { running, containers, projects, hidden: list(params.hide) };
}

export function choiceParams(choice: Choice): Record<string, string> {
  const out: Record<string, string> = {};
  if (choice.containers.length > 0) out.c = choice.containers.join(",");
  if (choice.projects.length > 0) out.p = choice.projects.join(",");
  if (choice.hidden.length > 0) out.hide = choice.hidden.join(",");
  return out;
}

/** What the lines depend on: what is hidden only hides. */
export function subjectOf({ running, containers, projects }: Choice): string {
  return running ? "running" : `c:${[...containers].sort()} p:${[...projects].sort()}`;
}

export function sourceOf(container: Container): Source {
  const { id, name, project } = container;
  return { id, name, service: project?.service ?? "", project: project?.project ?? "" };
}

export function isRunning({ state }: Container): boolean {
  return state === "running" || state === "paused" || state === "restarting";
}

/** The daemon reads at most so many at once. */
export const MOST_SOURCES = 200;

/** The chosen containers, by project and name. */
export function chosen(
  choice: Choice,
  all: readonly Container[],
  kept: readonly KeptLogs[],
): Source[] {
  const names = new Set(choice.containers);
  const projects = new Set(choice.projects);
  const wanted = (it: Container) =>
    choice.running
      ? isRunning(it)
      : names.has(it.name) || names.has(it.id) || projects.has(it.project?.project ?? "");
  const there = all.filter(wanted).map(sourceOf);
  const gone = kept
    .filter((it) => names.has(it.container) && !all.some((other) => other.id === it.container))
    .map(({ container, name }) => ({ id: container, name, service: "", project: "", kept: true }));
  return [...there, ...gone].sort(byProject);
}

export function byProject(a: Source, b: Source): number {
  const alone = Number(a.project === "") - Number(b.project === "");
  return alone || a.project.localeCompare(b.project) || a.name.localeCompare(b.name);
}

/** The choice after a box was ticked or unticked. What is read already is only hidden or shown. */
export function toggled(choice: Choice, key: string, shown: boolean, read: boolean): Choice {
  if (read) {
    const hidden = choice.hidden.filter((name) => name !== key);
    return { ...choice, hidden: shown ? [...hidden, key] : hidden };
  }
  const containers = choice.containers.filter((name) => name !== key);
  return { ...choice, running: false, containers: [...containers, key] };
}

export interface SourceGroup {
  project: string;
  containers: readonly Container[];
}

/** Containers by project; those without one come last, stopped ones last in each. */
export function groups(all: readonly Container[]): SourceGroup[] {
  const found = new Map<string, Container[]>();
  for (const container of all) {
    const project = container.project?.project ?? "";
    const known = found.get(project);
    if (known) known.push(container);
    else found.set(project, [container]);
  }
  const order = (a: Container, b: Container) =>
    Number(isRunning(b)) - Number(isRunning(a)) || a.name.localeCompare(b.name);
  return [...found]
    .map(([project, containers]) => ({ project, containers: containers.sort(order) }))
    .sort(
      (a, b) =>
        Number(a.project === "") - Number(b.project === "") || a.project.localeCompare(b.project),
    );
}

/** A colour for each, kept as others come and go. */
export function colored(
  sources: readonly Source[],
  before: ReadonlyMap<string, number>,
  colors: number,
): Map<string, number> {
  const out = new Map(before);
  for (const { id } of sources) if (!out.has(id)) out.set(id, out.size % colors);
  return out;
}
