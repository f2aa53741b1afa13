/** Lines that were picked, by position, both included. */
export interface Picked {
  from: number;
  to: number;
  /** Where the picking began. */
  anchor: number;
}

/** What is picked after a press on a line; a second press on the only one picks nothing. */
export function pick(before: Picked | undefined, at: number, extend: boolean): Picked | undefined {
  if (extend && before) {
    const { anchor } = before;
    return { from: Math.min(anchor, at), to: Math.max(anchor, at), anchor };
  }
  if (before && before.from === at && before.to === at) return undefined;
  return { from: at, to: at, anchor: at };
}
