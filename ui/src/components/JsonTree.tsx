import { ChevronRight } from "lucide-react";
import { useMemo, useState } from "react";
import { useT } from "@/i18n/i18n";
import { CopyButton } from "./CopyButton";
import { cx } from "./cx";
import { FilterBox, filterWords } from "./FilterBox";
import styles from "./JsonTree.module.css";
import { type JsonLine, jsonLines, pathsWith } from "./json";

export interface JsonTreeProps {
  value: unknown;
  /** For screen readers. */
  label: string;
  /** How deep it is unfolded at first. */
  depth?: number;
  /** Right of the search. */
  tools?: React.ReactNode;
}

const MOST_LINES = 4000;

/** JSON to look through: folds, finds keys and values, copies parts. */
export function JsonTree({ value, label, depth = 1, tools }: JsonTreeProps) {
  const t = useT();
  const [text, setText] = useState("");
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const words = useMemo(() => filterWords(text), [text]);
  const found = useMemo(() => (words.length > 0 ? pathsWith(value, words) : null), [value, words]);
  const lines = useMemo(
    () => jsonLines(value, { depth, turned, found, most: MOST_LINES }),
    [value, depth, turned, found],
  );
  const turn = (path: string) => {
    const next = new Set(turned);
    if (!next.delete(path)) next.add(path);
    setTurned(next);
  };
  return (
    <div className={styles.tree}>
      <div className={styles.tools}>
        <FilterBox value={text} onChange={setText} label={t("json-search")} />
        {found && <span className={styles.count}>{t("json-found", { count: found.hits })}</span>}
        <span className={styles.room} />
        {tools}
        <CopyButton text={() => JSON.stringify(value, null, 2)} label={t("json-copy")} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keys */}
      <div className={styles.lines} role="group" aria-label={label} tabIndex={0}>
        {lines.map((line) => (
          <Line
            key={line.path}
            line={line}
            onTurn={turn}
            hit={found?.direct.has(line.path) ?? false}
          />
        ))}
        {lines.length >= MOST_LINES && <p className={styles.cut}>{t("json-cut")}</p>}
      </div>
    </div>
  );
}

interface LineProps {
  line: JsonLine;
  hit: boolean;
  onTurn: (path: string) => void;
}

function Line({ line, hit, onTurn }: LineProps) {
  return (
    <div
      className={cx(styles.line, hit && styles.hit)}
      style={{ paddingLeft: 12 + line.level * 16 }}
    >
      {line.opens ? (
        <button
          type="button"
          className={styles.fold}
          aria-expanded={line.unfolded}
          onClick={() => onTurn(line.path)}
        >
          <ChevronRight size={13} className={cx(line.unfolded && styles.unfolded)} aria-hidden />
          <span className={styles.key}>{line.key}</span>
        </button>
      ) : (
        <span className={cx(styles.key, styles.leafKey)}>{line.key}</span>
      )}
      <bdi className={styles[line.kind]}>{line.text}</bdi>
      <span className={styles.copy}>
        <CopyButton
          text={() =>
            typeof line.value === "string" ? line.value : JSON.stringify(line.value, null, 2)
          }
        />
      </span>
    </div>
  );
}
