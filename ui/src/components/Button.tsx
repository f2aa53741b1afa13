import { LoaderCircle, type LucideIcon } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import styles from "./Button.module.css";
import { cx } from "./cx";
import { Kbd } from "./Kbd";
import { Tooltip } from "./Tooltip";
import { useDelayed } from "./useDelayed";

export type Look = "plain" | "primary" | "danger" | "quiet";

export interface ButtonProps extends ComponentProps<"button"> {
  look?: Look;
  icon?: LucideIcon;
  /** Shown beside the label. */
  keys?: string;
  /** Something runs: no second press, and a mark after 300 ms. */
  busy?: boolean;
  children: ReactNode;
}

/** A button with a verb on it. */
export function Button({
  look = "plain",
  icon: Icon,
  keys,
  busy = false,
  className,
  children,
  disabled,
  ...rest
}: ButtonProps) {
  const turning = useDelayed(busy, 300);
  return (
    <button
      type="button"
      {...rest}
      className={cx(styles.button, styles[look], className)}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
    >
      {turning ? (
        <LoaderCircle size={14} className={styles.turning} aria-hidden />
      ) : (
        Icon && <Icon size={14} strokeWidth={1.75} aria-hidden />
      )}
      <span className={styles.label}>{children}</span>
      {keys && <Kbd keys={keys} />}
    </button>
  );
}

export interface IconButtonProps extends Omit<ComponentProps<"button">, "children"> {
  icon: LucideIcon;
  /** Its name, for everyone: shown as a tooltip too. */
  label: string;
  keys?: string;
  look?: Look;
  /** Draws it pressed. */
  pressed?: boolean;
  small?: boolean;
}

/** A button that is only an icon; always with a name. */
export function IconButton({
  icon: Icon,
  label,
  keys,
  look = "quiet",
  pressed,
  small = false,
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={label} keys={keys}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={pressed}
        {...rest}
        className={cx(styles.button, styles.square, small && styles.small, styles[look], className)}
      >
        <Icon size={small ? 14 : 16} strokeWidth={1.5} aria-hidden />
      </button>
    </Tooltip>
  );
}
