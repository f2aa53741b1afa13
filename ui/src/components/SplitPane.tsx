import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef } from "react";
import { appearance } from "@/app/appearance";
import { useKeys } from "@/app/keymap";
import { usePref } from "@/app/prefs";
import { useRoom } from "@/app/useMedia";
import { useT } from "@/i18n/i18n";
import { Boundary } from "./Boundary";
import { cx } from "./cx";
import { returnFocus } from "./focusReturn";
import styles from "./SplitPane.module.css";

export interface SplitPaneProps {
  /** Under which the width is remembered. */
  name: string;
  list: ReactNode;
  /** Nothing is open without. */
  detail: ReactNode | null;
  /** What the detail shows, for screen readers. */
  label: string;
  onClose: () => void;
}

const LEAST = 360;
const LEAST_LIST = 320;

/** The width that a detail may have in a pane of `room` pixels. */
export function detailWidth(wanted: number, room: number): number {
  return Math.round(Math.max(LEAST, Math.min(wanted, room - LEAST_LIST)));
}

/**
 * A list and what is open of it: side by side, one over the other below
 * 1100 px, the detail alone below 900 px. Escape in the detail closes it.
 */
export function SplitPane({ name, list, detail, label, onClose }: SplitPaneProps) {
  const t = useT();
  const beside = useRoom(1100);
  const whole = !useRoom(900);
  const [wanted, setWanted] = usePref(`${name}.detail-width`, 560);
  const box = useRef<HTMLDivElement>(null);
  const pane = useRef<HTMLElement>(null);
  const over = detail !== null && !beside;
  useEffect(() => {
    if (!over) return;
    const before = document.activeElement as HTMLElement | null;
    pane.current?.focus({ preventScroll: true });
    return () => queueMicrotask(() => returnFocus(before));
  }, [over]);
  const close = { keys: "Escape", label: "key-close", run: onClose, when: () => detail !== null };
  useKeys("keys-detail", [{ ...close, unlisted: true }]);
  useKeys("keys-detail", [close], pane);
  const room = () => box.current?.clientWidth ?? 1200;
  const drag = (event: PointerEvent) => {
    if (event.buttons !== 1 || !box.current || !pane.current) return;
    const { right } = box.current.getBoundingClientRect();
    const width = (right - event.clientX) / (appearance().zoom / 100);
    pane.current.style.width = `${detailWidth(width, room())}px`;
  };
  const keep = () => pane.current && setWanted(pane.current.offsetWidth);
  const onKey = (event: KeyboardEvent) => {
    const by = event.key === "ArrowLeft" ? 32 : event.key === "ArrowRight" ? -32 : 0;
    if (by === 0) return;
    event.preventDefault();
    event.stopPropagation();
    setWanted(detailWidth(wanted + by, room()));
  };
  return (
    <div ref={box} className={styles.split}>
      <div className={styles.list} inert={over}>
        {list}
      </div>
      {over && (
        // biome-ignore lint/a11y/noStaticElementInteractions: Escape does the same by keys
        // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same by keys
        <div className={styles.shade} onClick={onClose} />
      )}
      {detail !== null && (
        <section
          ref={pane}
          tabIndex={-1}
          className={cx(styles.detail, over && styles.over, over && whole && styles.whole)}
          style={beside ? { width: wanted } : undefined}
          aria-label={label}
        >
          {over && <h1 className="visually-hidden">{label}</h1>}
          {beside && (
            <div
              role="separator"
              tabIndex={0}
              aria-orientation="vertical"
              aria-label={t("split-resize")}
              aria-valuenow={wanted}
              aria-valuemin={LEAST}
              aria-valuemax={2000}
              className={styles.handle}
              onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
              onPointerMove={drag}
              onPointerUp={keep}
              onKeyDown={onKey}
            />
          )}
          <Boundary on={label}>{detail}</Boundary>
        </section>
      )}
    </div>
  );
}
