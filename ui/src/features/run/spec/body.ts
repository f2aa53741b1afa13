/** Writes a {@link RunSpec} as the engine's request `POST /containers/create`. */
import { type Kind, LISTS, PAIRS, SWITCHES, TEXTS } from "./fields";
import { csv, mountBody, needsLong } from "./mounts";
import { isMode } from "./networks";
import { singlePorts } from "./ports";
import type { Json, JsonObject, RunSpec } from "./spec";
import { parseCpus, parseDuration, parseInteger, parseSize } from "./units";

export interface CreateRequest {
  query: { name?: string; platform?: string };
  body: JsonObject;
}

type Draft = { [name: string]: Json | undefined };

export function createRequest(spec: RunSpec): CreateRequest {
  const body: Draft = {
    ...spec.carried.config,
    Image: spec.image,
    HostConfig: { ...spec.carried.hostConfig },
  };
  for (const field of TEXTS) {
    const value = spec[field.key].trim();
    if (value !== "" && field.body) put(body, field.body, bodyValue(field.kind, value));
  }
  for (const field of LISTS) {
    if (spec[field.key].length > 0 && field.body) put(body, field.body, [...spec[field.key]]);
  }
  for (const field of PAIRS) {
    const pairs = spec[field.key].map(({ name, value }) => [name, value]);
    if (pairs.length > 0) put(body, field.body, Object.fromEntries(pairs));
  }
  for (const field of SWITCHES) if (spec[field.key] && field.body) put(body, field.body, true);
  process(spec, body);
  ports(spec, body);
  mounts(spec, body);
  networks(spec, body);
  resources(spec, body);
  return {
    query: {
      ...(spec.name === "" ? {} : { name: spec.name }),
      ...(spec.platform === "" ? {} : { platform: spec.platform }),
    },
    body,
  };
}

/** The engine's value of a text; undefined if it can't be read, for {@link ./validate} to say. */
export function bodyValue(kind: Kind, text: string): Json | undefined {
  switch (kind) {
    case "text":
      return text;
    case "size":
      return text === "-1" ? -1 : parseSize(text);
    case "cpus":
      return parseCpus(text);
    case "integer":
      return parseInteger(text);
    case "duration":
      return parseDuration(text);
  }
}

function put(body: Draft, path: readonly string[], value: Json | undefined): void {
  if (value === undefined) return;
  const [first = "", ...rest] = path;
  if (rest.length === 0) body[first] = value;
  else {
    const inner: Draft = { ...(body[first] as JsonObject | undefined) };
    put(inner, rest, value);
    body[first] = inner;
  }
}

function process(spec: RunSpec, body: Draft): void {
  if (spec.command.length > 0) body.Cmd = [...spec.command];
  // One empty text is how the engine is told that the image's own does not count.
  if (spec.entrypoint !== null) body.Entrypoint = [spec.entrypoint];
  const env = spec.env.flatMap(({ name, value }) => (value === null ? [] : [`${name}=${value}`]));
  if (env.length > 0) body.Env = env;
  if (spec.interactive) body.OpenStdin = true;
  if (spec.health === "none") body.Healthcheck = { Test: ["NONE"] };
  if (spec.health === "command")
    put(body, ["Healthcheck", "Test"], ["CMD-SHELL", spec.healthCommand]);
  if (spec.restart !== "") {
    const [name = "", retries] = spec.restart.split(":");
    const count = retries === undefined ? undefined : parseInteger(retries);
    put(body, ["HostConfig", "RestartPolicy"], {
      Name: name,
      ...(count === undefined ? {} : { MaximumRetryCount: count }),
    });
  }
}

function ports(spec: RunSpec, body: Draft): void {
  const exposed: Record<string, JsonObject> = {};
  const bindings: Record<string, JsonObject[]> = {};
  for (const port of spec.expose) exposed[port.includes("/") ? port : `${port}/tcp`] = {};
  for (const single of spec.ports.flatMap(singlePorts)) {
    const key = `${single.container}/${single.protocol}`;
    exposed[key] = {};
    bindings[key] = [...(bindings[key] ?? []), { HostIp: single.hostIp, HostPort: single.host }];
  }
  if (Object.keys(exposed).length > 0) body.ExposedPorts = exposed;
  if (Object.keys(bindings).length > 0) put(body, ["HostConfig", "PortBindings"], bindings);
}

