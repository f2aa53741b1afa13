/** Answer of `GET /containers/{id}/top`. */
export interface TopAnswer {
  Titles: readonly string[];
  Processes: readonly (readonly string[])[] | null;
}

export type SortOrder = 1 | -1;

/** What a cell is worth when it is compared: a number, seconds, bytes, or nothing. */
export function rank(cell: string): number | undefined {
  const text = cell.trim();
  if (/^-?\d+(\.\d+)?%?$/.test(text)) return Number.parseFloat(text);
  const time = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)(?:\.\d+)?$/.exec(text);
  if (time) {
    const [days, hours, minutes, seconds] = time.slice(1).map((part) => Number(part ?? 0));
    return (days ?? 0) * 86_400 + (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + Number(seconds ?? 0);
  }
  const size = /^(\d+(?:\.\d+)?)([kmgt])$/i.exec(text);
  if (!size) return undefined;
  return Number(size[1]) * 1024 ** ("kmgt".indexOf((size[2] ?? "k").toLowerCase()) + 1);
}

/** Processes by a column; those that can't be compared come last, whatever the order. */
export function sorted(
  processes: readonly (readonly string[])[],
  column: number,
  order: SortOrder,
): (readonly string[])[] {
  return [...processes].sort((a, b) => {
    const left = rank(a[column] ?? "");
    const right = rank(b[column] ?? "");
    if (left !== undefined && right !== undefined && left !== right) return (left - right) * order;
    if ((left === undefined) !== (right === undefined)) return left === undefined ? 1 : -1;
    return (a[column] ?? "").localeCompare(b[column] ?? "") * order;
  });
}

/** True for columns whose cells are numbers, which stand at the right. */
export function numeric(processes: readonly (readonly string[])[], column: number): boolean {
  return processes.length > 0 && processes.every((row) => rank(row[column] ?? "") !== undefined);
}

/** What to show of a process: `ps` of the engine's machine, with memory and CPU. */
export const PS_ARGUMENTS = "-eo pid,user,pcpu,rss,time,args";

/** Columns that hold KiB. */
export const KIB_TITLES: readonly string[] = ["RSS", "VSZ"];
