import { X } from "lucide-react";
import { useT } from "@/i18n/i18n";
import { Button, IconButton } from "../Button";
import styles from "./DataTable.module.css";
import type { RowAction } from "./types";

export interface BulkBarProps<T> {
  rows: readonly T[];
  /** Selected, but not shown by the filter. */
  hidden: number;
  actions: readonly RowAction<T>[];
  onClear: () => void;
}

/** What can be done to the selected rows; says how many they are. */
export function BulkBar<T>({ rows, hidden, actions, onClear }: BulkBarProps<T>) {
  const t = useT();
  const offered = actions.filter((action) => action.bulk);
  return (
    <div
      className={styles.bulk}
      role="toolbar"
      aria-label={t("table-selected", { count: rows.length })}
    >
      <span className={styles.bulkCount}>
        {t("table-selected", { count: rows.length })}
        {hidden > 0 && (
          <span className={styles.bulkHidden}>{t("table-selected-hidden", { count: hidden })}</span>
        )}
      </span>
      {offered.map((action) => (
        <Button
          key={action.id}
          look={action.danger ? "danger" : "plain"}
          icon={action.icon}
          keys={action.keys}
          disabled={action.can?.(rows) === false}
          onClick={() => void action.run(rows)}
        >
          {action.label(rows.length)}
        </Button>
      ))}
      <IconButton small icon={X} label={t("table-clear")} keys="Escape" onClick={onClear} />
    </div>
  );
}
