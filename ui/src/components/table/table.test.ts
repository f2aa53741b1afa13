import { describe, expect, test } from "vitest";
import { chosenColumns, fitColumns, tracks } from "./columns";
import { byText, itemsOf, keepCursor, rangeOf } from "./items";
import { type Arranged, arrange, nothing } from "./order";

interface Row {
  id: string;
  cpu: number;
  group?: string;
}

const keyOf = (row: Row) => row.id;
const byCpu = (a: Row, b: Row) => b.cpu - a.cpu;
const row = (id: string, cpu: number, group?: string): Row => ({ id, cpu, group });

function start(...rows: Row[]): Arranged<Row> {
  return arrange(nothing<Row>(), rows, keyOf, byCpu, false);
}

describe("the order of rows", () => {
  test("is sorted when nobody looks", () => {
    const first = start(row("a", 1), row("b", 2));
    expect(first.order).toEqual(["b", "a"]);
    const next = arrange(first, [row("a", 9), row("b", 2)], keyOf, byCpu, false);
    expect(next.order).toEqual(["a", "b"]);
  });

  test("stays while it is held, though values change", () => {
    const next = arrange(
      start(row("a", 1), row("b", 2)),
      [row("a", 9), row("b", 2)],
      keyOf,
      byCpu,
      true,
    );
    expect(next.order).toEqual(["b", "a"]);
    expect(next.rows.get("a")?.cpu).toBe(9);
  });

  test("keeps a row that went away in its place, until it is no longer held", () => {
    const held = arrange(
      start(row("a", 3), row("b", 2), row("c", 1)),
      [row("a", 3), row("c", 1)],
      keyOf,
      byCpu,
      true,
    );
    expect(held.order).toEqual(["a", "b", "c"]);
    expect([...held.gone]).toEqual(["b"]);
    const still = arrange(held, [row("a", 3), row("c", 1)], keyOf, byCpu, true);
    expect([...still.gone]).toEqual(["b"]);
    const free = arrange(still, [row("a", 3), row("c", 1)], keyOf, byCpu, false);
    expect(free.order).toEqual(["a", "c"]);
    expect(free.gone.size).toBe(0);
  });

  test("takes a row that came back as alive", () => {
    const before = start(row("a", 1), row("b", 2));
    const without = arrange(before, [row("a", 1)], keyOf, byCpu, true);
    const again = arrange(without, [row("a", 1), row("b", 5)], keyOf, byCpu, true);
    expect(again.gone.size).toBe(0);
    expect(again.rows.get("b")?.cpu).toBe(5);
  });

  test("puts a new row where it belongs, without moving the others", () => {
    const next = arrange(
      start(row("a", 9), row("b", 1)),
      [row("a", 9), row("b", 1), row("c", 5), row("d", 0)],
      keyOf,
      byCpu,
      true,
    );
    expect(next.order).toEqual(["a", "c", "b", "d"]);
  });
});

describe("the lines of the screen", () => {
  const group = (it: Row) => (it.group ? { key: it.group, title: it.group } : null);
  const rows = start(row("x", 9, "shop"), row("y", 8), row("z", 7, "blog"), row("w", 6, "shop"));

  test("are groups by name, then rows without one", () => {
    const items = itemsOf(rows, group, new Set(), () => true);
    expect(items.map((item) => item.key)).toEqual(["group:blog", "z", "group:shop", "x", "w", "y"]);
  });

  test("a folded group keeps its rows for its head", () => {
    const items = itemsOf(rows, group, new Set(["shop"]), () => true);
    expect(items.map((item) => item.key)).toEqual(["group:blog", "z", "group:shop", "y"]);
    const shop = items[2];
    expect(shop?.kind === "group" && shop.rows.length).toBe(2);
  });

  test("a group without a row that fits the filter is not shown", () => {
    const items = itemsOf(rows, group, new Set(), (it) => it.id !== "z");
    expect(items.map((item) => item.key)).not.toContain("group:blog");
  });
});

describe("a range", () => {
  const items = ["a", "b", "c", "d"].map((key) => ({ kind: key === "c" ? "group" : "row", key }));

  test("goes both ways and leaves group heads out", () => {
    expect(rangeOf(items, "a", "d")).toEqual(["a", "b", "d"]);
    expect(rangeOf(items, "d", "a")).toEqual(["a", "b", "d"]);
  });

  test("is the target alone when its beginning is gone", () => {
    expect(rangeOf(items, "gone", "b")).toEqual(["b"]);
    expect(rangeOf(items, "a", "gone")).toEqual([]);
  });
});

test("the cursor stays at its place when its row goes", () => {
  const items = [{ key: "a" }, { key: "b" }];
  expect(keepCursor(items, "b", 0)).toBe(1);
  expect(keepCursor(items, "gone", 1)).toBe(1);
  expect(keepCursor(items, "gone", 9)).toBe(1);
  expect(keepCursor(items, null, -1)).toBe(0);
  expect(keepCursor([], "a", 3)).toBe(-1);
});

test("names are ordered as people do", () => {
  expect(["web-10", "Web-2", "api"].sort(byText)).toEqual(["api", "Web-2", "web-10"]);
});

describe("columns", () => {
  const columns = [
    { id: "name", min: 200, grow: 2, fixed: true },
    { id: "image", min: 150, grow: 1, priority: 3 },
    { id: "cpu", min: 80, priority: 8 },
    { id: "id", min: 100, optional: true, priority: 1 },
  ];

  test("are those that the user chose, and fixed ones always", () => {
    const ids = (choice: Record<string, boolean>) =>
      chosenColumns(columns, choice).map((column) => column.id);
    expect(ids({})).toEqual(["name", "image", "cpu"]);
    expect(ids({ id: true, cpu: false, name: false })).toEqual(["name", "image", "id"]);
  });

  test("the least important ones go where there is no room", () => {
    const ids = (width: number) => fitColumns(columns, width).map((column) => column.id);
    expect(ids(1000)).toEqual(["name", "image", "cpu", "id"]);
    expect(ids(440)).toEqual(["name", "image", "cpu"]);
    expect(ids(300)).toEqual(["name", "cpu"]);
    expect(ids(10)).toEqual(["name"]);
  });

  test("share the room that is left", () => {
    expect(tracks(columns)).toBe("minmax(200px, 2fr) minmax(150px, 1fr) 80px 100px");
  });
});
