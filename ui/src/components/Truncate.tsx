import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { cx } from "./cx";
import { Tooltip } from "./Tooltip";
import styles from "./Truncate.module.css";

export interface TruncateProps {
  text: string;
  mono?: boolean;
  /** Cuts at the start, for paths. */
  start?: boolean;
  className?: string;
  /** Drawn instead of the text, such as a text with marked parts. */
  children?: ReactNode;
}

/** One line of text, cut where there is no room; whole in a tooltip then. */
export function Truncate({
  text,
  mono = false,
  start = false,
  className,
  children,
}: TruncateProps) {
  const ref = useRef<HTMLElement>(null);
  const [cut, setCut] = useState(false);
  const measure = () => {
    const element = ref.current;
    if (element) setCut(element.scrollWidth > element.clientWidth + 1);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text may be cut or not
  useLayoutEffect(measure, [text]);
  const body = (
    <bdi
      ref={ref}
      onPointerEnter={measure}
      className={cx(styles.line, mono && "mono", start && styles.start, className)}
    >
      {children ?? text}
    </bdi>
  );
  return cut ? <Tooltip text={text}>{body}</Tooltip> : body;
}
