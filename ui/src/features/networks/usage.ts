import type { Container } from "@/bindings/Container";
import type { ContainerNetwork } from "@/bindings/ContainerNetwork";
import type { Network } from "@/bindings/Network";
import { quote } from "@/features/run/spec/shell";
import { contains, network as networkOf, overlap, parseAddress, parseRange } from "./cidr";

/** A container's place on a network. */
export interface Member {
  container: Container;
  end: ContainerNetwork;
}

/** Who is on each network, by the network's name. */
export function membersOf(
  containers: readonly Container[],
): ReadonlyMap<string, readonly Member[]> {
  const members = new Map<string, Member[]>();
  for (const container of containers) {
    for (const end of container.networks) {
      const known = members.get(end.name) ?? [];
      known.push({ container, end });
      members.set(end.name, known);
    }
  }
  return members;
}

/** The engine's own, which nobody can remove. */
export function isBuiltIn(network: Network): boolean {
  return ["bridge", "host", "none", "ingress", "docker_gwbridge"].includes(network.name);
}

/** What pruning takes. */
export function prunable(
  networks: readonly Network[],
  members: ReadonlyMap<string, readonly Member[]>,
): Network[] {
  return networks.filter((it) => !isBuiltIn(it) && !members.has(it.name));
}

/** What a new network is asked to be. */
export interface Draft {
  name: string;
  driver: string;
  subnet: string;
  gateway: string;
  internal: boolean;
  attachable: boolean;
  ipv6: boolean;
}

export const EMPTY_DRAFT: Draft = {
  name: "",
  driver: "bridge",
  subnet: "",
  gateway: "",
  internal: false,
  attachable: false,
  ipv6: false,
};

export interface Problem {
  field: "name" | "subnet" | "gateway";
  id: string;
  args?: Record<string, string>;
  fix?: string;
}

/** What is wrong with a draft, beside the networks that are there. */
export function problems(draft: Draft, networks: readonly Network[]): Problem[] {
  return [...name(draft, networks), ...subnet(draft, networks), ...gateway(draft)];
}

function name({ name }: Draft, networks: readonly Network[]): Problem[] {
  if (name === "") return [{ field: "name", id: "name-missing" }];
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name)) {
    const fix = name.replace(/[^a-zA-Z0-9_.-]+/g, "-").replace(/^[^a-zA-Z0-9]+|-+$/g, "");
    return [{ field: "name", id: "name-shape", ...(fix ? { fix } : {}) }];
  }
  // The engine would make a second one of the same name, which nobody can tell from the first.
  if (networks.some((it) => it.name === name)) {
    return [{ field: "name", id: "name-taken", args: { name } }];
  }
  return [];
}

function subnet(draft: Draft, networks: readonly Network[]): Problem[] {
  if (draft.subnet === "") {
    return draft.gateway === "" ? [] : [{ field: "subnet", id: "subnet-missing" }];
  }
  const range = parseRange(draft.subnet);
  if (!range) {
    const fix = parseAddress(draft.subnet) ? `${draft.subnet}/24` : undefined;
    return [{ field: "subnet", id: "subnet-shape", ...(fix ? { fix } : {}) }];
  }
  const exact = networkOf(range);
  if (exact !== draft.subnet) return [{ field: "subnet", id: "subnet-host", fix: exact }];
  for (const other of networks) {
    for (const { subnet } of other.subnets) {
      const known = parseRange(subnet);
      if (known && overlap(range, known)) {
        return [{ field: "subnet", id: "subnet-overlap", args: { name: other.name, subnet } }];
      }
    }
  }
  return [];
}

function gateway(draft: Draft): Problem[] {
  const range = parseRange(draft.subnet);
  if (draft.gateway === "" || !range) return [];
  if (!parseAddress(draft.gateway)) return [{ field: "gateway", id: "gateway-shape" }];
  if (!contains(range, draft.gateway)) {
    return [{ field: "gateway", id: "gateway-outside", args: { subnet: draft.subnet } }];
  }
  return [];
}

/** The engine's request. */
export function createBody(draft: Draft): Record<string, unknown> {
  return {
    Name: draft.name,
    Driver: draft.driver,
    Internal: draft.internal,
    Attachable: draft.attachable,
    EnableIPv6: draft.ipv6,
    ...(draft.subnet === ""
      ? {}
      : {
          IPAM: {
            Config: [
              { Subnet: draft.subnet, ...(draft.gateway === "" ? {} : { Gateway: draft.gateway }) },
            ],
          },
        }),
  };
}

/** What can be done to a network, as commands. */
export const commands = {
  inspect: (name: string) => `docker network inspect ${quote(name)}`,
  remove: (names: readonly string[]) => `docker network rm ${names.map(quote).join(" ")}`,
  prune: "docker network prune",
  connect: (network: string, container: string, alias = "", ip = "") =>
    [
      "docker network connect",
      ...(alias === "" ? [] : [`--alias ${quote(alias)}`]),
      ...(ip === "" ? [] : [ip.includes(":") ? `--ip6 ${ip}` : `--ip ${ip}`]),
      quote(network),
      quote(container),
    ].join(" "),
  disconnect: (network: string, container: string) =>
    `docker network disconnect ${quote(network)} ${quote(container)}`,
  create: (draft: Draft) =>
    [
      "docker network create",
      ...(draft.driver === "bridge" ? [] : [`-d ${quote(draft.driver)}`]),
      ...(draft.subnet === "" ? [] : [`--subnet ${quote(draft.subnet)}`]),
      ...(draft.gateway === "" ? [] : [`--gateway ${quote(draft.gateway)}`]),
      ...(draft.internal ? ["--internal"] : []),
      ...(draft.attachable ? ["--attachable"] : []),
      ...(draft.ipv6 ? ["--ipv6"] : []),
      draft.name === "" ? "NAME" : quote(draft.name),
    ].join(" "),
};
