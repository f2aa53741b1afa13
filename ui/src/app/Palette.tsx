import { ArrowRight, ChevronLeft, Search } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { cx, Kbd } from "@/components";
import { useFocusReturn } from "@/components/focusReturn";
import { useT } from "@/i18n/i18n";
import { allCommands } from "./commands";
import type { Command, PaletteObject } from "./feature";
import { features } from "./features";
import { best } from "./fuzzy";
import styles from "./Palette.module.css";

interface Entry {
  key: string;
  title: string;
  more?: string;
  detail?: string;
  icon?: Command["icon"];
  keys?: string;
  run: () => unknown;
  object?: PaletteObject;
}

const MOST_COMMANDS = 40;
const MOST_OBJECTS = 40;

const ofCommand = (command: Command): Entry => ({
  key: `command/${command.id}`,
  title: command.title,
  more: command.keywords,
  icon: command.icon,
  keys: command.keys,
  run: command.run,
});

const ofObject = (object: PaletteObject): Entry => ({
  key: `object/${object.id}`,
  title: object.title,
  more: object.detail,
  detail: object.detail,
  icon: object.icon,
  run: object.open,
  object,
});

/** Finds every object and every action: Ctrl/⌘-K. */
export function Palette({ onClose }: { onClose: () => void }) {
  const t = useT();
  const [query, setQuery] = useState("");
  const [of, setOf] = useState<PaletteObject | null>(null);
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const after = useRef<(() => unknown) | null>(null);
  const id = useId();
  const focus = useFocusReturn();
  const commands = useMemo(() => allCommands().map(ofCommand), []);
  const objects = useMemo(
    () => features.flatMap((feature) => feature.objects?.() ?? []).map(ofObject),
    [],
  );
  const sections = useMemo(() => {
    if (of) {
      const actions = (of.actions?.() ?? []).map(ofCommand);
      const open = {
        ...ofObject(of),
        key: "open",
        title: t("palette-open"),
        detail: undefined,
        object: undefined,
      };
      return [{ title: of.title, entries: best(query, [open, ...actions], MOST_COMMANDS) }];
    }
    const found = query === "" ? [] : best(query, objects, MOST_OBJECTS);
    return [
      { title: t("palette-objects"), entries: found },
      { title: t("palette-commands"), entries: best(query, commands, MOST_COMMANDS) },
    ].filter((section) => section.entries.length > 0);
  }, [of, query, objects, commands, t]);
  const entries = sections.flatMap((section) => section.entries);
  const current = entries[Math.min(at, entries.length - 1)];

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  });

  const choose = (entry: Entry | undefined) => {
    if (!entry) return;
    after.current = entry.run;
    onClose();
  };
  const enter = (object: PaletteObject | null) => {
    setOf(object);
    setQuery("");
    setAt(0);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setAt(
        (Math.min(at, entries.length - 1) + step + entries.length) % Math.max(entries.length, 1),
      );
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      choose(current);
    } else if (event.key === "Tab" && current?.object?.actions) {
      event.preventDefault();
      enter(current.object);
    } else if (event.key === "Backspace" && query === "" && of) enter(null);
    else if (event.key === "Escape" && of) {
      event.preventDefault();
      event.stopPropagation();
      enter(null);
    }
  };
  return (
    <Radix.Root open onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={styles.shade} />
        <Radix.Content
          data-zoom
          className={styles.palette}
          aria-describedby={undefined}
          onEscapeKeyDown={(event) => of && event.preventDefault()}
          onOpenAutoFocus={focus.onOpenAutoFocus}
          onCloseAutoFocus={(event) => {
            focus.onCloseAutoFocus(event);
            // The action may open something that takes the focus itself: after it went back.
            const run = after.current;
            if (run) queueMicrotask(() => void run());
          }}
        >
          <Radix.Title className="visually-hidden">{t("palette")}</Radix.Title>
          <div className={styles.search}>
            {of ? (
              <button type="button" className={styles.back} onClick={() => enter(null)}>
                <ChevronLeft size={14} aria-hidden />
                {of.title}
              </button>
            ) : (
              <Search size={16} aria-hidden />
            )}
            <input
              className={styles.input}
              role="combobox"
              aria-expanded
              aria-controls={`${id}-list`}
              aria-activedescendant={current && `${id}-${current.key}`}
              aria-label={t("palette-search")}
              placeholder={t(of ? "palette-search-actions" : "palette-search")}
              spellCheck={false}
              autoComplete="off"
              value={query}
              onChange={(event) => {
                setQuery(event.target.value);
                setAt(0);
              }}
              onKeyDown={onKeyDown}
            />
            <Kbd keys="Escape" />
          </div>
          <div
            ref={list}
            id={`${id}-list`}
            role="listbox"
            aria-label={t("palette")}
            className={styles.list}
          >
            {sections.map((section) => (
              <div key={section.title} role="group" aria-label={section.title}>
                <p className={styles.title} aria-hidden>
                  {section.title}
                </p>
                {section.entries.map((entry) => (
                  <Option
                    key={entry.key}
                    id={`${id}-${entry.key}`}
                    entry={entry}
                    selected={entry === current}
                    onPoint={() => setAt(entries.indexOf(entry))}
                    onChoose={() => choose(entry)}
                  />
                ))}
              </div>
            ))}
            {entries.length === 0 && <p className={styles.none}>{t("palette-none", { query })}</p>}
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface OptionProps {
  id: string;
  entry: Entry;
  selected: boolean;
  onPoint: () => void;
  onChoose: () => void;
}

function Option({ id, entry, selected, onPoint, onChoose }: OptionProps) {
  const t = useT();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the search field has the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the search field has the focus
    <div
      id={id}
      role="option"
      aria-selected={selected}
      className={cx(styles.option, selected && styles.selected)}
      onPointerMove={onPoint}
      onClick={onChoose}
    >
      {entry.icon && <entry.icon size={16} strokeWidth={1.5} aria-hidden />}
      <bdi className={styles.name}>{entry.title}</bdi>
      {entry.detail && <bdi className={styles.detail}>{entry.detail}</bdi>}
      <span className={styles.room} />
      {selected && entry.object?.actions && (
        <span className={styles.hint}>
          {t("palette-actions")} <Kbd keys="Tab" />
        </span>
      )}
      {entry.keys && <Kbd keys={entry.keys} />}
      {selected && !entry.keys && !entry.object && <ArrowRight size={14} aria-hidden />}
    </div>
  );
}
