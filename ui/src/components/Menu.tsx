import type { LucideIcon } from "lucide-react";
import { ContextMenu as RadixContext, DropdownMenu as RadixMenu } from "radix-ui";
import { Fragment, type ReactNode } from "react";
import { cx } from "./cx";
import { Kbd } from "./Kbd";
import styles from "./Menu.module.css";

/** An entry of a menu; `"-"` draws a line. */
export type MenuEntry =
  | "-"
  | {
      id: string;
      label: string;
      icon?: LucideIcon;
      keys?: string;
      danger?: boolean;
      disabled?: boolean;
      /** Draws a tick box. */
      checked?: boolean;
      /** Leaves the menu open. */
      stay?: boolean;
      /** A menu inside. */
      entries?: readonly MenuEntry[];
      run?: () => void;
    };

type Parts = typeof RadixMenu | typeof RadixContext;

function Entries({ parts, entries }: { parts: Parts; entries: readonly MenuEntry[] }) {
  // Both menus of Radix have the same parts.
  const P = parts as typeof RadixMenu;
  return entries.map((entry, at) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: a line has no name of its own
    if (entry === "-") return <P.Separator key={`line-${at}`} className={styles.line} />;
    const body = (
      <>
        {entry.icon ? (
          <entry.icon size={15} strokeWidth={1.6} aria-hidden />
        ) : (
          <span className={styles.gap} />
        )}
        <span className={styles.label}>{entry.label}</span>
        {entry.keys && <Kbd keys={entry.keys} />}
      </>
    );
    const className = cx(styles.item, entry.danger && styles.danger);
    if (entry.entries) {
      return (
        <P.Sub key={entry.id}>
          <P.SubTrigger className={className} disabled={entry.disabled}>
            {body}
            <span className={styles.more} aria-hidden>
              ›
            </span>
          </P.SubTrigger>
          <P.Portal>
            <P.SubContent data-zoom className={styles.menu} sideOffset={2} collisionPadding={8}>
              <Entries parts={parts} entries={entry.entries} />
            </P.SubContent>
          </P.Portal>
        </P.Sub>
      );
    }
    const select = (event: Event) => {
      if (entry.stay) event.preventDefault();
      entry.run?.();
    };
    if (entry.checked !== undefined) {
      return (
        <P.CheckboxItem
          key={entry.id}
          className={className}
          checked={entry.checked}
          disabled={entry.disabled}
          onSelect={select}
        >
          <span className={cx(styles.tick, entry.checked && styles.ticked)} aria-hidden />
          <span className={styles.label}>{entry.label}</span>
          {entry.keys && <Kbd keys={entry.keys} />}
        </P.CheckboxItem>
      );
    }
    return (
      <Fragment key={entry.id}>
        <P.Item className={className} disabled={entry.disabled} onSelect={select}>
          {body}
        </P.Item>
      </Fragment>
    );
  });
}

export interface MenuProps {
  entries: readonly MenuEntry[];
  align?: "start" | "end";
  /** The button that opens it. */
  children: ReactNode;
}

/** A menu below a button. */
export function Menu({ entries, align = "end", children }: MenuProps) {
  return (
    <RadixMenu.Root modal={false}>
      <RadixMenu.Trigger asChild>{children}</RadixMenu.Trigger>
      <RadixMenu.Portal>
        <RadixMenu.Content
          data-zoom
          className={styles.menu}
          align={align}
          sideOffset={4}
          collisionPadding={8}
        >
          <Entries parts={RadixMenu} entries={entries} />
        </RadixMenu.Content>
      </RadixMenu.Portal>
    </RadixMenu.Root>
  );
}

export interface ContextMenuProps {
  /** Asked for when it opens. */
  entries: readonly MenuEntry[];
  onOpenChange?: (open: boolean) => void;
  children: ReactNode;
}

/** A menu at the pointer, over `children` (one element that takes a ref). */
export function ContextMenu({ entries, onOpenChange, children }: ContextMenuProps) {
  return (
    <RadixContext.Root modal={false} onOpenChange={onOpenChange}>
      <RadixContext.Trigger asChild>{children}</RadixContext.Trigger>
      <RadixContext.Portal>
        <RadixContext.Content data-zoom className={styles.menu} collisionPadding={8}>
          <Entries parts={RadixContext} entries={entries} />
        </RadixContext.Content>
      </RadixContext.Portal>
    </RadixContext.Root>
  );
}
