import { Columns3 } from "lucide-react";
import { useT } from "@/i18n/i18n";
import { IconButton } from "../Button";
import { Menu, type MenuEntry } from "../Menu";
import styles from "./DataTable.module.css";
import type { Column, Sort } from "./types";

export interface ColumnMenuProps<T> {
  columns: readonly Column<T>[];
  shown: (column: Column<T>) => boolean;
  onChoose: (id: string, shown: boolean) => void;
  sort: Sort;
  onSort: (sort: Sort) => void;
}

/** By what the table is sorted and which columns it has; for keys too, as its head is not. */
export function ColumnMenu<T>({ columns, shown, onChoose, sort, onSort }: ColumnMenuProps<T>) {
  const t = useT();
  const by = columns.filter((column) => column.compare);
  const loose = columns.filter((column) => !column.fixed);
  const order = (descending: boolean): MenuEntry => ({
    id: descending ? "descending" : "ascending",
    label: t(descending ? "table-descending" : "table-ascending"),
    checked: sort.descending === descending,
    run: () => onSort({ ...sort, descending }),
  });
  const sorts: MenuEntry = {
    id: "sort",
    label: t("table-sort"),
    disabled: by.length === 0,
    entries: [
      ...by.map((column) => ({
        id: `by-${column.id}`,
        label: column.title,
        checked: sort.column === column.id,
        run: () => onSort({ column: column.id, descending: column.descendFirst ?? false }),
      })),
      "-",
      order(false),
      order(true),
    ],
  };
  const choices: MenuEntry[] = loose.map((column) => ({
    id: column.id,
    label: column.title,
    checked: shown(column),
    stay: true,
    run: () => onChoose(column.id, !shown(column)),
  }));
  return (
    <div className={styles.choose}>
      <Menu entries={choices.length > 0 ? [sorts, "-", ...choices] : [sorts]}>
        <IconButton small icon={Columns3} label={t("table-columns")} />
      </Menu>
    </div>
  );
}
