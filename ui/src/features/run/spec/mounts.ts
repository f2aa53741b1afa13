import type { JsonObject, MountSpec } from "./spec";
import { parseSize } from "./units";

const READ_ONLY = new Set(["ro", "readonly"]);

/** True for what can only be a path of the host, whole or not. */
export function isPath(source: string): boolean {
  return /^([/~.\\$`]|[A-Za-z]:[\\/])/.test(source) || source.includes("/");
}

/** Reads `-v`: `/data`, `name:/data:ro`, `./src:/app`, `C:\src:/app`. */
export function parseVolume(text: string): MountSpec | undefined {
  // The colons of a drive, of `${NAME:-x}` and of `$env:NAME` are not ours.
  const parts =
    text.match(/^[A-Za-z]:[\\/][^:]*(?=:[/$])|(?:\$\{[^}]*\}|\$env:|[^:])+|(?<=:)(?=:|$)/g) ?? [];
  if (parts.length === 0 || parts.length > 3 || parts.some((part) => part === "")) return undefined;
  const [first = "", second, third = ""] = parts;
  if (second === undefined) return mount("volume", "", first, "");
  return mount(isPath(first) ? "bind" : "volume", first, second, third);
}

function mount(kind: MountSpec["kind"], source: string, target: string, rest: string): MountSpec {
  const options = rest.split(",").filter((it) => it !== "" && it !== "rw");
  const readOnly = options.some((it) => READ_ONLY.has(it));
  const others = options.filter((it) => !READ_ONLY.has(it));
  return { kind, source, target, readOnly, options: others.join(","), long: false };
}

/** Reads `--tmpfs`: `/run`, `/run:size=64m,noexec`. */
export function parseTmpfs(text: string): MountSpec | undefined {
  const at = text.indexOf(":");
  const target = at < 0 ? text : text.slice(0, at);
  if (target === "") return undefined;
  return mount("tmpfs", "", target, at < 0 ? "" : text.slice(at + 1));
}

/** Fields of one line of comma-separated values, quotes and all. */
export function csv(text: string): string[] {
  const fields: string[] = [];
  let field = "";
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (quoted && char === '"' && text[at + 1] === '"') {
      field += '"';
      at++;
    } else if (char === '"' && (quoted || field === "")) quoted = !quoted;
    else if (char === "," && !quoted) {
      fields.push(field);
      field = "";
    } else field += char;
  }
  fields.push(field);
  return fields;
}

export function writeCsv(fields: readonly string[]): string {
  return fields
    .map((field) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(",");
}

const SOURCE = new Set(["source", "src"]);
const TARGET = new Set(["target", "destination", "dst"]);

/** Reads `--mount`: `type=bind,src=/a,dst=/b,readonly`. */
export function parseMount(text: string): MountSpec | undefined {
  const found: MountSpec = mount("volume", "", "", "");
  const rest: string[] = [];
  for (const field of csv(text)) {
    const at = field.indexOf("=");
    const key = (at < 0 ? field : field.slice(0, at)).trim().toLowerCase();
    const value = at < 0 ? "" : field.slice(at + 1);
    if (key === "type") {
      if (value !== "bind" && value !== "volume" && value !== "tmpfs") return undefined;
      found.kind = value;
    } else if (SOURCE.has(key)) found.source = value;
    else if (TARGET.has(key)) found.target = value;
    else if (READ_ONLY.has(key)) found.readOnly = at < 0 || value === "true" || value === "1";
    else if (field !== "") rest.push(field);
  }
  if (found.target === "") return undefined;
  return { ...found, options: writeCsv(rest), long: true };
}

/** Flag and value that mean this mount, in the shortest form. */
export function writeMount(mount: MountSpec): readonly [string, string] {
  if (needsLong(mount)) {
    const fields = [`type=${mount.kind}`];
    if (mount.source !== "") fields.push(`src=${mount.source}`);
    fields.push(`dst=${mount.target}`);
    if (mount.readOnly) fields.push("readonly");
    if (mount.options !== "") fields.push(...csv(mount.options));
    return ["--mount", writeCsv(fields)];
  }
  const options = [mount.readOnly ? "ro" : "", mount.options].filter((it) => it !== "").join(",");
  const tail = options === "" ? "" : `:${options}`;
  if (mount.kind === "tmpfs") return ["--tmpfs", mount.target + tail];
  if (mount.source === "") return ["-v", mount.target];
  return ["-v", `${mount.source}:${mount.target}${tail}`];
}

/** A source with a colon fits no `-v`. */
export function needsLong(mount: MountSpec): boolean {
  return mount.long || /:/.test(mount.source.replace(/^[A-Za-z]:(?=[\\/])/, ""));
}

/** An entry of `HostConfig.Mounts` for a long one. */
export function mountBody(mount: MountSpec): JsonObject {
  const body: Record<string, JsonObject[string]> = {
    Type: mount.kind,
    Target: mount.target,
    ...(mount.source === "" ? {} : { Source: mount.source }),
    ...(mount.readOnly ? { ReadOnly: true } : {}),
  };
  for (const field of mount.options === "" ? [] : csv(mount.options)) {
    const at = field.indexOf("=");
    setOption(body, at < 0 ? field : field.slice(0, at), at < 0 ? undefined : field.slice(at + 1));
  }
  return body;
}

type Body = Record<string, JsonObject[string]>;

function part(body: Body, name: string, more: JsonObject): void {
  body[name] = { ...(body[name] as JsonObject | undefined), ...more };
}

function driver(body: Body, more: JsonObject): void {
  const before = (body.VolumeOptions as JsonObject | undefined)?.DriverConfig as
    | JsonObject
    | undefined;
  part(body, "VolumeOptions", { DriverConfig: { ...before, ...more } });
}

function setOption(body: Body, key: string, value: string | undefined): void {
  const on = value === undefined || value === "true" || value === "1";
  switch (key) {
    case "bind-propagation":
      return part(body, "BindOptions", { Propagation: value });
    case "bind-create-src":
      return part(body, "BindOptions", { CreateMountpoint: on });
    case "bind-nonrecursive":
      return part(body, "BindOptions", { NonRecursive: on });
    case "volume-nocopy":
      return part(body, "VolumeOptions", { NoCopy: on });
    case "volume-subpath":
      return part(body, "VolumeOptions", { Subpath: value });
    case "volume-driver":
      return driver(body, { Name: value });
    case "volume-opt": {
      const [name = "", ...rest] = (value ?? "").split("=");
      const before = body.VolumeOptions as { DriverConfig?: { Options?: JsonObject } } | undefined;
      const options = { ...before?.DriverConfig?.Options, [name]: rest.join("=") };
      return driver(body, { Options: options });
    }
    case "volume-label": {
      const [name = "", ...rest] = (value ?? "").split("=");
      const before = body.VolumeOptions as { Labels?: JsonObject } | undefined;
      return part(body, "VolumeOptions", { Labels: { ...before?.Labels, [name]: rest.join("=") } });
    }
    case "tmpfs-size":
      return part(body, "TmpfsOptions", { SizeBytes: parseSize(value ?? "") });
    case "tmpfs-mode":
      return part(body, "TmpfsOptions", { Mode: Number.parseInt(value ?? "", 8) });
  }
}

/** A long mount of an entry of `HostConfig.Mounts`; undefined for kinds that have no form here. */
export function mountOfBody(body: JsonObject): MountSpec | undefined {
  const kind = body.Type;
  if (kind !== "bind" && kind !== "volume" && kind !== "tmpfs") return undefined;
  const bind = (body.BindOptions ?? {}) as JsonObject;
  const volume = (body.VolumeOptions ?? {}) as JsonObject;
  const tmpfs = (body.TmpfsOptions ?? {}) as JsonObject;
  const driverConfig = (volume.DriverConfig ?? {}) as JsonObject;
  const fields: string[] = [];
  const add = (key: string, value: unknown) => {
    if (value !== undefined && value !== null && value !== "" && value !== false) {
      fields.push(value === true ? key : `${key}=${String(value)}`);
    }
  };
  add("bind-propagation", bind.Propagation);
  add("bind-create-src", bind.CreateMountpoint);
  add("bind-nonrecursive", bind.NonRecursive);
  add("volume-nocopy", volume.NoCopy);
  add("volume-subpath", volume.Subpath);
  add("volume-driver", driverConfig.Name);
  for (const [name, value] of Object.entries((driverConfig.Options ?? {}) as JsonObject)) {
    add("volume-opt", `${name}=${String(value)}`);
  }
  for (const [name, value] of Object.entries((volume.Labels ?? {}) as JsonObject)) {
    add("volume-label", `${name}=${String(value)}`);
  }
  add("tmpfs-size", tmpfs.SizeBytes);
  add("tmpfs-mode", typeof tmpfs.Mode === "number" ? tmpfs.Mode.toString(8) : undefined);
  return {
    kind,
    source: typeof body.Source === "string" ? body.Source : "",
    target: String(body.Target ?? ""),
    readOnly: body.ReadOnly === true,
    options: writeCsv(fields),
    long: true,
  };
}
