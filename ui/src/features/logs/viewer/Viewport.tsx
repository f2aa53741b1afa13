import { ArrowDown } from "lucide-react";
import { type MouseEvent, type ReactNode, useCallback, useLayoutEffect, useState } from "react";
import { Button, number } from "@/components";
import { useT } from "@/i18n/i18n";
import type { LogStore } from "../store/client";
import type { Row, State } from "../store/protocol";
import { Line, type LineStyle } from "./Line";
import { extent, ROW, span } from "./place";
import type { Picked } from "./selection";
import { useRows } from "./useRows";
import type { Scroll } from "./useScroll";
import styles from "./Viewport.module.css";

export interface ViewportProps {
  store: LogStore;
  state: State;
  scroll: Scroll;
  look: LineStyle;
  picked: Picked | undefined;
  /** ID of the match that was stepped to. */
  current: number | undefined;
  onPick: (row: Row, extend: boolean) => void;
  onLink: (address: string, event: MouseEvent) => void;
  /** Lines that came since the user left the end. */
  fresh: number;
  children?: ReactNode;
}

const NONE_OPEN: ReadonlySet<number> = new Set();

/** The lines in sight. */
export function Viewport(props: ViewportProps) {
  const { store, state, scroll, look, picked, current, onPick, onLink, fresh, children } = props;
  const t = useT();
  const { geometry, following, line, layer } = scroll;
  const [open, setOpen] = useState(NONE_OPEN);
  const [offset, setOffset] = useState(0);
  const { from, to } = span(line, geometry);
  const fetched = useRows(store, state.revision, state.first + from, state.first + to);
  const atEnd = following && geometry.count > geometry.tail;
  const rows = inSight(fetched.rows, state.first + Math.floor(line), geometry.height, atEnd);
  const part = line - Math.floor(line);

  useLayoutEffect(() => {
    const first = layer.current?.firstElementChild as HTMLElement | null;
    setOffset(atEnd ? 0 : part * (first?.offsetHeight ?? ROW));
    scroll.drawn();
  });

  const toggle = useCallback((id: number) => {
    setOpen((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  const press = (event: MouseEvent) => {
    if (window.getSelection()?.toString() || (event.target as Element).closest("button")) return;
    const element = (event.target as Element).closest<HTMLElement>("[data-position]");
    const row = rows.find((it) => String(it.position) === element?.dataset.position);
    if (row && !(event.ctrlKey || event.metaKey)) onPick(row, event.shiftKey);
  };

  const follow = (event: MouseEvent) => {
    scroll.follow(true);
    // The button goes: the focus goes on to the lines.
    const box = (event.currentTarget as Element).closest(`.${styles.box}`);
    box?.querySelector<HTMLElement>('[role="log"]')?.focus();
  };

  return (
    <div className={styles.box}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys are those of the viewer */}
      <div
        ref={scroll.scroller}
        className={styles.scroller}
        role="log"
        aria-live="off"
        aria-label={t("logs-lines")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keys
        tabIndex={0}
        onScroll={scroll.onScroll}
        onClick={press}
      >
        <div className={styles.layer} style={{ height: geometry.height }}>
          <div
            ref={layer}
            className={atEnd ? styles.end : styles.rows}
            style={offset > 0 ? { transform: `translateY(${-offset}px)` } : undefined}
          >
            {rows.map((row) => (
              <Line
                key={row.id}
                row={row}
                look={look}
                open={open.has(row.id)}
                selected={
                  picked !== undefined && row.position >= picked.from && row.position <= picked.to
                }
                current={row.id === current}
                onToggle={toggle}
                onLink={onLink}
              />
            ))}
          </div>
        </div>
        <Rest scroll={scroll} />
      </div>
      {children}
      {!following && geometry.count > geometry.tail && (
        <div className={styles.pill}>
          <Button icon={ArrowDown} keys="End" onClick={follow}>
            {fresh > 0 ? t("logs-new", { count: fresh, shown: number(fresh) }) : t("logs-newest")}
          </Button>
        </div>
      )}
    </div>
  );
}

/** What makes the bar as long as all lines. */
function Rest({ scroll: { geometry } }: { scroll: Scroll }) {
  const rest = extent(geometry) - geometry.height;
  return <div style={{ height: Math.max(0, rest) }} />;
}

/** Of the lines that are here, those that the viewport shows. */
function inSight(rows: readonly Row[], position: number, height: number, atEnd: boolean): Row[] {
  const room = Math.ceil(height / ROW) + 2;
  if (atEnd) return rows.slice(-room);
  const at = rows.findIndex((row) => row.position >= position);
  return at < 0 ? rows.slice(-room) : rows.slice(at, at + room);
}
