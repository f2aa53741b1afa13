import { ChevronDown, ChevronRight } from "lucide-react";
import { type MouseEvent, memo } from "react";
import { bytes, cx, noticeError } from "@/components";
import { t, useT } from "@/i18n/i18n";
import type { Row } from "../store/protocol";
import { hitsOf, type Query } from "../store/query";
import { plain } from "../text/ansi";
import { type Structured, structured } from "../text/fields";
import { levelInText } from "../text/level";
import { pieces } from "../text/pieces";
import { visibleText } from "../text/visible";
import styles from "./Line.module.css";
import { PieceText } from "./PieceText";
import { fileName, saveBlob } from "./save";
import { type TimeStyle, timeText } from "./time";
import { wholeLine } from "./whole";

/** How lines are drawn; the same object as long as nothing changed. */
export interface LineStyle {
  times: TimeStyle;
  fold: boolean;
  wrap: boolean;
  names: ReadonlyMap<string, { name: string; hue: number }> | undefined;
  query: Query;
}

export interface LineProps {
  row: Row;
  look: LineStyle;
  open: boolean;
  selected: boolean;
  current: boolean;
  onToggle: (id: number) => void;
  onLink: (address: string, event: MouseEvent) => void;
}

/** Longer lines are cut until asked for. */
const SHOWN = 4 << 10;

/** One line of a log. Its text only ever becomes text nodes. */
export const Line = memo(function Line(props: LineProps) {
  const { row, look, open, selected, current, onToggle, onLink } = props;
  const long = row.text.length > SHOWN || row.cut > 0;
  const text = open || !long ? row.text : row.text.slice(0, SHOWN);
  const data = look.fold ? structured(plain(row.text)) : undefined;
  const level = data?.level ?? levelInText(plain(text.slice(0, 200)));
  const source = look.names?.get(row.source);
  return (
    <div
      className={cx(
        styles.line,
        (look.wrap || open) && styles.wrap,
        level && styles[level],
        selected && styles.selected,
        current && styles.current,
      )}
      data-position={row.position}
    >
      <Gutter row={row} />
      {look.times !== "none" && (
        <time className={styles.time} dateTime={new Date(row.time).toISOString()}>
          {timeText(row.time, look.times)}
        </time>
      )}
      {source && (
        <bdi
          className={cx(styles.name, styles[`hue${source.hue}`])}
          title={visibleText(source.name)}
        >
          {visibleText(source.name)}
        </bdi>
      )}
      {data ? (
        <Folded
          data={data}
          query={look.query}
          open={open}
          onLink={onLink}
          toggle={() => onToggle(row.id)}
        />
      ) : (
        <span className={styles.text}>
          <PieceText pieces={pieces(text, hitsOf(look.query, plain(text)))} onLink={onLink} />
          {long && <More row={row} open={open} onToggle={onToggle} />}
        </span>
      )}
    </div>
  );
});

/** Marks the error output by a shape. */
function Gutter({ row }: { row: Row }) {
  return (
    <span className={styles.gutter}>
      {row.stderr && (
        <svg width={8} height={8} viewBox="0 0 8 8" role="img" aria-label="stderr">
          <title>stderr</title>
          <path d="M1 0.5 7 4 1 7.5Z" />
        </svg>
      )}
    </span>
  );
}

function More({
  row,
  open,
  onToggle,
}: {
  row: Row;
  open: boolean;
  onToggle: (id: number) => void;
}) {
  const t = useT();
  const size = bytes(row.text.length + row.cut);
  return (
    <>
      {!open && <span className={styles.faint}>…</span>}
      <button type="button" className={styles.more} onClick={() => onToggle(row.id)}>
        {t(open ? "logs-show-less" : "logs-show-all", { size })}
      </button>
      {open && row.cut > 0 && (
        <>
          <span className={styles.faint}>{t("logs-cut", { size: bytes(row.cut) })}</span>
          <button type="button" className={styles.more} onClick={() => void save(row)}>
            {t("logs-save-whole")}
          </button>
        </>
      )}
    </>
  );
}

async function save(row: Row): Promise<void> {
  try {
    const blob = await wholeLine(row.source, row.time, row.stderr);
    saveBlob(blob, fileName("line", "log", new Date(row.time)));
  } catch (thrown) {
    noticeError(t("logs-failed"), thrown);
  }
}

interface FoldedProps {
  data: Structured;
  query: Query;
  open: boolean;
  toggle: () => void;
  onLink: LineProps["onLink"];
}

const INLINE = 6;

/** A line of fields: level, message, the first fields; all of them once it is open. */
function Folded({ data, query, open, toggle, onLink }: FoldedProps) {
  const t = useT();
  const { level, message, fields } = data;
  const Mark = open ? ChevronDown : ChevronRight;
  const shown = (text: string) => (
    <PieceText
      pieces={pieces(text.slice(0, SHOWN), hitsOf(query, plain(text.slice(0, SHOWN))))}
      onLink={onLink}
    />
  );
  return (
    <span className={styles.text}>
      <button
        type="button"
        className={styles.fold}
        aria-expanded={open}
        aria-label={t("logs-fields")}
        onClick={toggle}
      >
        <Mark size={12} aria-hidden />
      </button>
      {level && <span className={styles.level}>{level.toUpperCase()}</span>}
      {message !== undefined && <span className={styles.message}>{shown(message)}</span>}
      {!open &&
        fields.slice(0, INLINE).map(([name, value], at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a name may come twice
          <span key={at} className={styles.field}>
            <span className={styles.key}>{visibleText(name.slice(0, 80))}=</span>
            {shown(value.length > 120 ? `${value.slice(0, 119)}…` : value)}
          </span>
        ))}
      {!open && fields.length > INLINE && (
        <span className={styles.faint}>
          {t("logs-more-fields", { count: fields.length - INLINE })}
        </span>
      )}
      {open && (
        <span className={styles.table}>
          {data.time !== undefined && <FieldLine name={t("logs-field-time")} value={data.time} />}
          {fields.map(([name, value], at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a name may come twice
            <FieldLine key={at} name={name} value={value} />
          ))}
        </span>
      )}
    </span>
  );
}

function FieldLine({ name, value }: { name: string; value: string }) {
  return (
    <>
      <span className={styles.key}>{visibleText(name)}</span>
      <span className={styles.value}>{visibleText(value)}</span>
    </>
  );
}
