import type { MenuEntry } from "../Menu";
import type { RowAction } from "./types";

/** The menu of some rows. */
export function actionMenu<T>(
  actions: readonly RowAction<T>[],
  rows: readonly T[],
): readonly MenuEntry[] {
  const entries: MenuEntry[] = [];
  for (const action of actions) {
    if (action.single && rows.length !== 1) continue;
    if (action.shown && !action.shown(rows)) continue;
    if (action.apart && entries.length > 0 && entries.at(-1) !== "-") entries.push("-");
    entries.push({
      id: action.id,
      label: action.label(rows.length),
      icon: action.icon,
      keys: action.keys,
      danger: action.danger,
      disabled: rows.length === 0 || action.can?.(rows) === false,
      run: () => void action.run(rows),
    });
  }
  return entries;
}
