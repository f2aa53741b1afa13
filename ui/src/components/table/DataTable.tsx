import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react";
import { appearance } from "@/app/appearance";
import { ContextMenu, type MenuEntry } from "../Menu";
import { BulkBar } from "./BulkBar";
import { ColumnMenu } from "./ColumnMenu";
import styles from "./DataTable.module.css";
import { keepCursor } from "./items";
import { TableHead } from "./TableHead";
import { GroupLine, RowLine } from "./TableRow";
import type { Column, Group, RowAction, Sort } from "./types";
import { useSelection } from "./useSelection";
import { useTableKeys } from "./useTableKeys";
import { openMenuAt, useTablePointer } from "./useTablePointer";
import { useTableView } from "./useTableView";

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
  /** The cursor moved to a row by keys while a detail is shown: show that one instead. */
  onFollow?: (row: T) => void;
  /** Whose detail is shown. */
  openKey?: string;
  /** Drawn instead of the rows when there are none. */
  empty: ReactNode;
  /** Drawn when rows are there, but none fits the filter. */
  unmatched?: ReactNode;
  selectable?: boolean;
}

const NO_ACTIONS: readonly never[] = [];
const HEAD = 30;
/** Held keys don't open each row on the way. */
const FOLLOW_MS = 140;

/** Rows of objects: sorted, grouped, selected, acted on; by pointer and by keys. */
export function DataTable<T>(props: DataTableProps<T>) {
  const { rows, rowKey, columns, actions = NO_ACTIONS, groupMenu } = props;
  const { selectable = actions.some((action) => action.bulk) } = props;
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const view = useTableView(props, box, selectable);
  const { arranged, items, shown, template, sort, setSort, fold } = view;
  const selection = useSelection();
  const quick = useMemo(() => actions.filter((action) => action.quick), [actions]);

  const [cursor, setCursor] = useState<string | null>(props.openKey ?? null);
  const follow = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(follow.current), []);
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
    clearTimeout(follow.current);
    if (props.openKey !== undefined && item.kind === "row" && item.key !== props.openKey) {
      follow.current = setTimeout(() => props.onFollow?.(item.row), FOLLOW_MS);
    }
  };
  const selectedRows = useMemo(() => {
    const found: T[] = [];
    for (const key of selection.keys) {
      const row = arranged.rows.get(key);
      if (row !== undefined && !arranged.gone.has(key)) found.push(row);
    }
    return found;
  }, [selection.keys, arranged]);
  const targets = (): readonly T[] => {
    const current = items[at];
    if (selectedRows.length > 0) return selectedRows;
    if (current?.kind === "group") return current.rows;
    if (current?.kind === "row" && !arranged.gone.has(current.key)) return [current.row];
    return [];
  };
  const pointer = useTablePointer({
    props,
    items,
    gone: arranged.gone,
    selection,
    selectedRows,
    actions,
    setCursor,
    fold,
  });
  useTableKeys<T>({
    box: scroller,
    items,
    at,
    moveTo,
    page: () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2),
    selection,
    fold,
    open: props.onOpen,
    menu: () => {
      const line = document.getElementById(`${id}-${at}`);
      const place = line?.getBoundingClientRect();
      if (line && place) openMenuAt(line, place.left + 40, place.bottom);
    },
    actions,
    targets,
  });
  useEffect(() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body || focused.id === "main") {
      scroller.current?.focus({ preventScroll: true });
    }
  }, []);

  if (rows.length === 0 && arranged.order.length === 0) {
    return (
      <div ref={box} className={styles.table}>
        {props.empty}
      </div>
    );
  }
  const visible = items.filter((it) => it.kind === "row").map((it) => it.key);
  const picked = visible.filter((key) => selection.keys.has(key)).length;
  const all = picked === visible.length;
  return (
    <div ref={box} className={styles.table} data-picking={selection.keys.size > 0 || undefined}>
      <ContextMenu entries={pointer.menu}>
        <div
          ref={scroller}
          className={styles.scroll}
          role={props.groupOf ? "treegrid" : "grid"}
          tabIndex={0}
          aria-label={props.label}
          aria-rowcount={items.length + 1}
          aria-multiselectable={selectable || undefined}
          aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
          onClick={pointer.onClick}
          onContextMenu={pointer.onContextMenu}
        >
          <TableHead
            columns={shown}
            template={template}
            sort={sort}
            onSort={setSort}
            selectable={selectable}
            picked={picked === 0 ? "none" : all ? "all" : "some"}
            onPickAll={() => (all ? selection.clear() : selection.only(visible))}
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
                columns: shown,
              };
              if (item.kind === "group") {
                return (
                  <GroupLine
                    key={item.key}
                    {...common}
                    item={item}
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
      <ColumnMenu
        columns={columns}
        shown={(column) => view.chosen.includes(column)}
        onChoose={view.choose}
        sort={sort}
        onSort={setSort}
      />
      {selectedRows.length > 0 && (
        <BulkBar
          rows={selectedRows}
          hidden={selectedRows.filter((row) => !view.filter(row)).length}
          actions={actions}
          onClear={selection.clear}
        />
      )}
    </div>
  );
}
