/** Reads an inspected container into a {@link RunSpec}: what somebody asked for, not what it inherited. */
import { type Kind, LISTS, PAIRS, SWITCHES, TEXTS } from "./fields";
import { mountOfBody, parseVolume } from "./mounts";
import { isMode } from "./networks";
import {
  EMPTY,
  type Json,
  type JsonObject,
  type MountSpec,
  type NetworkSpec,
  type RunSpec,
} from "./spec";
import { writeCpus, writeDuration, writeSize } from "./units";

/** The parts of `GET /containers/{id}/json` that are read here. */
export interface Inspected {
  Id: string;
  Name: string;
  Platform?: string;
  Config: JsonObject;
  HostConfig: JsonObject;
  Mounts?: readonly JsonObject[];
  NetworkSettings?: { Networks?: Record<string, JsonObject | null> | null };
}

export interface Surroundings {
  /** `Config` of the image, so that what it says is not repeated. */
  image?: JsonObject | undefined;
  /** The engine's own log driver. */
  logDriver?: string | undefined;
  /** Anonymous volumes go on under their generated names; else the new container gets new ones. */
  keepAnonymous: boolean;
}

type Draft = { -readonly [K in keyof RunSpec]: RunSpec[K] };

export function specOfContainer(container: Inspected, around: Surroundings): RunSpec {
  const { Config: config, HostConfig: host } = container;
  const image = around.image ?? {};
  const draft: Draft = { ...EMPTY, detach: true };
  draft.image = text(config.Image);
  draft.name = container.Name.replace(/^\//, "");
  plainFields(draft, config, host, image, around);
  process(draft, container, image);
  health(draft, config, image);
  draft.mounts = mounts(container, image, around.keepAnonymous);
  draft.networks = networks(container);
  ports(draft, config, host, image);
  resources(draft, host);
  draft.carried = carried(config, host, image, draft);
  return draft;
}

/** As a second container beside the first: what only one can have is left out. */
export function duplicate(spec: RunSpec, taken: (name: string) => boolean): RunSpec {
  let name = `${spec.name}-copy`;
  for (let number = 2; taken(name); number++) name = `${spec.name}-copy-${number}`;
  const networks = spec.networks.map((network) => ({ ...network, ipv4: "", ipv6: "" }));
  // Compose would take a container with its labels for its own.
  const labels = spec.labels.filter((label) => !label.name.startsWith("com.docker.compose."));
  return { ...spec, name, networks, labels, mac: "" };
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function object(value: Json | undefined): JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? (value as JsonObject)
    : {};
}

function texts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function same(a: Json | undefined, b: Json | undefined): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}

function at(body: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = body;
  for (const name of path) value = object(value)[name];
  return value;
}

function written(kind: Kind, value: Json | undefined): string {
  if (value === null || value === undefined || value === "" || value === 0) return "";
  if (typeof value !== "number") return String(value);
  switch (kind) {
    case "size":
      return value < 0 ? "-1" : writeSize(value);
    case "cpus":
      return writeCpus(value);
    case "duration":
      return writeDuration(value);
    default:
      return String(value);
  }
}

function plainFields(
  draft: Draft,
  config: JsonObject,
  host: JsonObject,
  image: JsonObject,
  around: Surroundings,
): void {
  const body = { ...config, HostConfig: host };
  for (const { key, kind, body: path, usual } of TEXTS) {
    if (!path || path[0] === "Healthcheck") continue;
    const value = at(body, path);
    if (usual?.some((it) => it === value)) continue;
    if (path[0] !== "HostConfig" && same(value, at(image, path))) continue;
    draft[key] = written(kind, value);
  }
  // The engine allows as much swap as memory unless told otherwise.
  if (host.MemorySwap === 2 * Number(host.Memory)) draft.memorySwap = "";
  for (const { key, body: path } of LISTS) if (path) draft[key] = texts(at(body, path));
  draft.links = draft.links.map((link) => link.replace(/^\/?([^:]+):(?:.*\/)?([^/]+)$/, "$1:$2"));
  for (const { key, body: path } of PAIRS) {
    const inherited = path[0] === "Labels" ? object(image.Labels) : {};
    draft[key] = Object.entries(object(at(body, path)))
      .filter(([name, value]) => inherited[name] !== value)
      .map(([name, value]) => ({ name, value: text(value) }));
  }
  for (const { key, body: path } of SWITCHES) if (path) draft[key] = at(body, path) === true;
  if (draft.logDriver === (around.logDriver ?? "json-file") && draft.logOptions.length === 0) {
    draft.logDriver = "";
  }
}

