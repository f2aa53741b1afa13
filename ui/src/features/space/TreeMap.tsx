import { useLayoutEffect, useMemo, useRef, useState } from "react";
import type { SpaceNode } from "@/bindings/SpaceNode";
import { bytes, cx } from "@/components";
import { useT } from "@/i18n/i18n";
import styles from "./Space.module.css";
import { keyOfItem, type Placed, parts } from "./tree";
import { type Box, squarify } from "./treemap";
import { nodeName, tint } from "./words";

/** Boxes beyond these would be too small to see. */
const MOST = 400;
const GAP = 2;

export interface TreeMapProps {
  node: SpaceNode;
  place: string;
  chosen: ReadonlySet<string>;
  onGo: (place: string) => void;
  onToggle: (keys: readonly string[], on: boolean) => void;
}

/** The parts of a node as areas. The list beside it says the same, so it is hidden from readers. */
export function TreeMap({ node, place, chosen, onGo, onToggle }: TreeMapProps) {
  const area = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(area);
  const boxes = useMemo(() => {
    const shown = parts(node, place).slice(0, MOST);
    return squarify(shown, (it) => it.node.bytes, { x: 0, y: 0, width, height });
  }, [node, place, width, height]);
  return (
    <div ref={area} className={styles.map} aria-hidden>
      {boxes.map((box) => (
        <Tile
          key={box.item.key}
          box={box}
          chosen={chosen}
          onPress={() => {
            const { node: part, key } = box.item;
            if (part.children.length > 0) onGo(key);
            else if (part.remove) {
              const item = keyOfItem(part.remove);
              onToggle([item], !chosen.has(item));
            }
          }}
        />
      ))}
    </div>
  );
}

interface TileProps {
  box: Box<Placed>;
  chosen: ReadonlySet<string>;
  onPress: () => void;
}

function Tile({ box, chosen, onPress }: TileProps) {
  const t = useT();
  const { node } = box.item;
  const name = nodeName(t, node);
  const width = Math.max(0, box.width - GAP);
  const height = Math.max(0, box.height - GAP);
  const on = node.remove !== null && chosen.has(keyOfItem(node.remove));
  return (
    <button
      type="button"
      tabIndex={-1}
      title={`${name}\n${bytes(node.bytes)}${node.note ? `\n${node.note}` : ""}`}
      className={cx(styles.tile, styles[tint(node)], on && styles.on)}
      style={{ left: box.x, top: box.y, width, height }}
      onClick={onPress}
    >
      {width > 48 && height > 22 && <span className={styles.tileName}>{name}</span>}
      {width > 48 && height > 40 && <span className={styles.tileSize}>{bytes(node.bytes)}</span>}
    </button>
  );
}

function useSize(of: React.RefObject<HTMLElement | null>): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = of.current;
    if (!element) return;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [of]);
  return size;
}
