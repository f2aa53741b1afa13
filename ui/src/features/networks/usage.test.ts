import { describe, expect, it } from "vitest";
import type { Container } from "@/bindings/Container";
import type { Network } from "@/bindings/Network";
import { contains, network, overlap, parseAddress, parseRange } from "./cidr";
import { commands, EMPTY_DRAFT, membersOf, problems, prunable } from "./usage";

const net = (name: string, subnet?: string) =>
  ({ name, subnets: subnet ? [{ subnet, gateway: null }] : [] }) as unknown as Network;
const range = (text: string) => {
  const found = parseRange(text);
  if (!found) throw new Error(text);
  return found;
};

describe("ranges", () => {
  it("are read and written", () => {
    expect(network(range("172.20.3.4/16"))).toBe("172.20.0.0/16");
    expect(network(range("fd00:1::5/64"))).toBe("fd00:1::/64");
    expect(network(range("0.0.0.0/0"))).toBe("0.0.0.0/0");
  });

  it("are refused when they are none", () => {
    for (const text of [
      "",
      "1.2.3.4",
      "1.2.3/8",
      "1.2.3.256/8",
      "1.2.3.4/33",
      "fd00::1::2/64",
      "x/8",
      "1:2/64",
    ]) {
      expect(parseRange(text), text).toBeUndefined();
    }
    expect(parseAddress("::")?.value).toBe(0n);
    expect(parseAddress("1:2:3:4:5:6:7:8:9")).toBeUndefined();
  });

  it("know what is in them and what they share", () => {
    expect(contains(range("10.0.0.0/8"), "10.255.0.1")).toBe(true);
    expect(contains(range("10.0.0.0/8"), "11.0.0.1")).toBe(false);
    expect(contains(range("10.0.0.0/8"), "fd00::1")).toBe(false);
    expect(overlap(range("10.0.0.0/8"), range("10.1.0.0/16"))).toBe(true);
    expect(overlap(range("10.1.0.0/16"), range("10.2.0.0/16"))).toBe(false);
    expect(overlap(range("10.0.0.0/8"), range("fd00::/8"))).toBe(false);
  });
});

describe("a new network", () => {
  const there = [net("front", "172.20.0.0/16")];
  const ids = (change: Partial<typeof EMPTY_DRAFT>) =>
    problems({ ...EMPTY_DRAFT, name: "new", ...change }, there).map(({ id, fix }) => [id, fix]);

  it("is right as it is proposed", () => {
    expect(ids({})).toEqual([]);
    expect(ids({ subnet: "10.9.0.0/24", gateway: "10.9.0.1" })).toEqual([]);
  });

  it("says what is wrong, with a fix where there is one", () => {
    expect(ids({ name: "" })).toEqual([["name-missing", undefined]]);
    expect(ids({ name: "my net" })).toEqual([["name-shape", "my-net"]]);
    expect(ids({ name: "front" })).toEqual([["name-taken", undefined]]);
    expect(ids({ subnet: "10.9.0.0" })).toEqual([["subnet-shape", "10.9.0.0/24"]]);
    expect(ids({ subnet: "10.9.0.7/24" })).toEqual([["subnet-host", "10.9.0.0/24"]]);
    expect(ids({ subnet: "172.20.5.0/24" })).toEqual([["subnet-overlap", undefined]]);
    expect(ids({ gateway: "10.9.0.1" })).toEqual([["subnet-missing", undefined]]);
    expect(ids({ subnet: "10.9.0.0/24", gateway: "10.8.0.1" })).toEqual([
      ["gateway-outside", undefined],
    ]);
  });

  it("is the same as a command", () => {
    const draft = {
      ...EMPTY_DRAFT,
      name: "a",
      driver: "macvlan",
      subnet: "10.9.0.0/24",
      internal: true,
    };
    expect(commands.create(draft)).toBe(
      "docker network create -d macvlan --subnet 10.9.0.0/24 --internal a",
    );
  });
});

describe("networks", () => {
  it("are pruned when nobody is on them and they are not the engine's own", () => {
    const containers = [{ id: "a", networks: [{ name: "front" }] }] as unknown as Container[];
    const all = [net("bridge"), net("front"), net("old")];
    expect(prunable(all, membersOf(containers)).map(({ name }) => name)).toEqual(["old"]);
  });
});
