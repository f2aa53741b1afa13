/** Writes a {@link RunSpec} as a compose file with one service. */
import { Document, isScalar, Scalar, visit } from "yaml";
import { bodyValue, gpuRequest } from "./body";
import { LISTS, PAIRS, SWITCHES, TEXTS } from "./fields";
import { mountBody, needsLong } from "./mounts";
import { isMode } from "./networks";
import { writePort } from "./ports";
import type { Json, JsonObject, MountSpec, RunSpec } from "./spec";

type Draft = { [name: string]: Json | undefined };

/** Name of the service: that of the container, or of the image. */
export function serviceName(spec: RunSpec): string {
  if (spec.name !== "") return spec.name;
  const [path = ""] = spec.image.split("@");
  const last = path.split("/").at(-1)?.split(":")[0] ?? "";
  return last.replace(/[^a-zA-Z0-9._-]/g, "") || "app";
}

/** What has no counterpart in compose, as it would be written for `docker run`. */
export function notInCompose(spec: RunSpec): string[] {
  return [
    ...(spec.remove ? ["--rm"] : []),
    ...(spec.publishAll ? ["-P"] : []),
    ...(spec.volumesFrom.length > 0 ? spec.volumesFrom.map((it) => `--volumes-from ${it}`) : []),
    ...(spec.others.length > 0 ? [spec.others.join(" ")] : []),
  ];
}

/** The same as an object, with every `$` as compose wants it. */
export function composeObject(spec: RunSpec): JsonObject {
  const service = composeService(spec);
  const volumes = spec.mounts
    .filter((mount) => mount.kind === "volume" && mount.source !== "")
    .map((mount) => [mount.source, null]);
  // `docker run` joins networks that are there; compose would make its own.
  const networks = spec.networks
    .filter(({ name }) => !isMode(name) && name !== "bridge")
    .map(({ name }) => [name, { external: true }]);
  return {
    services: { [serviceName(spec)]: service },
    ...(volumes.length > 0 ? { volumes: Object.fromEntries(volumes) as JsonObject } : {}),
    ...(networks.length > 0 ? { networks: Object.fromEntries(networks) as JsonObject } : {}),
  };
}

/** The same as text. */
export function composeText(spec: RunSpec): string {
  const document = new Document(composeObject(spec));
  visit(document, {
    Scalar(key, node) {
      // Ports in quotes, as everybody writes them: YAML would read `22:22` as a number to base 60.
      if (key !== "key" && typeof node.value === "string" && /^[\d.:]+(\/\w+)?$/.test(node.value)) {
        node.type = Scalar.QUOTE_DOUBLE;
      }
      if (isScalar(node) && node.value === null) node.source = "";
    },
  });
  const text = document.toString({ lineWidth: 0, nullStr: "" });
  const left = notInCompose(spec);
  const notes = left.map((it) => `# compose has nothing for: ${it.replaceAll("\n", " ")}\n`);
  return notes.join("") + text;
}

function composeService(spec: RunSpec): JsonObject {
  const service: Draft = { image: dollars(spec.image) };
  if (spec.name !== "") service.container_name = dollars(spec.name);
  if (spec.entrypoint !== null)
    service.entrypoint = spec.entrypoint === "" ? [] : [dollars(spec.entrypoint)];
  if (spec.command.length > 0) service.command = spec.command.map(dollars);
  if (spec.restart !== "" && spec.restart !== "no") service.restart = spec.restart;
  if (spec.ports.length > 0) service.ports = spec.ports.map(writePort);
  if (spec.mounts.length > 0) service.volumes = spec.mounts.map(composeMount);
  environment(spec, service);
  networks(spec, service);
  for (const { key, kind, compose } of TEXTS) {
    const value = spec[key].trim();
    if (value === "" || !compose || (compose[0] === "healthcheck" && spec.health === "none"))
      continue;
    const number = kind === "integer" || kind === "cpus" ? Number(value) : undefined;
    put(service, compose, number ?? dollars(value));
  }
  for (const { key, compose } of LISTS) {
    if (compose && spec[key].length > 0) service[compose] = spec[key].map(dollars);
  }
  for (const { key, compose } of PAIRS) {
    const pairs = spec[key].map(({ name, value }) => [name, dollars(value)]);
    if (pairs.length > 0) put(service, compose, Object.fromEntries(pairs) as JsonObject);
  }
  for (const { key, compose } of SWITCHES) if (compose && spec[key]) service[compose] = true;
  health(spec, service);
  resources(spec, service);
  return service as JsonObject;
}

/** Compose fills in `$NAME`; a real `$` is written twice. */
function dollars(text: string): string {
  return text.replaceAll("$", "$$$$");
}

function put(service: Draft, path: readonly string[], value: Json): void {
  const [first = "", second] = path;
  if (second === undefined) service[first] = value;
  else service[first] = { ...(service[first] as JsonObject | undefined), [second]: value };
}

