import { useLayoutEffect, useMemo, useRef, useState } from "react";
import type { SpaceNode } from "@/bindings/SpaceNode";
import { bytes, cx } from "@/components";
import { useT } from "@/i18n/i18n";
import { nested, type Tile } from "./nested";
import styles from "./Space.module.css";
import { keyOfItem, parts } from "./tree";
import { nodeName, tint } from "./words";

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
  const tiles = useMemo(
    () => nested(parts(node, place), width, height),
    [node, place, width, height],
  );
  return (
    <div ref={area} className={styles.map} aria-hidden>
      {tiles.map((tile) => (
        <Part
          key={tile.item.key}
          tile={tile}
          chosen={chosen}
          onPress={() => {
            const { node: part, key } = tile.item;
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

interface PartProps {
  tile: Tile;
  chosen: ReadonlySet<string>;
  onPress: () => void;
}

function Part({ tile, chosen, onPress }: PartProps) {
  const t = useT();
  const { node } = tile.item;
  const name = nodeName(t, node);
  const width = Math.max(0, tile.width - GAP);
  const height = Math.max(0, tile.height - GAP);
  const on = node.remove !== null && chosen.has(keyOfItem(node.remove));
  return (
    <button
      type="button"
      tabIndex={-1}
      title={`${name}\n${bytes(node.bytes)}${node.note ? `\n${node.note}` : ""}`}
      className={cx(styles.tile, styles[tint(node)], tile.group && styles.group, on && styles.on)}
      style={{ left: tile.x, top: tile.y, width, height }}
      onClick={onPress}
    >
      {width > 48 && height > 22 && <span className={styles.tileName}>{name}</span>}
      {width > 48 && (tile.group || height > 40) && (
        <span className={styles.tileSize}>{bytes(node.bytes)}</span>
      )}
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
