/** What can't be in a {@link RunSpec}, for the field it is in. Each problem has a message with a fix. */
import { bodyValue, gpuRequest, ulimitBody } from "./body";
import { TEXTS } from "./fields";
import { isPath } from "./mounts";
import { range, singlePorts } from "./ports";
import type { MountSpec, PortSpec, RunSpec } from "./spec";

export interface Problem {
  /** `image`, `ports.2`, `env.0`, ... */
  field: string;
  /** ID of the message, after `run-bad-`. */
  id: string;
  /** For the message. */
  args?: Record<string, string | number>;
  /** It runs all the same, but hardly as meant. */
  mild?: boolean;
}

/** Docker's own rule for names of containers and volumes. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

export function validate(spec: RunSpec): Problem[] {
  const problems = [
    ...image(spec.image),
    ...name(spec.name),
    ...kinds(spec),
    ...spec.ports.flatMap(port),
    ...clashes(spec),
    ...spec.mounts.flatMap(mount),
    ...doubles(spec),
    ...environment(spec),
    ...rest(spec),
  ];
  return problems;
}

function image(text: string): Problem[] {
  if (text.trim() === "") return [{ field: "image", id: "image-missing" }];
  if (isReference(text)) return [];
  const lower = text.toLowerCase();
  if (isReference(lower)) return [{ field: "image", id: "image-case", args: { fix: lower } }];
  return [{ field: "image", id: "image" }];
}

/** `[host[:port]/]path[:tag][@digest]`, or an ID. */
export function isReference(text: string): boolean {
  if (/^(sha256:)?[0-9a-f]{64}$/.test(text)) return true;
  const part = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
  const host = "(?:[a-zA-Z0-9.-]+|\\[[0-9a-fA-F:]+\\])(?::\\d+)?";
  const shape = `^(?:${host}/)?${part}(?:/${part})*(?::[\\w][\\w.-]{0,127})?(?:@[a-z0-9]+:[0-9a-f]{32,})?$`;
  return new RegExp(shape).test(text);
}

function name(text: string): Problem[] {
  if (text === "" || NAME.test(text)) return [];
  const fix = text.replace(/[^a-zA-Z0-9_.-]+/g, "-").replace(/^[^a-zA-Z0-9]+|-+$/g, "");
  return [{ field: "name", id: "name", args: { fix: fix.length > 1 ? fix : "my-container" } }];
}

function kinds(spec: RunSpec): Problem[] {
  return TEXTS.flatMap(({ key, kind }) => {
    const text = spec[key].trim();
    if (text === "" || bodyValue(kind, text) !== undefined) return [];
    return [{ field: key, id: kind }];
  });
}

function port(spec: PortSpec, index: number): Problem[] {
  const field = `ports.${index}`;
  const inner = range(spec.container);
  if (spec.container.trim() === "") return [{ field, id: "port-missing" }];
  if (!inner) return [{ field, id: "port" }];
  if (spec.host !== "") {
    const outer = range(spec.host);
    if (!outer) return [{ field, id: "port" }];
    const count = inner[1] - inner[0];
    if (count > 0 && outer[1] - outer[0] !== count) return [{ field, id: "port-range" }];
  }
  if (spec.hostIp !== "" && !/^[0-9.]+$|^[0-9a-fA-F:%.]+$/.test(spec.hostIp)) {
    return [{ field, id: "port-address" }];
  }
  return [];
}

/** Two entries that want the same port of the host. */
function clashes(spec: RunSpec): Problem[] {
  const seen = new Map<string, string>();
  return spec.ports.flatMap((port, index) =>
    singlePorts(port).flatMap(({ hostIp, host, protocol }) => {
      if (host === "" || host.includes("-")) return [];
      const key = `${hostIp}:${host}/${protocol}`;
      const before = seen.has(key);
      seen.set(key, key);
      return before ? [{ field: `ports.${index}`, id: "port-twice", args: { port: host } }] : [];
    }),
  );
}

