import type { Arranged } from "./order";
import type { Group, TableItem } from "./types";

/**
 * The lines of the screen: groups with their rows, in the order of the groups'
 * titles, then rows that belong to none.
 */
export function itemsOf<T>(
  arranged: Arranged<T>,
  groupOf: ((row: T) => Group | null) | undefined,
  folded: ReadonlySet<string>,
  filter: (row: T) => boolean,
): TableItem<T>[] {
  const groups = new Map<string, { group: Group; items: TableItem<T>[]; rows: T[] }>();
  const single: TableItem<T>[] = [];
  for (const key of arranged.order) {
    const row = arranged.rows.get(key);
    if (row === undefined || !filter(row)) continue;
    const group = groupOf?.(row);
    if (!group) {
      single.push({ kind: "row", key, row, inGroup: false });
      continue;
    }
    const known = groups.get(group.key) ?? { group, items: [], rows: [] };
    groups.set(group.key, known);
    known.items.push({ kind: "row", key, row, inGroup: true });
    known.rows.push(row);
  }
  const sorted = [...groups.values()].sort((a, b) => byRank(a.group, b.group));
  const items: TableItem<T>[] = [];
  for (const { group, items: inside, rows } of sorted) {
    const isFolded = folded.has(group.key);
    items.push({ kind: "group", key: `group:${group.key}`, group, rows, folded: isFolded });
    if (!isFolded) items.push(...inside);
  }
  items.push(...single);
  return items;
}

function byRank(a: Group, b: Group): number {
  return (a.rank ?? 0) - (b.rank ?? 0) || byText(a.title, b.title);
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** Names as people order them: `web-2` before `web-10`. */
export function byText(a: string, b: string): number {
  return collator.compare(a, b);
}

/** Rows of a click with Shift: from `anchor` to `target`, both included. */
export function rangeOf(
  items: readonly { kind: string; key: string }[],
  anchor: string,
  target: string,
): string[] {
  const keys = items.filter((item) => item.kind === "row").map((item) => item.key);
  const from = keys.indexOf(anchor);
  const to = keys.indexOf(target);
  if (to < 0) return [];
  if (from < 0) return [target];
  return keys.slice(Math.min(from, to), Math.max(from, to) + 1);
}

/** Where the cursor goes when its row is no longer there: what took its place. */
export function keepCursor(
  items: readonly { key: string }[],
  cursor: string | null,
  lastAt: number,
): number {
  if (items.length === 0) return -1;
  const at = cursor === null ? -1 : items.findIndex((item) => item.key === cursor);
  if (at >= 0) return at;
  return Math.min(Math.max(lastAt, 0), items.length - 1);
}
