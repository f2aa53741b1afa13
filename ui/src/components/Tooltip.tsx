import { cloneElement, type ReactElement } from "react";

export type TipSide = "top" | "right" | "bottom" | "left";

export interface TooltipProps {
  text: string;
  keys?: string;
  side?: TipSide;
  /** One element; it gets `data-tip`. */
  children: ReactElement;
}

/**
 * What something is, after a moment over it or when it has the focus by keys.
 * Costs nothing until then: one `TooltipHost` draws for all, so that a list may
 * have thousands.
 */
export function Tooltip({ text, keys, side, children }: TooltipProps) {
  const tip = { "data-tip": text, "data-tip-keys": keys, "data-tip-side": side };
  return cloneElement(children, tip as object);
}
