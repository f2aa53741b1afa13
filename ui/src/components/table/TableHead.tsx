import { ArrowDown, ArrowUp } from "lucide-react";
import { useT } from "@/i18n/i18n";
import { cx } from "../cx";
import styles from "./DataTable.module.css";
import type { Column, Sort } from "./types";

export interface TableHeadProps<T> {
  columns: readonly Column<T>[];
  template: string;
  sort: Sort;
  onSort: (sort: Sort) => void;
  selectable: boolean;
  /** How many of the visible rows are selected. */
  picked: "none" | "some" | "all";
  onPickAll: () => void;
}

/** Names of the columns: press one to sort by it. */
export function TableHead<T>(props: TableHeadProps<T>) {
  const { columns, sort } = props;
  const t = useT();
  return (
    <div role="rowgroup" className={styles.head}>
      <div
        role="row"
        aria-rowindex={1}
        className={styles.headRow}
        style={{ gridTemplateColumns: props.template }}
      >
        {props.selectable ? (
          <span role="columnheader" className={cx(styles.cell, styles.pick)}>
            <input
              type="checkbox"
              tabIndex={-1}
              checked={props.picked === "all"}
              ref={(box) => {
                if (box) box.indeterminate = props.picked === "some";
              }}
              onChange={props.onPickAll}
              aria-label={t("table-select-all")}
            />
          </span>
        ) : (
          <span role="columnheader" />
        )}
        {columns.map((column) => (
          <HeadCell key={column.id} column={column} sort={sort} onSort={props.onSort} />
        ))}
      </div>
    </div>
  );
}

interface HeadCellProps<T> {
  column: Column<T>;
  sort: Sort;
  onSort: (sort: Sort) => void;
}

function HeadCell<T>({ column, sort, onSort }: HeadCellProps<T>) {
  const here = sort.column === column.id;
  const press = () => {
    const first = column.descendFirst ?? false;
    onSort({ column: column.id, descending: here ? !sort.descending : first });
  };
  const title = <span className={cx(column.untitled && "visually-hidden")}>{column.title}</span>;
  const Arrow = sort.descending ? ArrowDown : ArrowUp;
  return (
    <span
      role="columnheader"
      aria-sort={here ? (sort.descending ? "descending" : "ascending") : undefined}
      className={cx(styles.cell, styles.headCell, column.align === "end" && styles.end)}
    >
      {column.compare ? (
        <button type="button" tabIndex={-1} className={styles.sort} onClick={press}>
          {title}
          {here && <Arrow size={12} aria-hidden />}
        </button>
      ) : (
        title
      )}
    </span>
  );
}
