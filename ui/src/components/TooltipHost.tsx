import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { Kbd } from "./Kbd";
import type { TipSide } from "./Tooltip";
import styles from "./Tooltip.module.css";
import { type Box, placeTip } from "./tipPlace";

/** Before the first one shows, and before the next one shortly after. */
const FIRST_MS = 450;
const NEXT_MS = 60;
const WARM_MS = 400;

interface Tip {
  element: HTMLElement;
  text: string;
  keys: string | undefined;
  side: TipSide;
}

function tipOf(target: EventTarget | null): Tip | null {
  const element = (target as Element | null)?.closest?.<HTMLElement>("[data-tip]");
  const text = element?.dataset.tip;
  if (!element || !text) return null;
  const side = (element.dataset.tipSide ?? "bottom") as TipSide;
  return { element, text, keys: element.dataset.tipKeys, side };
}

/** Draws the one tooltip there is. Once, in the shell. */
export function TooltipHost() {
  const [tip, setTip] = useState<Tip | null>(null);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let hiddenAt = 0;
    const later = (next: Tip | null, ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => setTip(next), ms);
    };
    const hide = () => {
      clearTimeout(timer);
      setTip((shown) => {
        if (shown) hiddenAt = performance.now();
        return null;
      });
    };
    const over = (event: PointerEvent) => {
      if (event.pointerType === "touch") return;
      // The tip itself may be hovered: it stays.
      if (box.current?.contains(event.target as Node)) return clearTimeout(timer);
      const next = tipOf(event.target);
      if (!next) return later(null, 80);
      const warm = performance.now() - hiddenAt < WARM_MS || box.current !== null;
      later(next, warm ? NEXT_MS : FIRST_MS);
    };
    const focus = (event: FocusEvent) => {
      if (document.documentElement.dataset.input !== "keys") return;
      const next = tipOf(event.target);
      if (next && next.element === event.target) later(next, FIRST_MS);
    };
    const listen = { capture: true, passive: true };
    window.addEventListener("pointerover", over, listen);
    window.addEventListener("focusin", focus, listen);
    const hides = ["pointerdown", "keydown", "wheel", "focusout", "blur"];
    for (const kind of hides) window.addEventListener(kind, hide, listen);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("pointerover", over, listen);
      window.removeEventListener("focusin", focus, listen);
      for (const kind of hides) window.removeEventListener(kind, hide, listen);
    };
  }, []);
  useLayoutEffect(() => {
    const drawn = box.current;
    if (!tip || !drawn) return;
    if (!tip.element.isConnected) return setTip(null);
    const at = tip.element.getBoundingClientRect();
    const size = { width: drawn.offsetWidth, height: drawn.offsetHeight };
    const room: Box = { left: 0, top: 0, width: window.innerWidth, height: window.innerHeight };
    const { left, top } = placeTip(at, size, room, tip.side);
    drawn.style.transform = `translate(${left}px, ${top}px)`;
  }, [tip]);
  if (!tip) return null;
  return createPortal(
    <div ref={box} className={styles.place}>
      <div data-zoom className={styles.tip} role="tooltip">
        <bdi>{tip.text}</bdi>
        {tip.keys && <Kbd keys={tip.keys} />}
      </div>
    </div>,
    document.body,
  );
}
