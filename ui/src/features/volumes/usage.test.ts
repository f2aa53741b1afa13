import { describe, expect, it } from "vitest";
import type { Container } from "@/bindings/Container";
import type { Volume } from "@/bindings/Volume";
import { helperImage } from "./helper";
import { commands, copyName, nameProblem, prunable, usesOf } from "./usage";
import { within } from "./within";

const container = (id: string, mounts: Container["mounts"]) =>
  ({ id, mounts, labels: {} }) as Container;
const volume = (name: string, anonymous = false) => ({ name, anonymous }) as Volume;
const mount = (kind: string, source: string) => ({ kind, source, target: "/d", writable: true });

describe("volumes", () => {
  it("are used by who mounts them, not by who binds a folder of the same name", () => {
    const uses = usesOf([
      container("a", [mount("volume", "data"), mount("bind", "other")]),
      container("b", [mount("volume", "data")]),
    ]);
    expect(uses.get("data")?.map((use) => use.container.id)).toEqual(["a", "b"]);
    expect(uses.has("other")).toBe(false);
  });

  it("are pruned only when nobody uses them, named ones only on request", () => {
    const all = [volume("used"), volume("free"), volume("0".repeat(64), true)];
    const uses = usesOf([container("a", [mount("volume", "used")])]);
    expect(prunable(all, uses, false).map(({ name }) => name)).toEqual(["0".repeat(64)]);
    expect(prunable(all, uses, true)).toHaveLength(2);
  });

  it("get a name that nobody has", () => {
    const taken = (name: string) => ["ab", "ab-copy"].includes(name);
    expect(copyName("ab", taken)).toBe("ab-copy-2");
    expect(nameProblem("", taken)).toEqual({ id: "missing" });
    expect(nameProblem("my data", taken)).toEqual({ id: "shape", fix: "my-data" });
    expect(nameProblem("ab", taken)).toEqual({ id: "taken", fix: "ab-copy-2" });
    expect(nameProblem("new_one", taken)).toBeUndefined();
  });

  it("are named in commands as a shell needs it", () => {
    expect(commands.exportTo("a", "/my files/a.tar")).toContain("> '/my files/a.tar'");
    expect(commands.create("a", "local", ["type=nfs"], [])).toBe(
      "docker volume create -o type=nfs a",
    );
    expect(commands.remove(["a", "b;c"])).toBe("docker volume rm a 'b;c'");
  });
});

describe("the files of a volume", () => {
  it("are read by the smallest image that is there", () => {
    expect(
      helperImage([
        { id: "big", size: 9 },
        { id: "small", size: 1 },
      ]),
    ).toBe("small");
    expect(helperImage([])).toBeUndefined();
  });

  it("are never left", () => {
    expect(within("/volume", "/volume/a/b")).toBe("/volume/a/b");
    expect(within("/volume", "/")).toBe("/volume");
    expect(within("/volume", "/volumes")).toBe("/volume");
    expect(within("/volume", "/volume/../etc")).toBe("/volume");
    expect(within("/", "/etc")).toBe("/etc");
  });
});
