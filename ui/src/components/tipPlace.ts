import type { TipSide } from "./Tooltip";

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const GAP = 6;
const EDGE = 8;
const OPPOSITE = { top: "bottom", bottom: "top", left: "right", right: "left" } as const;

/** Where a tip of `size` goes beside `at`: on its side, else on the other one, always in sight. */
export function placeTip(
  at: Box,
  size: { width: number; height: number },
  room: Box,
  side: TipSide,
): { left: number; top: number } {
  const wanted = beside(at, size, side);
  const fits =
    wanted.left >= EDGE &&
    wanted.top >= EDGE &&
    wanted.left + size.width <= room.width - EDGE &&
    wanted.top + size.height <= room.height - EDGE;
  const vertical = side === "top" || side === "bottom";
  const out = vertical
    ? wanted.top < EDGE || wanted.top + size.height > room.height - EDGE
    : wanted.left < EDGE || wanted.left + size.width > room.width - EDGE;
  const chosen = fits || !out ? wanted : beside(at, size, OPPOSITE[side]);
  return {
    left: Math.round(clamp(chosen.left, EDGE, room.width - size.width - EDGE)),
    top: Math.round(clamp(chosen.top, EDGE, room.height - size.height - EDGE)),
  };
}

function beside(at: Box, size: { width: number; height: number }, side: TipSide) {
  const middle = at.left + at.width / 2 - size.width / 2;
  const center = at.top + at.height / 2 - size.height / 2;
  switch (side) {
    case "top":
      return { left: middle, top: at.top - size.height - GAP };
    case "bottom":
      return { left: middle, top: at.top + at.height + GAP };
    case "left":
      return { left: at.left - size.width - GAP, top: center };
    case "right":
      return { left: at.left + at.width + GAP, top: center };
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
