import type { RefObject } from "react";
import { useKeys } from "@/app/keymap";
import type { KeyBinding } from "@/app/keys";
import { t } from "@/i18n/i18n";
import type { RowAction, TableItem } from "./types";
import type { Selection } from "./useSelection";

export interface TableKeys<T> {
  box: RefObject<HTMLElement | null>;
  items: readonly TableItem<T>[];
  at: number;
  moveTo: (index: number) => void;
  page: () => number;
  selection: Selection;
  fold: (key: string, folded: boolean) => void;
  open: ((row: T) => void) | undefined;
  menu: () => void;
  actions: readonly RowAction<T>[];
  /** The rows that an action means now: the selection, or the one with the cursor. */
  targets: () => readonly T[];
}

/** True where keys of the list are meant: in it, or when nothing else has the focus. */
function listHasFocus(box: HTMLElement | null): boolean {
  const focused = document.activeElement;
  if (!focused || focused === document.body || focused.id === "main") return true;
  return (
    focused === box ||
    (box?.contains(focused) === true && focused.closest("button,a,input") === null)
  );
}

/** Keys of a table: cursor, selection, groups, and one for each action. */
export function useTableKeys<T>(table: TableKeys<T>): void {
  const { box, items, at, moveTo, selection, fold } = table;
  const here = () => listHasFocus(box.current);
  const current = items[at];
  const step = (by: number) => moveTo(Math.min(Math.max(at + by, 0), items.length - 1));
  const extend = (by: number) => {
    const to = items[Math.min(Math.max(at + by, 0), items.length - 1)];
    if (current?.kind === "row" && selection.keys.size === 0) selection.toggle(current.key);
    if (to?.kind === "row") selection.extend(items as TableItem<never>[], to.key);
    step(by);
  };
  const select = () => {
    if (current?.kind === "row") selection.toggle(current.key);
    if (current?.kind === "group") toggleGroup(current);
  };
  const toggleGroup = (group: Extract<TableItem<T>, { kind: "group" }>) => {
    if (group.folded) fold(group.group.key, false);
    const from = items.indexOf(group);
    const keys: string[] = [];
    for (const item of items.slice(from + 1)) {
      if (item.kind !== "row" || !item.inGroup) break;
      keys.push(item.key);
    }
    selection.add(keys, !keys.every((key) => selection.keys.has(key)));
  };
  const enter = () => {
    if (current?.kind === "group") fold(current.group.key, !current.folded);
    if (current?.kind === "row") table.open?.(current.row);
  };
  const sideways = (folded: boolean) => {
    if (current?.kind === "group") return fold(current.group.key, folded);
    if (!folded || current?.kind !== "row" || !current.inGroup) return;
    for (let up = at - 1; up >= 0; up--) if (items[up]?.kind === "group") return moveTo(up);
  };
  const all = () => selection.only(items.filter((it) => it.kind === "row").map((it) => it.key));

  const bindings: KeyBinding[] = [
    { keys: "j | ArrowDown", label: "key-down", run: () => step(1), when: here },
    { keys: "k | ArrowUp", label: "key-up", run: () => step(-1), when: here },
    { keys: "shift+ArrowDown", label: "key-extend-down", run: () => extend(1), when: here },
    { keys: "shift+ArrowUp", label: "key-extend-up", run: () => extend(-1), when: here },
    { keys: "Home", label: "key-first", run: () => moveTo(0), when: here, unlisted: true },
    {
      keys: "End",
      label: "key-last",
      run: () => moveTo(items.length - 1),
      when: here,
      unlisted: true,
    },
    {
      keys: "PageDown",
      label: "key-down",
      run: () => step(table.page()),
      when: here,
      unlisted: true,
    },
    { keys: "PageUp", label: "key-up", run: () => step(-table.page()), when: here, unlisted: true },
    { keys: "Enter", label: "key-open", run: enter, when: here },
    { keys: "Space | x", label: "key-select", run: select, when: here },
    { keys: "mod+a", label: "key-select-all", run: all, when: here },
    { keys: "ArrowLeft", label: "key-fold", run: () => sideways(true), when: here },
    { keys: "ArrowRight", label: "key-unfold", run: () => sideways(false), when: here },
    { keys: "m | ContextMenu | shift+F10", label: "key-menu", run: table.menu, when: here },
    {
      keys: "Escape",
      label: "key-deselect",
      run: selection.clear,
      when: () => here() && selection.keys.size > 0,
    },
  ];
  useKeys("keys-list", bindings);
  useKeys("keys-rows", actionKeys(table));
}

/** A binding for each action that has keys. */
function actionKeys<T>({ actions, targets }: TableKeys<T>): KeyBinding[] {
  return actions.flatMap((action) => {
    if (!action.keys) return [];
    const able = () => {
      const rows = targets();
      if (rows.length === 0 || (action.single && rows.length > 1)) return false;
      return (action.shown?.(rows) ?? true) && (action.can?.(rows) ?? true);
    };
    return [
      {
        keys: action.keys,
        label: action.label(1),
        run: () => void action.run(targets()),
        when: able,
      },
    ];
  });
}

/** The name of a binding: a message, or the words themselves. */
export function bindingLabel(binding: KeyBinding): string {
  return t(binding.label);
}
