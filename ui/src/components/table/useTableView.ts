import { type RefObject, useMemo } from "react";
import { usePref } from "@/app/prefs";
import { chosenColumns, fitColumns, tracks } from "./columns";
import type { DataTableProps } from "./DataTable";
import { itemsOf } from "./items";
import type { Column, Sort } from "./types";
import { useArranged } from "./useArranged";
import { useWidth } from "./useWidth";

const NO_FOLDS: readonly string[] = [];
const NO_CHOICE: Record<string, boolean> = {};
const everything = () => true;

/** What a table shows of its rows: order, groups, columns; with what the user chose and is remembered. */
export function useTableView<T>(
  props: DataTableProps<T>,
  box: RefObject<HTMLElement | null>,
  selectable: boolean,
) {
  const { name, rows, rowKey, columns, first, groupOf, filter = everything } = props;
  const [sort, setSort] = usePref<Sort>(`${name}.sort`, props.defaultSort);
  const [choice, setChoice] = usePref(`${name}.columns`, NO_CHOICE);
  const [foldedList, setFolded] = usePref(`${name}.folded`, NO_FOLDS);
  const width = useWidth(box);

  const compare = useMemo(() => comparator(columns, sort, first), [columns, sort, first]);
  const arranged = useArranged(rows, rowKey, compare, box, props.sortTick);
  const folded = useMemo(() => new Set(foldedList), [foldedList]);
  const items = useMemo(
    () => itemsOf(arranged, groupOf, folded, filter),
    [arranged, groupOf, folded, filter],
  );
  const chosen = useMemo(() => chosenColumns(columns, choice), [columns, choice]);
  const shown = useMemo(
    () => fitColumns(chosen, width - (selectable ? 48 : 28)),
    [chosen, width, selectable],
  );
  const template = `${selectable ? "32px" : "12px"} ${tracks(shown)} 8px`;
  const fold = (key: string, on: boolean) => {
    const next = new Set(foldedList);
    if (on) next.add(key);
    else next.delete(key);
    setFolded([...next]);
  };
  const choose = (id: string, on: boolean) => setChoice({ ...choice, [id]: on });
  return { arranged, items, filter, sort, setSort, chosen, choose, shown, template, fold };
}

function comparator<T>(
  columns: readonly Column<T>[],
  sort: Sort,
  first: ((row: T) => boolean) | undefined,
): (a: T, b: T) => number {
  const compare = columns.find((column) => column.id === sort.column)?.compare ?? (() => 0);
  const sign = sort.descending ? -1 : 1;
  return (a, b) => {
    if (first) {
      const above = Number(first(b)) - Number(first(a));
      if (above !== 0) return above;
    }
    return sign * compare(a, b);
  };
}
