import { describe, expect, it } from "vitest";
import type { SpaceNode } from "@/bindings/SpaceNode";
import { nested } from "./nested";
import { chosenNodes, freed, keyOfItem, parts, trail } from "./tree";
import { squarify } from "./treemap";

function node(name: string, bytes: number, more: Partial<SpaceNode> = {}): SpaceNode {
  const base = { kind: "other", name, bytes, remove: null, note: null, last_used: null };
  return { ...base, children: [], ...more };
}

describe("squarify", () => {
  const area = { x: 10, y: 20, width: 600, height: 400 };
  const weights = [6, 6, 4, 3, 2, 2, 1, 0];
  const boxes = squarify(weights, (weight) => weight, area);

  it("gives each weight its share of the area and leaves out what has none", () => {
    expect(boxes).toHaveLength(7);
    for (const box of boxes) {
      expect(box.width * box.height).toBeCloseTo((box.item / 24) * 600 * 400, 3);
    }
  });

  it("stays inside the area without overlaps", () => {
    for (const [index, a] of boxes.entries()) {
      expect(a.x).toBeGreaterThanOrEqual(10 - 1e-9);
      expect(a.x + a.width).toBeLessThanOrEqual(610 + 1e-6);
      expect(a.y + a.height).toBeLessThanOrEqual(420 + 1e-6);
      for (const b of boxes.slice(index + 1)) {
        const apart =
          a.x + a.width <= b.x + 1e-6 ||
          b.x + b.width <= a.x + 1e-6 ||
          a.y + a.height <= b.y + 1e-6 ||
          b.y + b.height <= a.y + 1e-6;
        expect(apart).toBe(true);
      }
    }
  });

  it("makes shapes near to squares", () => {
    const ratios = boxes.map((box) => Math.max(box.width / box.height, box.height / box.width));
    expect(Math.max(...ratios)).toBeLessThan(3);
  });

  it("has nothing to show in no area and of nothing", () => {
    expect(squarify([1], (w) => w, { x: 0, y: 0, width: 0, height: 10 })).toEqual([]);
    expect(squarify([0], (w) => w, area)).toEqual([]);
  });
});

describe("the tree of space", () => {
  const layer = node("old", 5, { remove: { what: "image", id: "sha256:1" } });
  const cache = node("cache", 7, { remove: { what: "build_cache", id: "c" } });
  const root = node("", 20, { children: [node("images", 8, { children: [layer] }), cache] });

  it("lists the parts of a node by size with their keys", () => {
    expect(parts(root, "").map((it) => it.key)).toEqual(["0", "1"]);
    expect(parts(root.children[0] as SpaceNode, "0")[0]?.key).toBe("0/0");
  });

  it("knows the way to a node and stops where the tree has changed", () => {
    expect(trail(root, "0/0").map((it) => it.node.name)).toEqual(["", "images", "old"]);
    expect(trail(root, "0/9").map((it) => it.node.name)).toEqual(["", "images"]);
  });

  it("counts the bytes of a node inside a chosen one once", () => {
    expect(freed([layer, cache])).toBe(12);
    const outer = node("outer", 9, { children: [layer] });
    expect(freed([outer, layer])).toBe(9);
  });

  it("finds what was chosen by what removes it", () => {
    const chosen = new Set([keyOfItem({ what: "image", id: "sha256:1" })]);
    expect(chosenNodes(root, chosen)).toEqual([layer]);
  });
});

describe("the nested map", () => {
  const leaf = (bytes: number) => node("leaf", bytes);
  const root = node("", 100, {
    children: [node("big", 90, { children: [leaf(60), leaf(30)] }), leaf(10)],
  });
  const tiles = nested(parts(root, ""), 800, 600);

  it("draws the parts of a group inside of it, below its name", () => {
    const group = tiles.find((tile) => tile.group);
    const inside = tiles.filter((tile) => tile.item.key.startsWith("0/"));
    expect(inside).toHaveLength(2);
    for (const tile of inside) {
      expect(tile.x).toBeGreaterThan(group?.x ?? 0);
      expect(tile.y).toBeGreaterThanOrEqual((group?.y ?? 0) + 24);
      expect(tile.y + tile.height).toBeLessThanOrEqual((group?.y ?? 0) + (group?.height ?? 0));
    }
  });

  it("draws a group whole where there is no room", () => {
    expect(nested(parts(root, ""), 100, 80).some((tile) => tile.group)).toBe(false);
  });
});