function process(draft: Draft, container: Inspected, image: JsonObject): void {
  const { Config: config, HostConfig: host } = container;
  if (container.Id.startsWith(draft.hostname) || host.NetworkMode === "host") draft.hostname = "";
  draft.interactive = config.OpenStdin === true;
  const inherited = new Set(texts(image.Env));
  draft.env = texts(config.Env)
    .filter((variable) => !inherited.has(variable))
    .map((variable) => {
      const cut = variable.indexOf("=");
      return cut < 0
        ? { name: variable, value: null }
        : { name: variable.slice(0, cut), value: variable.slice(cut + 1) };
    });
  const command = texts(config.Cmd);
  const entrypoint = texts(config.Entrypoint);
  if (same(entrypoint, texts(image.Entrypoint))) {
    draft.command = same(command, texts(image.Cmd)) ? [] : command;
  } else {
    const [program = "", ...args] = entrypoint;
    draft.entrypoint = program;
    draft.command = [...args, ...command];
  }
  const policy = object(host.RestartPolicy);
  const name = text(policy.Name);
  const retries = Number(policy.MaximumRetryCount ?? 0);
  draft.restart = name === "no" ? "" : retries > 0 ? `${name}:${retries}` : name;
}

function health(draft: Draft, config: JsonObject, image: JsonObject): void {
  const check = object(config.Healthcheck);
  if (same(config.Healthcheck, image.Healthcheck)) return;
  const test = texts(check.Test);
  const inherited = object(image.Healthcheck);
  if (test[0] === "NONE") {
    draft.health = "none";
    return;
  }
  if (test[0] === "CMD-SHELL" && !same(check.Test, inherited.Test)) {
    draft.health = "command";
    draft.healthCommand = test[1] ?? "";
  }
  for (const { key, kind, body } of TEXTS) {
    if (body?.[0] !== "Healthcheck" || same(at(config, body), at(image, body))) continue;
    draft[key] = written(kind, at(config, body));
  }
}

function mounts(container: Inspected, image: JsonObject, keepAnonymous: boolean): MountSpec[] {
  const { Config: config, HostConfig: host } = container;
  const found: MountSpec[] = texts(host.Binds).flatMap((bind) => parseVolume(bind) ?? []);
  for (const mount of (host.Mounts ?? []) as JsonObject[]) {
    const spec = mountOfBody(mount);
    if (spec) found.push(spec);
  }
  for (const [target, options] of Object.entries(object(host.Tmpfs))) {
    const parts = text(options).split(",");
    found.push({
      kind: "tmpfs",
      source: "",
      target,
      readOnly: parts.includes("ro"),
      options: parts.filter((it) => it !== "" && it !== "ro" && it !== "rw").join(","),
      long: false,
    });
  }
  const taken = new Set(found.map(({ target }) => target));
  const volume = (source: string, target: string, readOnly = false): MountSpec => {
    taken.add(target);
    return { kind: "volume", source, target, readOnly, options: "", long: false };
  };
  if (keepAnonymous) {
    for (const mount of container.Mounts ?? []) {
      const target = text(mount.Destination);
      if (mount.Type !== "volume" || taken.has(target)) continue;
      found.push(volume(text(mount.Name), target, mount.RW === false));
    }
  }
  const inherited = object(image.Volumes);
  for (const target of Object.keys(object(config.Volumes))) {
    if (!taken.has(target) && !(target in inherited)) found.push(volume("", target));
  }
  return found;
}

function networks(container: Inspected): NetworkSpec[] {
  const mode = text(container.HostConfig.NetworkMode);
  const empty = { aliases: [], ipv4: "", ipv6: "" };
  if (isMode(mode)) return [{ name: mode, ...empty }];
  const ends = Object.entries(container.NetworkSettings?.Networks ?? {});
  const found = ends.map(([name, end]) => {
    const address = object(end?.IPAMConfig);
    const own = (alias: string) => container.Id.startsWith(alias) && alias.length >= 12;
    return {
      name,
      aliases: texts(end?.Aliases).filter((alias) => !own(alias)),
      ipv4: text(address.IPv4Address),
      ipv6: text(address.IPv6Address),
    };
  });
  if (found.length === 0 && mode !== "" && mode !== "default" && mode !== "bridge") {
    return [{ name: mode, ...empty }];
  }
  found.sort((a, b) => Number(b.name === mode) - Number(a.name === mode));
  const [first] = found;
  if (found.length === 1 && first?.name === "bridge" && !first.ipv4 && !first.ipv6) return [];
  return found;
}

