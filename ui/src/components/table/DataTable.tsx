import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type MouseEvent,
  type ReactNode,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import { appearance } from "@/app/appearance";
import { usePref } from "@/app/prefs";
import { ContextMenu, type MenuEntry } from "../Menu";
import { BulkBar } from "./BulkBar";
import { chosenColumns, fitColumns, tracks } from "./columns";
import styles from "./DataTable.module.css";
import { itemsOf, keepCursor } from "./items";
import { actionMenu } from "./menu";
import { TableHead } from "./TableHead";
import { GroupLine, RowLine } from "./TableRow";
import type { Column, Group, RowAction, Sort, TableItem } from "./types";
import { useArranged } from "./useArranged";
import { useSelection } from "./useSelection";
import { useTableKeys } from "./useTableKeys";
import { useWidth } from "./useWidth";

export interface DataTableProps<T> {
  /** Under which choices are remembered. */
  name: string;
  /** For screen readers. */
  label: string;
  /** All rows; the same array as long as nothing changed. */
  rows: readonly T[];
  rowKey: (row: T) => string;
  /** Its name, for screen readers. */
  rowLabel: (row: T) => string;
  /** Kept by `useMemo`: other columns draw everything again. */
  columns: readonly Column<T>[];
  defaultSort: Sort;
  /** Sorts anew when it is another one, for columns whose values are not in the rows. */
  sortTick?: number;
  /** Stand above all others (pinned ones). */
  first?: (row: T) => boolean;
  filter?: (row: T) => boolean;
  groupOf?: (row: T) => Group | null;
  /** What stands in a group's head, beside its mark. */
  groupHead?: (group: Group, rows: readonly T[]) => ReactNode;
  groupMenu?: (group: Group, rows: readonly T[]) => readonly MenuEntry[];
  actions?: readonly RowAction<T>[];
  /** Enter, or a press on the row. */
  onOpen?: (row: T) => void;
  /** Whose detail is shown. */
  openKey?: string;
  /** Drawn instead of the rows when there are none. */
  empty: ReactNode;
  /** Drawn when rows are there, but none fits the filter. */
  unmatched?: ReactNode;
  selectable?: boolean;
}

const NO_ACTIONS: readonly never[] = [];
const NO_FOLDS: readonly string[] = [];
const NO_CHOICE: Record<string, boolean> = {};
const HEAD = 30;
const everything = () => true;