function mounts(spec: RunSpec, body: Draft): void {
  const binds: string[] = [];
  const anonymous: Record<string, JsonObject> = {};
  const tmpfs: Record<string, string> = {};
  const long: JsonObject[] = [];
  for (const mount of spec.mounts) {
    const options = [mount.readOnly ? "ro" : "", mount.options].filter((it) => it !== "").join(",");
    if (needsLong(mount)) long.push(mountBody(mount));
    else if (mount.kind === "tmpfs") tmpfs[mount.target] = options;
    else if (mount.source === "") anonymous[mount.target] = {};
    else binds.push([mount.source, mount.target, options].filter((it) => it !== "").join(":"));
  }
  if (binds.length > 0) put(body, ["HostConfig", "Binds"], binds);
  if (Object.keys(anonymous).length > 0) body.Volumes = anonymous;
  if (Object.keys(tmpfs).length > 0) put(body, ["HostConfig", "Tmpfs"], tmpfs);
  if (long.length > 0) {
    const carried = (spec.carried.hostConfig.Mounts ?? []) as readonly JsonObject[];
    put(body, ["HostConfig", "Mounts"], [...carried, ...long]);
  }
}

function networks(spec: RunSpec, body: Draft): void {
  const [first] = spec.networks;
  const mac = spec.mac === "" ? {} : { MacAddress: spec.mac };
  if (!first) {
    if (spec.mac !== "") body.NetworkingConfig = { EndpointsConfig: { bridge: mac } };
    return;
  }
  put(body, ["HostConfig", "NetworkMode"], first.name);
  if (isMode(first.name)) return;
  const ends = spec.networks.map(({ name, aliases, ipv4, ipv6 }, index) => {
    const address = {
      ...(ipv4 === "" ? {} : { IPv4Address: ipv4 }),
      ...(ipv6 === "" ? {} : { IPv6Address: ipv6 }),
    };
    return [
      name,
      {
        ...(aliases.length === 0 ? {} : { Aliases: [...aliases] }),
        ...(Object.keys(address).length === 0 ? {} : { IPAMConfig: address }),
        ...(index === 0 ? mac : {}),
      },
    ];
  });
  body.NetworkingConfig = { EndpointsConfig: Object.fromEntries(ends) as JsonObject };
}

function resources(spec: RunSpec, body: Draft): void {
  const gpus = gpuRequest(spec.gpus);
  if (gpus) put(body, ["HostConfig", "DeviceRequests"], [gpus]);
  if (spec.devices.length > 0) {
    put(body, ["HostConfig", "Devices"], spec.devices.map(deviceBody));
  }
  const limits = spec.ulimits.flatMap((text): JsonObject[] => {
    const limit = ulimitBody(text);
    return limit ? [limit] : [];
  });
  if (limits.length > 0) put(body, ["HostConfig", "Ulimits"], limits);
}

/** `/dev/a`, `/dev/a:/dev/b`, `/dev/a:/dev/b:r`, `/dev/a:r`. */
function deviceBody(text: string): JsonObject {
  const [outside = "", second, third] = text.split(":");
  const rights = third ?? (second !== undefined && /^[rwm]+$/.test(second) ? second : "rwm");
  const inside = second?.startsWith("/") ? second : outside;
  return { PathOnHost: outside, PathInContainer: inside, CgroupPermissions: rights };
}

/** `nofile=1024` or `nofile=1024:2048`. */
export function ulimitBody(text: string): JsonObject | undefined {
  const [, name, soft, hard] = /^(\w+)=(-?\d+)(?::(-?\d+))?$/.exec(text.trim()) ?? [];
  if (name === undefined) return undefined;
  return { Name: name, Soft: Number(soft), Hard: Number(hard ?? soft) };
}

/** `all`, `2`, `device=0,1`, `"device=0,1",capabilities=utility`. */
export function gpuRequest(text: string): JsonObject | undefined {
  if (text.trim() === "") return undefined;
  const request: Draft = { Driver: "", Count: 0, Capabilities: [["gpu"]] };
  if (text === "all") return { ...request, Count: -1 };
  if (/^\d+$/.test(text)) return { ...request, Count: Number(text) };
  const fields = /^device=[^"]*$/.test(text) ? [text] : csv(text);
  for (const field of fields) {
    const at = field.indexOf("=");
    const value = field.slice(at + 1);
    const key = field.slice(0, at);
    if (key === "device") request.DeviceIDs = value.split(",");
    else if (key === "count") request.Count = value === "all" ? -1 : Number(value);
    else if (key === "driver") request.Driver = value;
    else if (key === "capabilities") request.Capabilities = [["gpu", ...value.split(",")]];
    else return undefined;
  }
  return request;
}
