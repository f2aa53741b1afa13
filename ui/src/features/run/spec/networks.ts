import { csv, writeCsv } from "./mounts";
import type { NetworkSpec } from "./spec";

/** Reads `--network`: a name, or `name=net,alias=a,ip=10.0.0.2`; undefined if it says more than that. */
export function parseNetwork(text: string): NetworkSpec | undefined {
  const network = { name: "", aliases: [] as string[], ipv4: "", ipv6: "" };
  if (!/^(name|alias|ip6?|driver-opt|gw-priority|mac-address|link-local-ip)=/.test(text)) {
    return { ...network, name: text };
  }
  for (const field of csv(text)) {
    const at = field.indexOf("=");
    const value = field.slice(at + 1);
    const key = field.slice(0, at).toLowerCase();
    if (key === "name") network.name = value;
    else if (key === "alias") network.aliases.push(value);
    else if (key === "ip") network.ipv4 = value;
    else if (key === "ip6") network.ipv6 = value;
    else return undefined;
  }
  return network;
}

/** Words for all networks, in the shortest form. */
export function writeNetworks(networks: readonly NetworkSpec[]): string[] {
  const [first, ...more] = networks;
  if (!first) return [];
  if (more.length === 0) {
    const words = ["--network", first.name];
    for (const alias of first.aliases) words.push("--network-alias", alias);
    if (first.ipv4) words.push("--ip", first.ipv4);
    if (first.ipv6) words.push("--ip6", first.ipv6);
    return words;
  }
  return networks.flatMap((network) => ["--network", writeNetwork(network)]);
}

function writeNetwork({ name, aliases, ipv4, ipv6 }: NetworkSpec): string {
  if (aliases.length === 0 && !ipv4 && !ipv6) return name;
  const fields = [`name=${name}`, ...aliases.map((alias) => `alias=${alias}`)];
  if (ipv4) fields.push(`ip=${ipv4}`);
  if (ipv6) fields.push(`ip6=${ipv6}`);
  return writeCsv(fields);
}

/** True for modes that are no network: `host`, `none`, `container:…`. */
export function isMode(name: string): boolean {
  return name === "host" || name === "none" || name.startsWith("container:");
}
