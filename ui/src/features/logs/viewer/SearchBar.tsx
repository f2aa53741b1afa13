import {
  ArrowDown,
  ArrowUp,
  CaseSensitive,
  ListFilter,
  Regex,
  Search as SearchIcon,
  X,
} from "lucide-react";
import { type RefObject, useEffect, useRef, useState } from "react";
import { useKeys } from "@/app/keymap";
import { cx, IconButton, Kbd, number } from "@/components";
import { useT } from "@/i18n/i18n";
import type { State } from "../store/protocol";
import styles from "./SearchBar.module.css";
import type { Search } from "./search";

export interface SearchBarProps {
  search: Search;
  onSearch: (search: Search) => void;
  state: State;
  onStep: (by: 1 | -1) => void;
  /** Where the keys of the viewer work. */
  within: RefObject<HTMLElement | null>;
}

const WAIT_MS = 120;

/** Finds lines: text, /patterns/, fields. Enter goes to the next one. */
export function SearchBar({ search, onSearch, state, onStep, within }: SearchBarProps) {
  const t = useT();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(search.text);
  useEffect(() => setText(search.text), [search.text]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is typed is waited for
  useEffect(() => {
    if (text === search.text) return;
    const timer = setTimeout(() => onSearch({ ...search, text }), WAIT_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const enter = () => {
    input.current?.focus();
    input.current?.select();
  };
  const leave = () => {
    setText("");
    onSearch({ ...search, text: "" });
    within.current?.querySelector<HTMLElement>('[role="log"]')?.focus();
  };
  const find = [{ keys: "/ | mod+f", label: "logs-key-find", run: enter }];
  useKeys("keys-list", find);
  // Where a list stands beside the lines, the one with the focus is searched.
  useKeys("logs-keys", find, within);
  useKeys(
    "keys-filter",
    [
      { keys: "Enter", label: "logs-key-next", run: () => onStep(1), inText: true },
      { keys: "shift+Enter", label: "logs-key-before", run: () => onStep(-1), inText: true },
      { keys: "Escape", label: "key-filter-clear", run: leave, inText: true },
    ],
    input,
  );
  const searched = search.text !== "";
  return (
    <div className={cx(styles.box, state.error && styles.wrong)}>
      <SearchIcon size={14} className={styles.icon} aria-hidden />
      <input
        ref={input}
        className={styles.input}
        type="text"
        value={text}
        placeholder={t("logs-find")}
        aria-label={t("logs-find")}
        aria-invalid={state.error ? true : undefined}
        title={state.error ?? t("logs-find-help")}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
      />
      {searched && (
        <output className={styles.count}>
          {state.error
            ? t("logs-bad-pattern")
            : state.progress < 1
              ? `${number(state.matches)} · ${Math.floor(state.progress * 100)} %`
              : number(state.matches)}
        </output>
      )}
      <IconButton
        small
        icon={Regex}
        label={t("logs-regex")}
        pressed={search.regex}
        onClick={() => onSearch({ ...search, regex: !search.regex })}
      />
      <IconButton
        small
        icon={CaseSensitive}
        label={t("logs-case")}
        pressed={search.exact}
        onClick={() => onSearch({ ...search, exact: !search.exact })}
      />
      <IconButton
        small
        icon={ListFilter}
        label={t("logs-only")}
        pressed={search.only}
        onClick={() => onSearch({ ...search, only: !search.only })}
      />
      {searched ? (
        <>
          <IconButton
            small
            icon={ArrowUp}
            label={t("logs-key-before")}
            keys="shift+Enter"
            onClick={() => onStep(-1)}
          />
          <IconButton
            small
            icon={ArrowDown}
            label={t("logs-key-next")}
            keys="Enter"
            onClick={() => onStep(1)}
          />
          <IconButton small icon={X} label={t("filter-clear")} keys="Escape" onClick={leave} />
        </>
      ) : (
        <Kbd keys="/" />
      )}
    </div>
  );
}