function mount(spec: MountSpec, index: number): Problem[] {
  const field = `mounts.${index}`;
  if (spec.target === "") return [{ field, id: "mount-target-missing" }];
  if (!spec.target.startsWith("/")) {
    return [{ field, id: "mount-target", args: { fix: `/${spec.target}` } }];
  }
  if (spec.target === "/") return [{ field, id: "mount-root" }];
  if (spec.kind === "bind") {
    if (spec.source === "") return [{ field, id: "mount-source-missing" }];
    if (/[$`]/.test(spec.source)) return [{ field, id: "mount-variable" }];
    if (!/^(\/|[A-Za-z]:[\\/]|\\\\)/.test(spec.source)) return [{ field, id: "mount-relative" }];
  }
  if (spec.kind === "volume" && spec.source !== "" && !NAME.test(spec.source)) {
    return [{ field, id: isPath(spec.source) ? "volume-path" : "volume-name" }];
  }
  return [];
}

function doubles(spec: RunSpec): Problem[] {
  const seen = new Set<string>();
  return spec.mounts.flatMap(({ target }, index) => {
    const before = target !== "" && seen.has(target);
    seen.add(target);
    return before ? [{ field: `mounts.${index}`, id: "mount-twice", args: { target } }] : [];
  });
}

function environment(spec: RunSpec): Problem[] {
  return spec.env.flatMap(({ name, value }, index) => {
    const field = `env.${index}`;
    if (name === "" && value === "") return [];
    if (name === "") return [{ field, id: "env-name" }];
    if (/[=\0]/.test(name)) return [{ field, id: "env-name" }];
    if (/\s/.test(name)) return [{ field, id: "env-space", mild: true }];
    if (value === null) return [{ field, id: "env-shell", mild: true, args: { name } }];
    return [];
  });
}

const RESTART = /^(no|always|unless-stopped|on-failure(:\d+)?)$/;
const HOST = /^[^:]+:(host-gateway|[0-9a-fA-F.:[\]]+)$/;

function rest(spec: RunSpec): Problem[] {
  const found: Problem[] = [];
  const check = (bad: boolean, field: string, id: string, mild = false) => {
    if (bad) found.push(mild ? { field, id, mild } : { field, id });
  };
  check(spec.restart !== "" && !RESTART.test(spec.restart), "restart", "restart");
  check(spec.remove && !["", "no"].includes(spec.restart), "restart", "restart-remove");
  check(spec.health === "command" && spec.healthCommand.trim() === "", "healthCommand", "health");
  check(spec.gpus !== "" && !gpuRequest(spec.gpus), "gpus", "gpus");
  check(spec.envFiles.length > 0, "envFiles", "env-file", true);
  check(
    ["host"].includes(spec.networks[0]?.name ?? "") && spec.ports.length > 0,
    "ports",
    "ports-host",
    true,
  );
  check(spec.hostname.length > 63 || /[^\w.-]/.test(spec.hostname), "hostname", "hostname");
  check(
    spec.platform !== "" && !/^[a-z0-9]+(\/[a-z0-9]+){0,2}$/.test(spec.platform),
    "platform",
    "platform",
  );
  check(spec.workdir !== "" && !spec.workdir.startsWith("/"), "workdir", "workdir");
  check(spec.mac !== "" && !/^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(spec.mac), "mac", "mac");
  const memory = bodyValue("size", spec.memory);
  // The engine's own least.
  check(typeof memory === "number" && memory > 0 && memory < 6 * 2 ** 20, "memory", "memory-small");
  for (const [index, host] of spec.extraHosts.entries()) {
    check(!HOST.test(host), `extraHosts.${index}`, "host");
  }
  for (const [index, limit] of spec.ulimits.entries()) {
    check(!ulimitBody(limit), `ulimits.${index}`, "ulimit");
  }
  for (const [index, device] of spec.devices.entries()) {
    check(!device.startsWith("/") && !device.includes("="), `devices.${index}`, "device");
  }
  for (const key of ["labels", "sysctls", "logOptions"] as const) {
    for (const [index, pair] of spec[key].entries()) {
      check(pair.name === "" && pair.value !== "", `${key}.${index}`, "pair-name");
    }
  }
  return found;
}
