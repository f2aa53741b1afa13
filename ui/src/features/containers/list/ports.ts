import type { Port } from "@/bindings/Port";

/** A published port, its IPv4 and IPv6 binding taken together. */
export interface Published {
  /** `8080→80`, `127.0.0.1:8080→80/udp`. */
  text: string;
  /** Where a browser finds it; none for UDP and SCTP. */
  url: string | null;
  host: number;
}

const EVERYWHERE = ["0.0.0.0", "::", ""];

/** The published ports, lowest first. */
export function published(ports: readonly Port[]): Published[] {
  const found = new Map<string, Published>();
  for (const port of ports) {
    if (port.host === null) continue;
    const ip = port.host_ip ?? "";
    const everywhere = EVERYWHERE.includes(ip);
    const address = ip.includes(":") ? `[${ip}]` : ip;
    const protocol = port.protocol === "tcp" ? "" : `/${port.protocol}`;
    const text = `${everywhere ? "" : `${address}:`}${port.host}→${port.container}${protocol}`;
    const scheme = [443, 8443].includes(port.container) ? "https" : "http";
    const host = everywhere || ip === "127.0.0.1" || ip === "::1" ? "localhost" : address;
    const url = port.protocol === "tcp" ? `${scheme}://${host}:${port.host}` : null;
    found.set(text, { text, url, host: port.host });
  }
  return [...found.values()].sort((a, b) => a.host - b.host);
}

/** Ports that are only exposed to other containers: `80`, `53/udp`. */
export function exposed(ports: readonly Port[]): string[] {
  const names = ports
    .filter((port) => port.host === null)
    .map((port) => `${port.container}${port.protocol === "tcp" ? "" : `/${port.protocol}`}`);
  return [...new Set(names)];
}
