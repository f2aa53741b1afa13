import { Search, X } from "lucide-react";
import { useRef } from "react";
import { useKeys } from "@/app/keymap";
import { useT } from "@/i18n/i18n";
import { IconButton } from "./Button";
import styles from "./FilterBox.module.css";
import { Kbd } from "./Kbd";

export interface FilterBoxProps {
  value: string;
  onChange: (value: string) => void;
  /** What is filtered: "Filter containers". */
  label: string;
}

/** The words of a filter; every one must be found. */
export function filterWords(text: string): string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

/** True if every word is somewhere in one of `texts`. */
export function fits(
  words: readonly string[],
  texts: readonly (string | null | undefined)[],
): boolean {
  if (words.length === 0) return true;
  const all = texts.join("\n").toLowerCase();
  return words.every((word) => all.includes(word));
}

/** Filters a list: `/` goes there, Escape empties it and goes back, Enter goes to the list. */
export function FilterBox({ value, onChange, label }: FilterBoxProps) {
  const t = useT();
  const input = useRef<HTMLInputElement>(null);
  const cameFrom = useRef<Element | null>(null);
  const toList = () => {
    const page = input.current?.closest("section") ?? document;
    const list = page.querySelector<HTMLElement>('[role="grid"],[role="treegrid"]');
    const before = cameFrom.current as HTMLElement | null;
    (list ?? before)?.focus();
  };
  const enter = () => {
    cameFrom.current = document.activeElement;
    input.current?.focus();
    input.current?.select();
  };
  const leave = () => {
    onChange("");
    toList();
  };
  useKeys("keys-list", [{ keys: "/ | mod+f", label: "key-filter", run: enter }]);
  useKeys(
    "keys-filter",
    [
      { keys: "Escape", label: "key-filter-clear", run: leave, inText: true },
      { keys: "Enter | ArrowDown", label: "key-filter-list", run: toList, inText: true },
    ],
    input,
  );
  return (
    <div className={styles.box}>
      <Search size={14} className={styles.icon} aria-hidden />
      <input
        ref={input}
        className={styles.input}
        type="text"
        value={value}
        placeholder={label}
        aria-label={label}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
      />
      {value === "" ? (
        <Kbd keys="/" />
      ) : (
        <IconButton small icon={X} label={t("filter-clear")} keys="Escape" onClick={leave} />
      )}
    </div>
  );
}
