import type { LucideIcon } from "lucide-react";
import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { useKeys } from "@/app/keymap";
import styles from "./Tabs.module.css";

export interface Tab {
  id: string;
  label: string;
  icon?: LucideIcon;
  /** Beside the label. */
  count?: number;
  content: ReactNode;
}

export interface TabsProps {
  label: string;
  tabs: readonly Tab[];
  value: string;
  onChange: (id: string) => void;
  /** Right of the tabs. */
  tools?: ReactNode;
}

/** The tab `by` places further, around the end. */
export function nextTab(tabs: readonly { id: string }[], value: string, by: 1 | -1): string {
  const at = tabs.findIndex((tab) => tab.id === value);
  return tabs[(at + by + tabs.length) % tabs.length]?.id ?? value;
}

/** Tabs; `[` and `]` change them. Only the open one is drawn. */
export function Tabs({ label, tabs, value, onChange, tools }: TabsProps) {
  useKeys("keys-tabs", [
    { keys: "[", label: "key-tab-before", run: () => onChange(nextTab(tabs, value, -1)) },
    { keys: "]", label: "key-tab-next", run: () => onChange(nextTab(tabs, value, 1)) },
  ]);
  return (
    <Radix.Root className={styles.root} value={value} onValueChange={onChange}>
      <div className={styles.head}>
        <Radix.List className={styles.list} aria-label={label}>
          {tabs.map((tab) => (
            <Radix.Trigger key={tab.id} value={tab.id} className={styles.tab}>
              {tab.icon && <tab.icon size={14} strokeWidth={1.6} aria-hidden />}
              {tab.label}
              {tab.count !== undefined && <span className={styles.count}>{tab.count}</span>}
            </Radix.Trigger>
          ))}
        </Radix.List>
        {tools && <div className={styles.tools}>{tools}</div>}
      </div>
      {tabs.map((tab) => (
        <Radix.Content key={tab.id} value={tab.id} className={styles.content}>
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
