import { expect, it } from "vitest";
import type { Container } from "@/bindings/Container";
import { sameContainers } from "./containers";

const container = (more: Partial<Container> = {}) =>
  ({
    id: "a",
    name: "web",
    state: "running",
    status: "Up 1 second",
    ports: [],
    mounts: [],
    ...more,
  }) as unknown as Container;

it("containers are the same while only what is not shown differs", () => {
  expect(sameContainers([container()], [container({ status: "Up 2 seconds" })])).toBe(true);
  expect(sameContainers([container()], [container({ state: "exited" })])).toBe(false);
  expect(sameContainers([container()], [])).toBe(false);
  const port = { container: 80, protocol: "tcp", host_ip: null, host: 1 };
  expect(sameContainers([container()], [container({ ports: [port] })])).toBe(false);
});
