import type { ComposeAction } from "@/bindings/ComposeAction";
import type { ComposeProject } from "@/bindings/ComposeProject";
import type { ComposeSpec } from "@/bindings/ComposeSpec";
import type { Container } from "@/bindings/Container";
import type { Network } from "@/bindings/Network";
import type { Volume } from "@/bindings/Volume";
import { dirName } from "@/features/run/parts/paths";
import { quote } from "@/features/run/spec/shell";

/** A service of a project, with what there is of it. */
export interface Service {
  name: string;
  containers: readonly Container[];
}

/** A compose project, known by its containers, by its files, or by both. */
export interface Project {
  name: string;
  folder: string | null;
  files: readonly string[];
  /** Its files can be read: it can be brought up. */
  filesPresent: boolean;
  services: readonly Service[];
  running: number;
  total: number;
}

const PROJECT = "com.docker.compose.project";

/** Puts together what the daemon knows of files and what the model knows of containers. */
export function projectsOf(
  containers: readonly Container[],
  listed: readonly ComposeProject[],
): Project[] {
  const known = new Map<string, { from?: ComposeProject; containers: Container[] }>();
  for (const project of listed) known.set(project.name, { from: project, containers: [] });
  for (const container of containers) {
    const name = container.project?.project;
    if (!name) continue;
    const entry = known.get(name) ?? { containers: [] };
    entry.containers.push(container);
    known.set(name, entry);
  }
  return [...known].map(([name, { from, containers }]) => {
    const label = containers.find((it) => it.project)?.project;
    const files = from?.files.length ? from.files : (label?.files ?? []);
    return {
      name,
      folder: from?.folder ?? label?.folder ?? null,
      files,
      filesPresent: from?.files_present ?? false,
      services: servicesOf(containers, from?.services ?? []),
      running: containers.filter(({ state }) => state === "running").length,
      total: containers.length,
    };
  });
}

function servicesOf(containers: readonly Container[], named: readonly string[]): Service[] {
  const services = new Map<string, Container[]>(named.map((name) => [name, []]));
  for (const container of containers) {
    const name = container.project?.service ?? "";
    services.set(name, [...(services.get(name) ?? []), container]);
  }
  return [...services].map(([name, list]) => ({
    name,
    containers: list.sort((a, b) => (a.project?.number ?? 0) - (b.project?.number ?? 0)),
  }));
}

export type Mood = "running" | "partly" | "stopped" | "down" | "failed";

/** How a project is, in one word. */
export function moodOf({ services, running, total }: Project): Mood {
  const all = services.flatMap(({ containers }) => containers);
  if (total === 0) return "down";
  if (all.some((it) => it.state === "running" && it.health === "unhealthy")) return "failed";
  if (running === 0) return "stopped";
  // One that ended well (a migration) has done its work.
  const done = all.filter((it) => it.state === "exited" && it.exit_code === 0).length;
  return running + done === total ? "running" : "partly";
}

/** Something that an action removes. */
export interface Goes {
  what: "container" | "network" | "volume";
  name: string;
  /** Also on it and not of the project: it stays for them. */
  others?: readonly string[];
  bytes?: number | null;
}

/** Exactly what `down` removes, with volumes or without. */
export function downPlan(
  project: Project,
  model: {
    containers: readonly Container[];
    networks: readonly Network[];
    volumes: readonly Volume[];
  },
  volumes: boolean,
): Goes[] {
  const own = new Set(project.services.flatMap(({ containers }) => containers.map(({ id }) => id)));
  const of = (labels: Readonly<Record<string, string | undefined>>) =>
    labels[PROJECT] === project.name;
  const gone: Goes[] = project.services.flatMap(({ containers }) =>
    containers.map(({ name }) => ({ what: "container" as const, name })),
  );
  for (const network of model.networks) {
    if (!of(network.labels)) continue;
    const others = model.containers
      .filter((it) => !own.has(it.id) && it.networks.some(({ name }) => name === network.name))
      .map(({ name }) => name);
    gone.push({ what: "network", name: network.name, ...(others.length > 0 ? { others } : {}) });
  }
  for (const volume of volumes ? model.volumes : []) {
    if (of(volume.labels)) gone.push({ what: "volume", name: volume.name, bytes: volume.size });
  }
  return gone;
}

/** Actions that can't do without the files. */
export function needsFiles(action: ComposeAction): boolean {
  return ["up", "pull", "build", "watch"].includes(action);
}

export function specOf(
  project: Project,
  action: ComposeAction,
  services: readonly string[] = [],
): ComposeSpec {
  return {
    project: project.name,
    folder: project.folder,
    // Files that are gone would make compose fail where the labels are enough.
    files: project.filesPresent ? [...project.files] : [],
    action,
    services: [...services],
    profiles: [],
  };
}

const WORDS: Record<ComposeAction, string> = {
  up: "up -d",
  down: "down",
  down_volumes: "down -v",
  start: "start",
  stop: "stop",
  restart: "restart",
  pull: "pull",
  build: "build",
  watch: "watch",
};

/** The same as a command. */
export function commandOf(
  project: Pick<Project, "name" | "folder" | "files" | "filesPresent">,
  action: ComposeAction,
  services: readonly string[] = [],
): string {
  const base = project.folder?.split(/[\\/]/).filter(Boolean).at(-1);
  const files = project.filesPresent ? project.files : [];
  const words = [
    ...(files.length === 0 || base !== project.name ? [`-p ${quote(project.name)}`] : []),
    ...files.map((file) => `-f ${quote(file)}`),
    WORDS[action],
    ...services.map(quote),
  ];
  return `docker compose ${words.join(" ")}`;
}

/** A project's name as compose would make it of a folder's. */
export function nameOfFolder(folder: string): string {
  const base = folder.split(/[\\/]/).filter(Boolean).at(-1) ?? "";
  return base
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, "")
    .replace(/^[_-]+/, "");
}

/** The project of a file: its own name in it, else its folder's. */
export function nameOfFile(path: string, text: string): string {
  const [, double, single, plain] =
    /^name:[ \t]*(?:"([^"]*)"|'([^']*)'|([a-z0-9][a-z0-9_-]*))[ \t]*(?:#.*)?$/m.exec(text) ?? [];
  return double ?? single ?? plain ?? nameOfFolder(dirName(path));
}

/** A project that the daemon does not know of yet: one file. */
export function projectOfFile(name: string, path: string): Project {
  return {
    name,
    folder: dirName(path),
    files: [path],
    filesPresent: true,
    services: [],
    running: 0,
    total: 0,
  };
}

/** Where a project is shown. `path`: with one of its files open, known of or not. */
export function address(name: string, tab = "", path = ""): string {
  const query = path === "" ? "" : `?${new URLSearchParams({ path })}`;
  return `/compose/${encodeURIComponent(name)}${tab === "" ? "" : `/${tab}`}${query}`;
}
