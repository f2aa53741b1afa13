import type { MouseEvent } from "react";
import { cx } from "@/components";
import type { Style } from "../text/ansi";
import type { Piece } from "../text/pieces";
import styles from "./PieceText.module.css";

export interface PieceTextProps {
  pieces: readonly Piece[];
  /** A press on an address with the modifier key. */
  onLink: (address: string, event: MouseEvent) => void;
}

/** Pieces of a line as elements. */
export function PieceText({ pieces, onLink }: PieceTextProps) {
  return pieces.map((piece, at) => {
    const { link } = piece;
    const className = classOf(piece);
    const press = link ? (event: MouseEvent) => onLink(link, event) : undefined;
    if (className === "" && !press) return piece.text;
    return (
      // biome-ignore lint/a11y/useKeyWithClickEvents: the same is reached by copying the line
      // biome-ignore lint/a11y/noStaticElementInteractions: it acts with a modifier key only
      <span
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other name
        key={at}
        className={className}
        data-hit={piece.mark || piece.hit || undefined}
        onClick={press}
      >
        {piece.text}
      </span>
    );
  });
}

function classOf({ style, mark, hit, link }: Piece): string {
  const colors: Style = style.inverse ? { ...style, fg: style.bg, bg: style.fg ?? 0 } : style;
  return cx(
    colors.fg !== undefined && styles[`fg${colors.fg}`],
    colors.bg !== undefined && styles[`bg${colors.bg}`],
    style.bold && styles.bold,
    style.dim && styles.dim,
    style.italic && styles.italic,
    style.underline && styles.underline,
    style.strike && styles.strike,
    mark && styles.mark,
    hit && styles.hit,
    link !== undefined && styles.link,
  );
}
