/** A rectangle in the same units as the area it was laid out in. */
export interface Box<T> {
  item: T;
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * Lays items out as rectangles whose areas are in proportion to their weights, as near to
 * squares as it goes: Bruls, Huizing and van Wijk, "Squarified Treemaps" (2000). Items
 * without weight are left out.
 */
export function squarify<T>(
  items: readonly T[],
  weight: (item: T) => number,
  area: Area,
): Box<T>[] {
  const open = items.filter((item) => weight(item) > 0);
  open.sort((a, b) => weight(b) - weight(a));
  const total = open.reduce((sum, item) => sum + weight(item), 0);
  if (total === 0 || area.width <= 0 || area.height <= 0) return [];
  const scale = (area.width * area.height) / total;
  const sized = open.map((item) => ({ item, size: weight(item) * scale }));
  const boxes: Box<T>[] = [];
  let rest = { ...area };
  let row: typeof sized = [];
  for (const next of sized) {
    const side = Math.min(rest.width, rest.height);
    if (row.length === 0 || worst([...row, next], side) <= worst(row, side)) {
      row.push(next);
      continue;
    }
    rest = placeRow(row, rest, boxes);
    row = [next];
  }
  placeRow(row, rest, boxes);
  return boxes;
}

/** The largest ratio of sides in a row along a side of this length. */
function worst(row: readonly { size: number }[], side: number): number {
  let sum = 0;
  let largest = 0;
  let smallest = Number.POSITIVE_INFINITY;
  for (const { size } of row) {
    sum += size;
    largest = Math.max(largest, size);
    smallest = Math.min(smallest, size);
  }
  return Math.max((side * side * largest) / (sum * sum), (sum * sum) / (side * side * smallest));
}

/** Puts a row along the shorter side, and gives what is left of the area. */
function placeRow<T>(row: readonly { item: T; size: number }[], area: Area, into: Box<T>[]): Area {
  const sum = row.reduce((total, { size }) => total + size, 0);
  const upright = area.width >= area.height;
  const depth = sum / (upright ? area.height : area.width);
  let at = upright ? area.y : area.x;
  for (const { item, size } of row) {
    const length = size / depth;
    into.push(
      upright
        ? { item, x: area.x, y: at, width: depth, height: length }
        : { item, x: at, y: area.y, width: length, height: depth },
    );
    at += length;
  }
  return upright
    ? { ...area, x: area.x + depth, width: Math.max(0, area.width - depth) }
    : { ...area, y: area.y + depth, height: Math.max(0, area.height - depth) };
}
