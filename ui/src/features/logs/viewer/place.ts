// Where the lines stand in the viewer. Its bar counts lines, not pixels: so rows
// may have any height, and a million of them need no measuring.

/** Height of an ordinary row, in pixels. */
export const ROW = 20;
// Browsers cut elements that are much higher.
const MOST = 12_000_000;

export interface Geometry {
  /** Lines that are shown. */
  count: number;
  /** Height of the viewport. */
  height: number;
  /** How many of the last lines fill the viewport. */
  tail: number;
}

/** How many pixels of the bar one line takes. */
export function pitch({ count, tail }: Geometry): number {
  const lines = Math.max(count - tail, 0);
  return lines * ROW > MOST ? MOST / lines : ROW;
}

/** The height of all that can be scrolled. */
export function extent(geometry: Geometry): number {
  const lines = Math.max(geometry.count - geometry.tail, 0);
  return lines * pitch(geometry) + geometry.height;
}

/** The line at the viewport's upper edge, with the part of it that is above. */
export function lineAt(top: number, geometry: Geometry): number {
  const most = Math.max(geometry.count - geometry.tail, 0);
  return Math.min(Math.max(top / pitch(geometry), 0), most);
}

/** Where to scroll, so that a line is at the upper edge. */
export function topOf(line: number, geometry: Geometry): number {
  return Math.max(line, 0) * pitch(geometry);
}

/** How many of the last rows, with a part of one, fill `height`. */
export function filling(heights: readonly number[], height: number): number {
  let sum = 0;
  for (let i = heights.length - 1, rows = 0; i >= 0; i--, rows++) {
    const next = heights[i] ?? ROW;
    if (sum + next >= height) return rows + (height - sum) / next;
    sum += next;
  }
  return Math.max(heights.length, 1) + (height - sum) / ROW;
}

/** The lines to ask for, so that small moves need no other question. */
export function span(line: number, geometry: Geometry): { from: number; to: number } {
  const rows = Math.ceil(geometry.height / ROW) + 2;
  return {
    from: Math.max(0, Math.floor(line) - rows),
    to: Math.min(geometry.count, Math.floor(line) + 2 * rows),
  };
}
