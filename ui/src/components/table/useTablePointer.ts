import { type MouseEvent, useState } from "react";
import type { MenuEntry } from "../Menu";
import type { DataTableProps } from "./DataTable";
import { actionMenu } from "./menu";
import type { RowAction, TableItem } from "./types";
import type { Selection } from "./useSelection";

export interface TablePointer<T> {
  props: DataTableProps<T>;
  items: readonly TableItem<T>[];
  gone: ReadonlySet<string>;
  selection: Selection;
  selectedRows: readonly T[];
  actions: readonly RowAction<T>[];
  setCursor: (key: string) => void;
  fold: (key: string, folded: boolean) => void;
}

/** What presses of the pointer in a table do; one listener for all rows. */
export function useTablePointer<T>(table: TablePointer<T>) {
  const { props, items, selection, actions, setCursor } = table;
  const [menu, setMenu] = useState<readonly MenuEntry[]>([]);

  const itemAt = (target: EventTarget): TableItem<T> | undefined => {
    const line = (target as HTMLElement).closest?.<HTMLElement>("[data-row],[data-group]");
    if (!line) return undefined;
    const key = line.dataset.row ?? `group:${line.dataset.group}`;
    return items.find((item) => item.key === key);
  };
  const menuFor = (item: TableItem<T>): readonly MenuEntry[] => {
    if (item.kind === "group") return props.groupMenu?.(item.group, item.rows) ?? [];
    if (table.gone.has(item.key)) return [];
    const many = selection.keys.has(item.key) && table.selectedRows.length > 1;
    return actionMenu(actions, many ? table.selectedRows : [item.row]);
  };
  const onContextMenu = (event: MouseEvent) => {
    const item = itemAt(event.target);
    const entries = item ? menuFor(item) : [];
    if (!item || entries.length === 0) {
      event.preventDefault();
      return;
    }
    setCursor(item.key);
    setMenu(entries);
  };
  const pressButton = (button: HTMLElement, item: TableItem<T>) => {
    if (button.dataset.menu !== undefined) {
      const { left, bottom } = button.getBoundingClientRect();
      openMenuAt(button, left, bottom);
    }
    const action = actions.find((it) => it.id === button.dataset.quick);
    if (action && item.kind === "row") void action.run([item.row]);
  };
  const pressGroup = (item: Extract<TableItem<T>, { kind: "group" }>, pick: boolean) => {
    if (!pick) return table.fold(item.group.key, !item.folded);
    const keys = item.rows.map(props.rowKey);
    selection.add(keys, !keys.every((key) => selection.keys.has(key)));
  };
  const onClick = (event: MouseEvent) => {
    const target = event.target as HTMLElement;
    const item = itemAt(target);
    if (!item || target.closest("a")) return;
    setCursor(item.key);
    const button = target.closest<HTMLElement>("button");
    if (button) return pressButton(button, item);
    const pick = target.closest("[data-pick]") !== null;
    if (item.kind === "group") pressGroup(item, pick);
    else if (event.shiftKey) selection.extend(items as TableItem<never>[], item.key);
    else if (pick || event.ctrlKey || event.metaKey) selection.toggle(item.key);
    else props.onOpen?.(item.row);
  };
  return { menu, onClick, onContextMenu };
}

/** Opens the menu as a press of the right button would. */
export function openMenuAt(element: HTMLElement, clientX: number, clientY: number): void {
  element.dispatchEvent(
    new globalThis.MouseEvent("contextmenu", { bubbles: true, cancelable: true, clientX, clientY }),
  );
}