function ports(draft: Draft, config: JsonObject, host: JsonObject, image: JsonObject): void {
  const bindings = object(host.PortBindings);
  draft.ports = Object.entries(bindings).flatMap(([key, list]) => {
    const [container = "", protocol = "tcp"] = key.split("/");
    return ((list ?? []) as JsonObject[]).map((binding) => ({
      hostIp: text(binding.HostIp),
      host: text(binding.HostPort) === "0" ? "" : text(binding.HostPort),
      container,
      protocol: protocol === "udp" || protocol === "sctp" ? protocol : ("tcp" as const),
    }));
  });
  const inherited = object(image.ExposedPorts);
  draft.expose = Object.keys(object(config.ExposedPorts))
    .filter((port) => !(port in inherited) && !(port in bindings))
    .map((port) => port.replace(/\/tcp$/, ""));
}

function resources(draft: Draft, host: JsonObject): void {
  draft.devices = ((host.Devices ?? []) as JsonObject[]).map((device) => {
    const outside = text(device.PathOnHost);
    const inside = text(device.PathInContainer);
    const rights = text(device.CgroupPermissions);
    if (rights !== "rwm" && rights !== "") return `${outside}:${inside}:${rights}`;
    return inside === outside ? outside : `${outside}:${inside}`;
  });
  draft.ulimits = ((host.Ulimits ?? []) as JsonObject[]).map(({ Name, Soft, Hard }) =>
    Soft === Hard
      ? `${String(Name)}=${String(Soft)}`
      : `${String(Name)}=${String(Soft)}:${String(Hard)}`,
  );
  draft.gpus = gpuText(host.DeviceRequests);
}

/** Empty if the form can't say it. */
function gpuText(requests: Json | undefined): string {
  const list = (requests ?? []) as JsonObject[];
  const [request] = list;
  if (!request || list.length > 1 || !same(request.Capabilities, [["gpu"]])) return "";
  if (text(request.Driver) !== "" || Object.keys(object(request.Options)).length > 0) return "";
  const devices = texts(request.DeviceIDs);
  if (devices.length > 0) return `device=${devices.join(",")}`;
  return request.Count === -1 ? "all" : String(request.Count);
}

const KNOWN_CONFIG = new Set([
  ..."AttachStdin AttachStdout AttachStderr ExposedPorts OpenStdin StdinOnce Env Cmd Image".split(
    " ",
  ),
  ..."Volumes Entrypoint OnBuild ArgsEscaped MacAddress Healthcheck Shell".split(" "),
]);
const KNOWN_HOST = new Set([
  ..."PortBindings Binds Mounts Tmpfs NetworkMode RestartPolicy Devices Ulimits LogConfig".split(
    " ",
  ),
  ..."ContainerIDFile ConsoleSize MaskedPaths ReadonlyPaths DeviceRequests".split(" "),
]);
for (const { body } of [...TEXTS, ...LISTS, ...PAIRS, ...SWITCHES]) {
  if (!body) continue;
  const [first = "", second = ""] = body;
  if (first === "HostConfig") KNOWN_HOST.add(second);
  else KNOWN_CONFIG.add(first);
}

function carried(
  config: JsonObject,
  host: JsonObject,
  image: JsonObject,
  draft: Draft,
): RunSpec["carried"] {
  const rest = (body: JsonObject, known: ReadonlySet<string>) =>
    Object.fromEntries(
      Object.entries(body).filter(([name, value]) => !known.has(name) && !isNothing(value)),
    );
  const more: Record<string, Json | undefined> = {};
  const check = object(config.Healthcheck);
  if (texts(check.Test)[0] === "CMD" && !same(config.Healthcheck, image.Healthcheck)) {
    more.Healthcheck = { Test: check.Test };
  }
  const hostMore: Record<string, Json | undefined> = {};
  const foreign = ((host.Mounts ?? []) as JsonObject[]).filter((mount) => !mountOfBody(mount));
  if (foreign.length > 0) hostMore.Mounts = foreign;
  if (draft.gpus === "" && !isNothing(host.DeviceRequests))
    hostMore.DeviceRequests = host.DeviceRequests;
  for (const name of ["MaskedPaths", "ReadonlyPaths"]) {
    // Emptied on purpose (`--security-opt systempaths=unconfined`).
    if (!draft.privileged && Array.isArray(host[name]) && host[name].length === 0)
      hostMore[name] = [];
  }
  return {
    config: { ...rest(config, KNOWN_CONFIG), ...more },
    hostConfig: { ...rest(host, KNOWN_HOST), ...hostMore },
  };
}

function isNothing(value: Json | undefined): boolean {
  if (value === null || value === undefined || value === "" || value === 0 || value === false)
    return true;
  if (value === "default") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
