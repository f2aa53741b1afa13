import { SquareTerminal } from "lucide-react";
import { t } from "@/i18n/i18n";
import { platform } from "@/platform";
import type { MenuEntry } from "../Menu";
import type { RowAction } from "./types";

/** The menu of some rows. */
export function actionMenu<T>(
  actions: readonly RowAction<T>[],
  rows: readonly T[],
): readonly MenuEntry[] {
  const entries: MenuEntry[] = [];
  const commands: MenuEntry[] = [];
  for (const action of actions) {
    if (action.single && rows.length !== 1) continue;
    if (action.shown && !action.shown(rows)) continue;
    if (action.command && rows.length > 0 && action.can?.(rows) !== false) {
      const command = action.command(rows);
      const label = command.length > 60 ? `${command.slice(0, 58)}…` : command;
      commands.push({ id: action.id, label, run: () => void platform.copy(command) });
    }
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
  if (commands.length > 0) {
    const label = t("table-commands");
    entries.push("-", { id: "commands", label, icon: SquareTerminal, entries: commands });
  }
  return entries;
}