function environment(spec: RunSpec, service: Draft): void {
  const given = spec.env.filter(({ name }) => name !== "");
  if (given.length === 0) return;
  const pairs = given.map(({ name, value }) => [name, value === null ? null : dollars(value)]);
  service.environment = Object.fromEntries(pairs) as JsonObject;
}

function composeMount(mount: MountSpec): Json {
  if (needsLong(mount)) return longMount(mount);
  if (mount.kind === "tmpfs") {
    const tmpfs: Draft = {};
    for (const option of mount.options.split(",")) {
      const [name = "", value = ""] = option.split("=");
      if (name === "size") tmpfs.size = value;
      if (name === "mode") tmpfs.mode = Number.parseInt(value, 8);
    }
    const more = Object.keys(tmpfs).length > 0 ? { tmpfs } : {};
    return {
      type: "tmpfs",
      target: mount.target,
      ...(mount.readOnly ? { read_only: true } : {}),
      ...more,
    };
  }
  const options = [mount.readOnly ? "ro" : "", mount.options].filter((it) => it !== "").join(",");
  return [mount.source, mount.target, options]
    .filter((it) => it !== "")
    .map(dollars)
    .join(":");
}

/** Compose's long form of `--mount`. */
function longMount(mount: MountSpec): JsonObject {
  const body = mountBody(mount);
  const bind = (body.BindOptions ?? {}) as JsonObject;
  const volume = (body.VolumeOptions ?? {}) as JsonObject;
  const tmpfs = (body.TmpfsOptions ?? {}) as JsonObject;
  const entries = (object: Record<string, Json | undefined>) =>
    Object.fromEntries(
      Object.entries(object).filter(([, value]) => value !== undefined),
    ) as JsonObject;
  const bindPart = entries({
    propagation: bind.Propagation,
    create_host_path: mount.long ? (bind.CreateMountpoint ?? false) : undefined,
  });
  const volumePart = entries({ nocopy: volume.NoCopy, subpath: volume.Subpath });
  const tmpfsPart = entries({ size: tmpfs.SizeBytes, mode: tmpfs.Mode });
  const part = { bind: bindPart, volume: volumePart, tmpfs: tmpfsPart }[mount.kind];
  return {
    type: mount.kind,
    ...(mount.source === "" ? {} : { source: dollars(mount.source) }),
    target: dollars(mount.target),
    ...(mount.readOnly ? { read_only: true } : {}),
    ...(Object.keys(part).length === 0 ? {} : { [mount.kind]: part }),
  };
}

function networks(spec: RunSpec, service: Draft): void {
  const [first] = spec.networks;
  if (!first) return;
  if (isMode(first.name) || first.name === "bridge") {
    service.network_mode = first.name;
    return;
  }
  const plain = spec.networks.every(
    ({ aliases, ipv4, ipv6 }) => aliases.length === 0 && !ipv4 && !ipv6,
  );
  if (plain) {
    service.networks = spec.networks.map(({ name }) => name);
    return;
  }
  service.networks = Object.fromEntries(
    spec.networks.map(({ name, aliases, ipv4, ipv6 }) => {
      const end = {
        ...(aliases.length > 0 ? { aliases } : {}),
        ...(ipv4 ? { ipv4_address: ipv4 } : {}),
        ...(ipv6 ? { ipv6_address: ipv6 } : {}),
      };
      return [name, Object.keys(end).length > 0 ? end : null];
    }),
  ) as JsonObject;
}

function health(spec: RunSpec, service: Draft): void {
  if (spec.health === "none") service.healthcheck = { disable: true };
  if (spec.health === "command") {
    const more = service.healthcheck as JsonObject | undefined;
    service.healthcheck = { test: ["CMD-SHELL", dollars(spec.healthCommand)], ...more };
  }
}

function resources(spec: RunSpec, service: Draft): void {
  if (bodyValue("integer", spec.stopTimeout) !== undefined && spec.stopTimeout !== "") {
    service.stop_grace_period = `${spec.stopTimeout.trim()}s`;
  }
  const limits = spec.ulimits.map((limit) => {
    const [, name = "", soft, hard] = /^(\w+)=(-?\d+)(?::(-?\d+))?$/.exec(limit) ?? [];
    return [name, hard === undefined ? Number(soft) : { soft: Number(soft), hard: Number(hard) }];
  });
  if (limits.length > 0) service.ulimits = Object.fromEntries(limits) as JsonObject;
  const gpu = gpuRequest(spec.gpus);
  if (!gpu) return;
  const ids = gpu.DeviceIDs as readonly string[] | undefined;
  const count = gpu.Count === -1 ? "all" : gpu.Count;
  const capabilities = (gpu.Capabilities as readonly (readonly string[])[])[0] ?? [];
  service.deploy = {
    resources: {
      reservations: {
        devices: [{ ...(ids ? { device_ids: ids } : { count }), capabilities } as JsonObject],
      },
    },
  };
}
