import { describe, expect, test } from "vitest";
import type { Container } from "@/bindings/Container";
import { findContainer } from "../View";
import { exposed, published } from "./ports";
import { inFacet, shownState } from "./state";

const port = (
  host: number | null,
  container: number,
  ip: string | null = "0.0.0.0",
  protocol = "tcp",
) => ({
  host,
  container,
  host_ip: ip,
  protocol,
});

describe("ports", () => {
  test("of IPv4 and IPv6 are one, in the order of their numbers", () => {
    const found = published([port(8443, 443), port(8080, 80), port(8080, 80, "::")]);
    expect(found.map((it) => [it.text, it.url])).toEqual([
      ["8080→80", "http://localhost:8080"],
      ["8443→443", "https://localhost:8443"],
    ]);
  });

  test("of one address name it, and UDP has no link", () => {
    const found = published([
      port(53, 53, "127.0.0.1", "udp"),
      port(9, 9, "192.168.1.4"),
      port(7, 7, "fd00::1"),
    ]);
    expect(found.map((it) => [it.text, it.url])).toEqual([
      ["[fd00::1]:7→7", "http://[fd00::1]:7"],
      ["192.168.1.4:9→9", "http://192.168.1.4:9"],
      ["127.0.0.1:53→53/udp", null],
    ]);
  });

  test("that are not published are named once", () => {
    expect(
      exposed([port(null, 80, null), port(null, 80, null), port(null, 53, null, "udp")]),
    ).toEqual(["80", "53/udp"]);
  });
});

describe("the state", () => {
  const it = (over: Partial<Container>) =>
    ({ state: "running", health: null, exit_code: null, ...over }) as Container;

  test.each([
    [it({}), "running"],
    [it({ health: "unhealthy" }), "failed"],
    [it({ health: "starting" }), "busy"],
    [it({ state: "exited", exit_code: 0 }), "stopped"],
    [it({ state: "exited", exit_code: 143 }), "stopped"],
    [it({ state: "exited", exit_code: 1 }), "failed"],
    [it({ state: "paused" }), "paused"],
    [it({ state: "created" }), "created"],
    [it({ state: "dead" }), "failed"],
  ])("%o looks %s", (container, look) => expect(shownState(container).look).toBe(look));

  test("trouble is what failed or keeps failing", () => {
    expect(inFacet(it({ state: "restarting" }), "trouble")).toBe(true);
    expect(inFacet(it({ state: "exited", exit_code: 137 }), "trouble")).toBe(false);
    expect(inFacet(it({ state: "paused" }), "running")).toBe(true);
  });
});

test("an address finds a container by ID, name, or the beginning of its ID", () => {
  const all = [
    { id: "abcdef", name: "web" },
    { id: "123456", name: "abcdef" },
  ] as Container[];
  expect(findContainer(all, "web")?.id).toBe("abcdef");
  expect(findContainer(all, "abcdef")?.name).toBe("web");
  expect(findContainer(all, "1234")?.id).toBe("123456");
  expect(findContainer(all, "123")).toBeUndefined();
  expect(findContainer(all, undefined)).toBeUndefined();
});
