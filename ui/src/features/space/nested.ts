import { type Placed, parts } from "./tree";
import { type Box, squarify } from "./treemap";

/** A rectangle of the map: a group with room for its name on top, or a part drawn whole. */
export interface Tile extends Box<Placed> {
  group: boolean;
}

/** Boxes beyond these would be too small to see. */
const MOST = 300;
/** Room for the name of a group, and around its parts. */
const HEAD = 24;
const EDGE = 4;
/** A group smaller than this is drawn whole. */
const LEAST = { width: 120, height: 90 };
const DEEPEST = 3;

/** Lays out the parts of a place, and the parts of those where there is room for them. */
export function nested(place: readonly Placed[], width: number, height: number): Tile[] {
  return fill(place, { x: 0, y: 0, width, height }, 1);
}

interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

function fill(all: readonly Placed[], area: Area, depth: number): Tile[] {
  return squarify(all.slice(0, MOST), (it) => it.node.bytes, area).flatMap((box) => {
    const { item, x, y, width, height } = box;
    const roomy = width >= LEAST.width && height >= LEAST.height;
    const group = roomy && depth < DEEPEST && item.node.children.length > 0;
    if (!group) return [{ ...box, group }];
    const inner = {
      x: x + EDGE,
      y: y + HEAD,
      width: width - 2 * EDGE - 2,
      height: height - HEAD - EDGE - 2,
    };
    return [{ ...box, group }, ...fill(parts(item.node, item.key), inner, depth + 1)];
  });
}
