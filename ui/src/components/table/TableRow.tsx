import { ChevronRight, Ellipsis } from "lucide-react";
import { memo, type ReactNode } from "react";
import { useT } from "@/i18n/i18n";
import { IconButton } from "../Button";
import { cx } from "../cx";
import styles from "./DataTable.module.css";
import type { Column, RowAction, TableItem } from "./types";

interface LineProps {
  id: string;
  index: number;
  /** Pixels from the top of the list. */
  top: number;
  cursor: boolean;
  template: string;
}

export interface RowLineProps<T> extends LineProps {
  rowKey: string;
  row: T;
  columns: readonly Column<T>[];
  quick: readonly RowAction<T>[];
  selected: boolean;
  /** Its detail is shown. */
  open: boolean;
  gone: boolean;
  /** It just came. */
  fresh: boolean;
  inGroup: boolean;
  selectable: boolean;
  hasMenu: boolean;
  label: string;
}

function Row<T>(props: RowLineProps<T>) {
  const { row, columns, selected, open, gone, cursor, inGroup, quick } = props;
  const t = useT();
  return (
    <div
      id={props.id}
      role="row"
      aria-rowindex={props.index + 2}
      aria-selected={selected}
      aria-level={inGroup ? 2 : undefined}
      data-row={props.rowKey}
      className={cx(
        styles.row,
        selected && styles.selected,
        open && styles.open,
        cursor && styles.cursor,
        gone && styles.gone,
        props.fresh && styles.fresh,
        inGroup && styles.inGroup,
      )}
      style={{ transform: `translateY(${props.top}px)`, gridTemplateColumns: props.template }}
    >
      {props.selectable ? (
        <span role="gridcell" className={cx(styles.cell, styles.pick)}>
          <input
            type="checkbox"
            tabIndex={-1}
            checked={selected}
            readOnly
            data-pick
            aria-label={t("table-select", { name: props.label })}
          />
        </span>
      ) : (
        <span role="gridcell" />
      )}
      {columns.map((column) => (
        <span
          key={column.id}
          role="gridcell"
          className={cx(styles.cell, column.align === "end" && styles.end)}
        >
          {column.cell(row)}
        </span>
      ))}
      {!gone && (quick.length > 0 || props.hasMenu) && (
        <span className={styles.quick} role="gridcell">
          {quick.map((action) =>
            (action.shown?.([row]) ?? true) ? (
              <IconButton
                key={action.id}
                small
                tabIndex={-1}
                icon={action.icon ?? Ellipsis}
                label={action.label(1)}
                keys={action.keys}
                disabled={action.can?.([row]) === false}
                data-quick={action.id}
              />
            ) : null,
          )}
          {props.hasMenu && (
            <IconButton small tabIndex={-1} icon={Ellipsis} label={t("table-more")} data-menu />
          )}
        </span>
      )}
    </div>
  );
}

/** One row; drawn again only when something of it is different. */
export const RowLine = memo(Row) as typeof Row;

export interface GroupLineProps<T> extends LineProps {
  item: Extract<TableItem<T>, { kind: "group" }>;
  columns: readonly Column<T>[];
  selectable: boolean;
  selected: boolean;
  hasMenu: boolean;
  children: ReactNode;
}

/** The head of a group. */
export function GroupLine<T>({ item, columns, children, ...props }: GroupLineProps<T>) {
  const t = useT();
  const sums = columns.findIndex((column) => column.groupCell !== undefined);
  const from = sums < 0 ? columns.length : sums;
  const rest = columns.slice(from);
  return (
    <div
      id={props.id}
      role="row"
      aria-rowindex={props.index + 2}
      aria-expanded={!item.folded}
      aria-level={1}
      data-group={item.group.key}
      className={cx(styles.row, styles.group, props.cursor && styles.cursor)}
      style={{ transform: `translateY(${props.top}px)`, gridTemplateColumns: props.template }}
    >
      {props.selectable ? (
        <span role="gridcell" className={cx(styles.cell, styles.pick)}>
          <input
            type="checkbox"
            tabIndex={-1}
            checked={props.selected}
            readOnly
            data-pick
            aria-label={t("table-select", { name: item.group.title })}
          />
        </span>
      ) : (
        <span role="gridcell" />
      )}
      <span
        role="gridcell"
        className={styles.groupCell}
        style={{ gridColumn: `span ${Math.max(from, 1)}` }}
      >
        <ChevronRight
          size={14}
          className={cx(styles.chevron, !item.folded && styles.unfolded)}
          aria-hidden
        />
        {children}
      </span>
      {rest.map((column) => (
        <span
          key={column.id}
          role="gridcell"
          className={cx(styles.cell, styles.sum, column.align === "end" && styles.end)}
        >
          {column.groupCell?.(item.rows)}
        </span>
      ))}
      {props.hasMenu && (
        <span className={styles.quick} role="gridcell">
          <IconButton small tabIndex={-1} icon={Ellipsis} label={t("table-more")} data-menu />
        </span>
      )}
    </div>
  );
}
