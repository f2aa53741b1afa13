import { describe, expect, it } from "vitest";
import type { Container } from "@/bindings/Container";
import { conflicts, freePort, fullReference } from "./conflicts";
import { EMPTY, type PortSpec } from "./spec/spec";

const container = (
  name: string,
  host: number,
  more: Partial<Container> = {},
  host_ip = "0.0.0.0",
) =>
  ({
    id: name,
    name,
    state: "running",
    ports: [{ container: 80, protocol: "tcp", host_ip, host }],
    ...more,
  }) as Container;
const port = (host: string, hostIp = "", protocol: PortSpec["protocol"] = "tcp"): PortSpec => ({
  hostIp,
  host,
  container: host.includes("-") ? host : "80",
  protocol,
});
const fields = (ports: PortSpec[], there: Container[], except?: string) =>
  conflicts({ ...EMPTY, ports }, there, except).map(({ field, args }) => [field, args]);

describe("a port", () => {
  it("that another container has is told with the next free one", () => {
    expect(fields([port("8080")], [container("web", 8080), container("b", 8081)])).toEqual([
      ["ports.0", { port: "8080", name: "web", fix: "8082" }],
    ]);
  });

  it("may be shared by protocols, by addresses, and with what does not run", () => {
    expect(fields([port("8080", "", "udp")], [container("web", 8080)])).toEqual([]);
    expect(fields([port("8080", "127.0.0.2")], [container("web", 8080, {}, "127.0.0.1")])).toEqual(
      [],
    );
    expect(fields([port("8080")], [container("web", 8080, { state: "exited" })])).toEqual([]);
    expect(fields([port("8080")], [container("web", 8080)], "web")).toEqual([]);
  });

  it("clashes with any address, and inside of a range", () => {
    expect(fields([port("8080", "127.0.0.1")], [container("web", 8080)])).toHaveLength(1);
    expect(fields([port("8079-8081")], [container("web", 8080)])).toEqual([
      ["ports.0", { port: "8080", name: "web" }],
    ]);
  });

  it("is looked for from there on, then from the start", () => {
    expect(freePort(80, new Set([80, 81]))).toBe(82);
    expect(freePort(65535, new Set([65535]))).toBe(1024);
  });
});

describe("a name", () => {
  it("that somebody has is told with one that nobody has", () => {
    const there = [container("web", 1), container("web-2", 2)];
    expect(conflicts({ ...EMPTY, name: "web" }, there)).toEqual([
      { field: "name", id: "name-used", args: { name: "web", fix: "web-3" } },
    ]);
    expect(conflicts({ ...EMPTY, name: "web" }, there, "web")).toEqual([]);
  });
});

describe("an image", () => {
  it("is named as the engine names it", () => {
    expect(fullReference("nginx")).toBe("nginx:latest");
    expect(fullReference("docker.io/library/nginx:1")).toBe("nginx:1");
    expect(fullReference("localhost:5000/x")).toBe("localhost:5000/x:latest");
    expect(fullReference("a@sha256:00")).toBe("a@sha256:00");
  });
});
