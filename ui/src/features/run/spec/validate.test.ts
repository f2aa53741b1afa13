import { describe, expect, it } from "vitest";
import { parseRun } from "./parse";
import { EMPTY, type RunSpec } from "./spec";
import { isReference, validate } from "./validate";

function ids(change: Partial<RunSpec>): string[] {
  return validate({ ...EMPTY, image: "nginx", ...change }).map(({ field, id }) => `${field} ${id}`);
}

describe("problems", () => {
  it("are none in what is right", () => {
    const parsed = parseRun(
      "docker run --name web -p 80:80 -v data:/a -e A=1 -m 512m --restart always nginx",
    );
    expect(validate(parsed?.spec ?? EMPTY)).toEqual([]);
  });

  it("stand at the field and offer a fix", () => {
    expect(validate(EMPTY)).toEqual([{ field: "image", id: "image-missing" }]);
    expect(validate({ ...EMPTY, image: "Nginx:1" })).toEqual([
      { field: "image", id: "image-case", args: { fix: "nginx:1" } },
    ]);
    expect(validate({ ...EMPTY, image: "nginx", name: "my web!" })).toEqual([
      { field: "name", id: "name", args: { fix: "my-web" } },
    ]);
  });

  it("are found in every kind of field", () => {
    const port = { hostIp: "", host: "", container: "80", protocol: "tcp" } as const;
    const mount = {
      kind: "bind",
      source: "/a",
      target: "/b",
      readOnly: false,
      options: "",
      long: false,
    } as const;
    expect(ids({ memory: "lots" })).toEqual(["memory size"]);
    expect(ids({ memory: "1m" })).toEqual(["memory memory-small"]);
    expect(ids({ cpus: "two" })).toEqual(["cpus cpus"]);
    expect(ids({ healthInterval: "30" })).toEqual(["healthInterval duration"]);
    expect(ids({ ports: [{ ...port, container: "" }] })).toEqual(["ports.0 port-missing"]);
    expect(ids({ ports: [{ ...port, host: "99999" }] })).toEqual(["ports.0 port"]);
    expect(ids({ ports: [{ ...port, container: "1-3", host: "1-2" }] })).toEqual([
      "ports.0 port-range",
    ]);
    expect(
      ids({
        ports: [
          { ...port, host: "1" },
          { ...port, container: "81", host: "1" },
        ],
      }),
    ).toEqual(["ports.1 port-twice"]);
    expect(ids({ mounts: [{ ...mount, target: "b" }] })).toEqual(["mounts.0 mount-target"]);
    expect(ids({ mounts: [{ ...mount, source: "./a" }] })).toEqual(["mounts.0 mount-relative"]);
    expect(ids({ mounts: [{ ...mount, source: "$PWD" }] })).toEqual(["mounts.0 mount-variable"]);
    expect(ids({ mounts: [mount, mount] })).toEqual(["mounts.1 mount-twice"]);
    expect(ids({ env: [{ name: "", value: "x" }] })).toEqual(["env.0 env-name"]);
    expect(ids({ restart: "sometimes" })).toEqual(["restart restart"]);
    expect(ids({ restart: "always", remove: true })).toEqual(["restart restart-remove"]);
    expect(ids({ health: "command" })).toEqual(["healthCommand health"]);
    expect(ids({ ulimits: ["nofile"] })).toEqual(["ulimits.0 ulimit"]);
    expect(ids({ extraHosts: ["db"] })).toEqual(["extraHosts.0 host"]);
  });

  it("know a reference from other text", () => {
    for (const good of [
      "a",
      "a/b:c",
      "localhost:5000/x",
      "ghcr.io/a/b.c__d:1@sha256:".concat("0".repeat(64)),
    ]) {
      expect(isReference(good), good).toBe(true);
    }
    for (const bad of ["", "a b", "a:", "a//b", "-a", "a:b:c", "https://x/y"]) {
      expect(isReference(bad), bad).toBe(false);
    }
  });
});
