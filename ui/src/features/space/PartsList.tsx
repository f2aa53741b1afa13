import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronRight } from "lucide-react";
import { useMemo, useRef } from "react";
import { Ago, Bytes, cx, Truncate } from "@/components";
import { useT } from "@/i18n/i18n";
import styles from "./Space.module.css";
import type { TreeMapProps } from "./TreeMap";
import { keyOfItem, type Placed, parts, removable } from "./tree";
import { nodeName, tint } from "./words";

const ROW = 32;

/** The parts of a node, largest first, with a box before what can be removed. */
export function PartsList({ node, place, chosen, onGo, onToggle }: TreeMapProps) {
  const t = useT();
  const scroll = useRef<HTMLDivElement>(null);
  const all = useMemo(() => parts(node, place), [node, place]);
  const rows = useVirtualizer({
    count: all.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const largest = all[0]?.node.bytes ?? 0;
  return (
    <section ref={scroll} className={styles.list} aria-label={t("space-parts")}>
      {all.length === 0 && <p className={styles.nothing}>{node.note ?? t("space-no-parts")}</p>}
      <ul className={styles.rows} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => {
          const part = all[row.index];
          return part ? (
            <li
              key={part.key}
              className={styles.row}
              style={{ transform: `translateY(${row.start}px)` }}
            >
              <Part part={part} largest={largest} chosen={chosen} onGo={onGo} onToggle={onToggle} />
            </li>
          ) : null;
        })}
      </ul>
    </section>
  );
}

interface PartProps extends Pick<TreeMapProps, "chosen" | "onGo" | "onToggle"> {
  part: Placed;
  largest: number;
}

function Part({ part, largest, chosen, onGo, onToggle }: PartProps) {
  const t = useT();
  const { node, key } = part;
  const name = nodeName(t, node);
  const items = useMemo(
    () => removable(node).flatMap((it) => (it.remove ? [keyOfItem(it.remove)] : [])),
    [node],
  );
  const on = items.filter((item) => chosen.has(item)).length;
  return (
    <>
      <input
        type="checkbox"
        className={styles.box}
        disabled={items.length === 0}
        checked={items.length > 0 && on === items.length}
        ref={(box) => {
          if (box) box.indeterminate = on > 0 && on < items.length;
        }}
        onChange={(event) => onToggle(items, event.target.checked)}
        aria-label={t("space-choose", { name })}
      />
      <span className={cx(styles.dot, styles[tint(node)])} aria-hidden />
      <span className={styles.name}>
        {node.children.length > 0 ? (
          <button type="button" className={styles.open} onClick={() => onGo(key)}>
            <Truncate text={name} />
            <ChevronRight size={14} aria-hidden />
          </button>
        ) : (
          <Truncate text={name} />
        )}
      </span>
      <span className={styles.note}>
        {node.note ? (
          <Truncate text={node.note} />
        ) : (
          node.last_used && <Ago seconds={node.last_used} />
        )}
      </span>
      <span className={styles.meter} aria-hidden>
        <span
          className={cx(styles.fill, styles[tint(node)])}
          style={{ transform: `scaleX(${largest > 0 ? node.bytes / largest : 0})` }}
        />
      </span>
      <span className={styles.bytes}>
        <Bytes value={node.bytes} />
      </span>
    </>
  );
}