/** Rows of objects: sorted, grouped, selected, acted on; by pointer and by keys. */
export function DataTable<T>(props: DataTableProps<T>) {
  const { name, rows, rowKey, columns, actions = NO_ACTIONS, filter = everything } = props;
  const { selectable = actions.some((action) => action.bulk), first, groupMenu } = props;
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const [sort, setSort] = usePref<Sort>(`${name}.sort`, props.defaultSort);
  const [choice, setChoice] = usePref(`${name}.columns`, NO_CHOICE);
  const [foldedList, setFolded] = usePref(`${name}.folded`, NO_FOLDS);
  const selection = useSelection();
  const width = useWidth(box);

  const compare = useMemo(() => comparator(columns, sort, first), [columns, sort, first]);
  const arranged = useArranged(rows, rowKey, compare, box, props.sortTick);
  const folded = useMemo(() => new Set(foldedList), [foldedList]);
  const items = useMemo(
    () => itemsOf(arranged, props.groupOf, folded, filter),
    [arranged, props.groupOf, folded, filter],
  );

  const chosen = useMemo(() => chosenColumns(columns, choice), [columns, choice]);
  const shown = useMemo(
    () => fitColumns(chosen, width - (selectable ? 32 : 0) - 16),
    [chosen, width, selectable],
  );
  const template = `${selectable ? "32px " : "12px "}${tracks(shown)} 8px`;
  const quick = useMemo(() => actions.filter((action) => action.quick), [actions]);

  const [cursor, setCursor] = useState<string | null>(props.openKey ?? null);
  const lastAt = useRef(0);
  const at = keepCursor(items, cursor, lastAt.current);
  useEffect(() => {
    if (at >= 0) lastAt.current = at;
  }, [at]);

  const rowHeight = appearance().density === "comfortable" ? 40 : 32;
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => items[index]?.key ?? index,
    overscan: 10,
    scrollPaddingStart: HEAD,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another height measures all anew
  useEffect(() => virtual.measure(), [rowHeight]);

  const moveTo = (index: number) => {
    const item = items[index];
    if (!item) return;
    setCursor(item.key);
    virtual.scrollToIndex(index, { align: "auto" });
    scroller.current?.focus({ preventScroll: true });
  };
  const fold = (key: string, on: boolean) => {
    const next = new Set(foldedList);
    if (on) next.add(key);
    else next.delete(key);
    setFolded([...next]);
  };

  const selectedRows = useMemo(() => {
    const found: T[] = [];
    for (const key of selection.keys) {
      const row = arranged.rows.get(key);
      if (row !== undefined && !arranged.gone.has(key)) found.push(row);
    }
    return found;
  }, [selection.keys, arranged]);
  const current = items[at];
  const targets = (): readonly T[] => {
    if (selectedRows.length > 0) return selectedRows;
    if (current?.kind === "group") return current.rows;
    if (current?.kind === "row" && !arranged.gone.has(current.key)) return [current.row];
    return [];
  };

  const [menu, setMenu] = useState<readonly MenuEntry[]>([]);
  const menuFor = (item: TableItem<T> | undefined): readonly MenuEntry[] => {
    if (!item) return [];
    if (item.kind === "group") return groupMenu?.(item.group, item.rows) ?? [];
    if (arranged.gone.has(item.key)) return [];
    const many = selection.keys.has(item.key) && selectedRows.length > 1;
    return actionMenu(actions, many ? selectedRows : [item.row]);
  };
  const openMenu = () => {
    const line = document.getElementById(`${id}-${at}`);
    if (!line) return;
    const { left, bottom } = line.getBoundingClientRect();
    press(line, left + 40, bottom);
  };
  useTableKeys<T>({
    box: scroller,
    items,
    at,
    moveTo,
    page: () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2),
    selection,
    fold,
    open: props.onOpen,
    menu: openMenu,
    actions,
    targets,
  });
  useEffect(() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body || focused.id === "main") {
      scroller.current?.focus({ preventScroll: true });
    }
  }, []);

  const itemAt = (target: EventTarget): TableItem<T> | undefined => {
    const line = (target as HTMLElement).closest?.<HTMLElement>("[data-row],[data-group]");
    if (!line) return undefined;
    const key = line.dataset.row ?? `group:${line.dataset.group}`;
    return items.find((item) => item.key === key);
  };
  const onContextMenu = (event: MouseEvent) => {
    const item = itemAt(event.target);
    const entries = menuFor(item);
    if (!item || entries.length === 0) {
      event.preventDefault();
      return;
    }
    setCursor(item.key);
    setMenu(entries);
  };
  const onClick = (event: MouseEvent) => {
    const target = event.target as HTMLElement;
    const item = itemAt(target);
    if (!item || target.closest("a")) return;
    setCursor(item.key);
    const button = target.closest<HTMLElement>("button");
    if (button?.dataset.menu !== undefined) {
      const { left, bottom } = button.getBoundingClientRect();
      press(button, left, bottom);
      return;
    }
    const action = quick.find((it) => it.id === button?.dataset.quick);
    if (action && item.kind === "row") return void action.run([item.row]);
    if (button) return;
    const pick = target.closest("[data-pick]") !== null;
    if (item.kind === "group") {
      if (pick) {
        const keys = item.rows.map(rowKey);
        selection.add(keys, !keys.every((key) => selection.keys.has(key)));
      } else fold(item.group.key, !item.folded);
    } else if (event.shiftKey) selection.extend(items as TableItem<never>[], item.key);
    else if (pick || event.ctrlKey || event.metaKey) selection.toggle(item.key);
    else props.onOpen?.(item.row);
  };

  const visibleKeys = items.filter((it) => it.kind === "row").map((it) => it.key);
  const picked = visibleKeys.filter((key) => selection.keys.has(key)).length;
  const pickAll = () =>
    picked === visibleKeys.length ? selection.clear() : selection.only(visibleKeys);
  const hidden = selectedRows.filter((row) => !filter(row)).length;

  if (rows.length === 0 && arranged.order.length === 0) {
    return (
      <div ref={box} className={styles.table}>
        {props.empty}
      </div>
    );
  }
  return (
    <div ref={box} className={styles.table} data-picking={selection.keys.size > 0 || undefined}>
      <ContextMenu entries={menu}>
        <div
          ref={scroller}
          className={styles.scroll}
          role={props.groupOf ? "treegrid" : "grid"}
          tabIndex={0}
          aria-label={props.label}
          aria-rowcount={items.length + 1}
          aria-multiselectable={selectable || undefined}
          aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
          onClick={onClick}
          onContextMenu={onContextMenu}
        >
          <TableHead
            columns={shown}
            all={columns}
            template={template}
            sort={sort}
            onSort={setSort}
            shown={(columnId) => chosen.some((column) => column.id === columnId)}
            onChoose={(columnId, on) => setChoice({ ...choice, [columnId]: on })}
            selectable={selectable}
            picked={picked === 0 ? "none" : picked === visibleKeys.length ? "all" : "some"}
            onPickAll={pickAll}
          />
          <div role="rowgroup" className={styles.body} style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map((line) => {
              const item = items[line.index];
              if (!item) return null;
              const common = {
                id: `${id}-${line.index}`,
                index: line.index,
                top: line.start,
                cursor: line.index === at,
                template,
                selectable,
              };
              if (item.kind === "group") {
                return (
                  <GroupLine
                    key={item.key}
                    {...common}
                    item={item}
                    columns={shown}
                    selected={item.rows.every((row) => selection.keys.has(rowKey(row)))}
                    hasMenu={groupMenu !== undefined}
                  >
                    {props.groupHead?.(item.group, item.rows) ?? item.group.title}
                  </GroupLine>
                );
              }
              return (
                <RowLine
                  key={item.key}
                  {...common}
                  rowKey={item.key}
                  row={item.row}
                  columns={shown}
                  quick={quick}
                  selected={selection.keys.has(item.key)}
                  open={item.key === props.openKey}
                  gone={arranged.gone.has(item.key)}
                  fresh={arranged.fresh.has(item.key)}
                  inGroup={item.inGroup}
                  hasMenu={actions.length > 0}
                  label={props.rowLabel(item.row)}
                />
              );
            })}
          </div>
          {items.length === 0 && props.unmatched}
        </div>
      </ContextMenu>
      {selectedRows.length > 0 && (
        <BulkBar rows={selectedRows} hidden={hidden} actions={actions} onClear={selection.clear} />
      )}
    </div>
  );
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

/** Opens the menu as a press of the right button would. */
function press(element: HTMLElement, clientX: number, clientY: number): void {
  element.dispatchEvent(
    new globalThis.MouseEvent("contextmenu", { bubbles: true, cancelable: true, clientX, clientY }),
  );
}
