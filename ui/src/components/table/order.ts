/** What the table shows of its rows: order and rows that are gone. Pure. */
export interface Arranged<T> {
  /** Keys in the order of the screen. */
  order: readonly string[];
  /** The newest known value of each, gone ones too. */
  rows: ReadonlyMap<string, T>;
  /** Keys of rows that are gone and still shown. */
  gone: ReadonlySet<string>;
  /** Keys of rows that just came. */
  fresh: ReadonlySet<string>;
}

export function nothing<T>(): Arranged<T> {
  return { order: [], rows: new Map(), gone: new Set(), fresh: new Set() };
}

/**
 * The next arrangement. While it is `held` (somebody looks at it closely) known
 * rows stay where they are, rows that went away stay too, and new ones come in
 * where the order wants them; otherwise all is sorted and gone rows leave.
 */
export function arrange<T>(
  before: Arranged<T>,
  rows: readonly T[],
  keyOf: (row: T) => string,
  compare: (a: T, b: T) => number,
  held: boolean,
): Arranged<T> {
  const now = new Map(rows.map((row) => [keyOf(row), row]));
  const known = before.order.length > 0;
  const fresh = new Set(known ? [...now.keys()].filter((key) => !before.rows.has(key)) : []);
  if (!held || !known) {
    const order = [...rows].sort(compare).map(keyOf);
    return { order, rows: now, gone: new Set(), fresh };
  }
  const gone = new Set<string>();
  const all = new Map<string, T>();
  for (const key of before.order) {
    const row = now.get(key);
    const last = before.rows.get(key);
    if (row !== undefined) all.set(key, row);
    else if (last !== undefined) {
      all.set(key, last);
      gone.add(key);
    }
  }
  const order = [...all.keys()];
  for (const row of rows.filter((row) => fresh.has(keyOf(row))).sort(compare)) {
    all.set(keyOf(row), row);
    order.splice(placeFor(row, order, all, compare), 0, keyOf(row));
  }
  return { order, rows: all, gone, fresh };
}

function placeFor<T>(
  row: T,
  order: readonly string[],
  all: ReadonlyMap<string, T>,
  compare: (a: T, b: T) => number,
): number {
  const at = order.findIndex((key) => {
    const other = all.get(key);
    return other !== undefined && compare(row, other) < 0;
  });
  return at < 0 ? order.length : at;
}
