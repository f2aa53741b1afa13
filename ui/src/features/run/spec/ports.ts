import type { PortSpec } from "./spec";

const PROTOCOLS = ["tcp", "udp", "sctp"] as const;

/** Reads `-p`: `80`, `8080:80`, `127.0.0.1::80/udp`, `[::1]:8000-8005:8000-8005`. */
export function parsePort(text: string): PortSpec | undefined {
  const [whole = "", proto = "tcp", ...more] = text.split("/");
  const protocol = PROTOCOLS.find((it) => it === proto.toLowerCase());
  if (!protocol || more.length > 0) return undefined;
  const found = /^(?:(\[[^\]]+\]|[^:[\]]*):)?(?:([\d-]*):)?([\d-]+)$/.exec(whole);
  if (!found) return undefined;
  let [, hostIp = "", host, container = ""] = found;
  if (host === undefined) {
    // One colon only: what stands before it is a port, unless it can't be one.
    host = hostIp;
    hostIp = "";
    if (host !== "" && !range(host)) return undefined;
  }
  if (!range(container) || (host !== "" && !range(host))) return undefined;
  return { hostIp: hostIp.replace(/^\[|\]$/g, ""), host, container, protocol };
}

/** First and last port of `80` or `8000-8005`. */
export function range(text: string): readonly [number, number] | undefined {
  const [, first, last] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text.trim()) ?? [];
  if (first === undefined) return undefined;
  const from = Number(first);
  const to = last === undefined ? from : Number(last);
  return from >= 1 && to <= 65535 && from <= to ? [from, to] : undefined;
}

/** The shortest text that {@link parsePort} reads as this one. */
export function writePort(port: PortSpec): string {
  const ip = port.hostIp.includes(":") ? `[${port.hostIp}]` : port.hostIp;
  const before = ip !== "" ? `${ip}:${port.host}:` : port.host !== "" ? `${port.host}:` : "";
  const protocol = port.protocol === "tcp" ? "" : `/${port.protocol}`;
  return `${before}${port.container}${protocol}`;
}

/** One published port: of a range, each of its own. */
export interface SinglePort {
  hostIp: string;
  host: string;
  container: number;
  protocol: PortSpec["protocol"];
}

/** Takes ranges apart, as the engine wants them. */
export function singlePorts(port: PortSpec): SinglePort[] {
  const inner = range(port.container);
  if (!inner) return [];
  const outer = port.host === "" ? undefined : range(port.host);
  const count = inner[1] - inner[0] + 1;
  const { hostIp, protocol } = port;
  return Array.from({ length: count }, (_, index) => ({
    hostIp,
    // A range of the host for one port of the container: the engine picks one of it.
    host: outer && count === 1 ? port.host : outer ? String(outer[0] + index) : "",
    container: inner[0] + index,
    protocol,
  }));
}
