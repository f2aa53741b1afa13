// What of a spec clashes with the containers that are there.
import type { Container } from "@/bindings/Container";
import { singlePorts } from "./spec/ports";
import type { RunSpec } from "./spec/spec";
import type { Problem } from "./spec/validate";

/** True if two addresses of the host can't both be bound to one port. */
function meets(a: string, b: string): boolean {
  const any = (ip: string) => ip === "" || ip === "0.0.0.0" || ip === "::";
  if (!any(a) && !any(b)) return a === b;
  // Any address of one family leaves single ones of the other free.
  const six = (ip: string) => ip.includes(":");
  if (a === "" || b === "") return true;
  return six(a) === six(b);
}

interface Bound {
  name: string;
  ip: string;
  port: number;
  protocol: string;
}

function boundBy(containers: readonly Container[], except: string | undefined): Bound[] {
  return containers.flatMap((container) => {
    if (container.id === except) return [];
    if (container.state !== "running" && container.state !== "paused") return [];
    return container.ports.flatMap(({ host, host_ip, protocol }) =>
      host === null ? [] : [{ name: container.name, ip: host_ip ?? "", port: host, protocol }],
    );
  });
}

/** The next port of the host that no container has. */
export function freePort(from: number, taken: ReadonlySet<number>): number {
  for (let port = from; port <= 65535; port++) if (!taken.has(port)) return port;
  for (let port = 1024; port < from; port++) if (!taken.has(port)) return port;
  return from;
}

/**
 * Ports and the name that somebody has already. `except` is the container that
 * is replaced.
 */
export function conflicts(
  spec: RunSpec,
  containers: readonly Container[],
  except?: string,
): Problem[] {
  const problems: Problem[] = [];
  const bound = boundBy(containers, except);
  const taken = new Set([...bound.map(({ port }) => port), ...ownPorts(spec)]);
  spec.ports.forEach((port, index) => {
    for (const single of singlePorts(port)) {
      const wanted = Number(single.host);
      if (!Number.isInteger(wanted) || wanted === 0) continue;
      const other = bound.find(
        (it) =>
          it.port === wanted && it.protocol === single.protocol && meets(it.ip, single.hostIp),
      );
      if (!other) continue;
      const fix = port.host.includes("-") ? undefined : String(freePort(wanted + 1, taken));
      problems.push({
        field: `ports.${index}`,
        id: "port-used",
        args: { port: String(wanted), name: other.name, ...(fix ? { fix } : {}) },
      });
      return;
    }
  });
  const named = containers.find((it) => it.name === spec.name && it.id !== except);
  if (spec.name !== "" && named) {
    const names = new Set(containers.map(({ name }) => name));
    let number = 2;
    while (names.has(`${spec.name}-${number}`)) number++;
    const args = { name: spec.name, fix: `${spec.name}-${number}` };
    problems.push({ field: "name", id: "name-used", args });
  }
  return problems;
}

function ownPorts(spec: RunSpec): number[] {
  return spec.ports.flatMap(singlePorts).map(({ host }) => Number(host));
}

/** The image's name as the engine lists it: `nginx` is `nginx:latest`. */
export function fullReference(image: string): string {
  const short = image
    .trim()
    .replace(/^docker\.io\//, "")
    .replace(/^library\//, "");
  if (/^(sha256:)?[0-9a-f]{64}$/.test(short) || short.includes("@")) return short;
  return /:[^/]+$/.test(short) ? short : `${short}:latest`;
}
