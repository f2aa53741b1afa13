import { describe, expect, it } from "vitest";
import { composeText } from "@/features/run/spec/compose";
import { randomSpec } from "@/features/run/spec/random";
import { check, closest } from "./check";
import { complete, declaredNames, pathAt } from "./complete";

const found = (text: string) =>
  check(text).map(({ from, to, id, fix }) => [text.slice(from, to), id, ...(fix ? [fix] : [])]);

const GOOD = `name: shop
x-common: &common
  restart: unless-stopped
services:
  web:
    <<: *common
    image: nginx:\${TAG:-1}
    ports: ["8080:80", 443, "127.0.0.1:53:53/udp"]
    environment:
      A: 1
      B:
    depends_on:
      db:
        condition: service_healthy
    healthcheck:
      test: ["CMD", "true"]
      interval: 1m30s
    networks: [front, default]
    volumes:
      - data:/data
      - ./src:/app:ro
      - type: tmpfs
        target: /run
  db:
    build: .
    restart: no
    command: ["a", "b"]
    deploy: { replicas: 2 }
volumes:
  data:
networks:
  front:
    external: true
`;

describe("a compose file", () => {
  it("that is right has no mistakes", () => {
    expect(found(GOOD)).toEqual([]);
    expect(found("")).toEqual([]);
  });

  it("made of a run has no mistakes, whatever is in it", () => {
    for (let seed = 0; seed < 300; seed++) {
      const text = composeText({ ...randomSpec(seed), publishAll: false });
      const wrong = check(text).filter(({ mild }) => !mild);
      // A random platform or port may be nonsense; its shape must not be.
      expect(wrong, text).toEqual([]);
    }
  });

  it("shows a wrong key with the one that was meant", () => {
    expect(found("services:\n  a:\n    image: x\n    enviroment: {}\n")).toEqual([
      ["enviroment", "key-close", "environment"],
    ]);
    expect(found("services:\n  a:\n    image: x\n    zzzzzz: 1\n")).toEqual([["zzzzzz", "key"]]);
    expect(found("servces: {}\n")).toEqual([["servces", "key-close", "services"]]);
  });

  it("shows a wrong value", () => {
    const service = (line: string) => found(`services:\n  a:\n    image: x\n    ${line}\n`);
    expect(service("restart: allways")).toEqual([["allways", "value", "always"]]);
    expect(service("ports: 80")).toEqual([["80", "type"]]);
    expect(service("ports: [a:b]")).toEqual([["a:b", "shape"]]);
    expect(service("init: maybe")).toEqual([["maybe", "type"]]);
    expect(service("healthcheck: { interval: 30 }")).toEqual([["30", "shape"]]);
  });

  it("shows names that nobody declared", () => {
    expect(
      found("services:\n  a:\n    image: x\n    depends_on: [bb]\n  b: { image: y }\n"),
    ).toEqual([["bb", "no-services", "b"]]);
    expect(found("services:\n  a:\n    image: x\n    networks: [front]\n")).toEqual([
      ["front", "no-networks"],
    ]);
    expect(found("services:\n  a:\n    image: x\n    volumes: ['data:/d']\n")).toEqual([
      ["'data:/d'", "no-volumes"],
    ]);
  });

  it("shows a service of nothing and a port of two", () => {
    expect(found("services:\n  a:\n    ports: ['80:80']\n")).toEqual([["a", "no-image"]]);
    expect(
      found("services:\n  a: {image: x, ports: ['80:80']}\n  b: {image: x, ports: ['80:90']}\n"),
    ).toEqual([["'80:90'", "port-twice"]]);
  });

  it("shows where it is no YAML", () => {
    expect(found("services:\n  a: [\n").map(([, id]) => id)).toContain("yaml");
    expect(() => check("\t\0&*!{{")).not.toThrow();
  });
});

describe("the closest name", () => {
  it("is near, or none", () => {
    expect(closest("comand", ["command", "commit"])).toBe("command");
    expect(closest("x", ["command"])).toBeUndefined();
  });
});

describe("completion", () => {
  const offers = (text: string) =>
    complete(text, text.length)?.offers.map(({ label }) => label) ?? [];

  it("knows where it is", () => {
    expect(pathAt("services:\n  web:\n    build:\n      ")).toEqual(["services", "web", "build"]);
    expect(pathAt("services:\n  web:\n    image: x\n    ")).toEqual(["services", "web"]);
    expect(pathAt("services:\n  web:\n    depends_on:\n      - ")).toEqual([
      "services",
      "web",
      "depends_on",
      "-",
    ]);
    expect(pathAt("services:\n  web:\n    depends_on:\n    - ")).toEqual([
      "services",
      "web",
      "depends_on",
      "-",
    ]);
    expect(pathAt("services:\n  web:\n    volumes:\n      - type: bind\n        ")).toEqual([
      "services",
      "web",
      "volumes",
      "-",
    ]);
    expect(pathAt("services:\n  web:\n    image: x\n\n# note\n")).toEqual([]);
  });

  it("offers keys, values and names", () => {
    expect(offers("se")).toEqual(expect.arrayContaining(["services", "networks"]));
    expect(offers("services:\n  web:\n    im")).toEqual(
      expect.arrayContaining(["image", "restart"]),
    );
    expect(offers("services:\n  web:\n    restart: ")).toEqual([
      "no",
      "always",
      "on-failure",
      "unless-stopped",
    ]);
    expect(offers("services:\n  web:\n    init: ")).toEqual(["true", "false"]);
    expect(offers("services:\n  db:\n    image: x\n  web:\n    depends_on:\n      - ")).toEqual([
      "db",
      "web",
    ]);
    expect(offers("services:\n  web:\n    volumes:\n      - type: ")).toContain("tmpfs");
    expect(offers("services:\n  web:\n    volumes:\n      - type: bind\n        ")).toContain(
      "read_only",
    );
    expect(offers("services:\n  web:\n    healthcheck:\n      ")).toContain("interval");
  });

  it("replaces what is written of the word", () => {
    expect(complete("services:\n  web:\n    ima", 26)?.from).toBe(23);
  });

  it("offers nothing in a comment or where anything may stand", () => {
    expect(offers("# ser")).toEqual([]);
    expect(offers("services:\n  web:\n    image: ")).toEqual([]);
  });

  it("reads declared names of a half-written file", () => {
    expect(
      declaredNames("services:\n  a:\n    image: [\n  b:\nvolumes:\n  c:\n", "services"),
    ).toEqual(["a", "b"]);
  });
});
