import { ChevronDown } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import styles from "./controls.module.css";
import { cx } from "./cx";

export interface TextInputProps extends Omit<ComponentProps<"input">, "onChange" | "value"> {
  value: string;
  onChange: (value: string) => void;
  /** What holds when it is empty: greyed in its place. */
  fallback?: string;
  mono?: boolean;
  /** Behind it, such as a unit. */
  unit?: ReactNode;
}

/** A line of text. */
export function TextInput(props: TextInputProps) {
  const { value, onChange, fallback, mono, unit, className, ...rest } = props;
  return (
    <span className={cx(styles.box, className)}>
      <input
        type="text"
        spellCheck={false}
        autoComplete="off"
        placeholder={fallback}
        {...rest}
        className={cx(styles.input, mono && "mono")}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      {unit && <span className={styles.unit}>{unit}</span>}
    </span>
  );
}

export interface TextAreaProps extends Omit<ComponentProps<"textarea">, "onChange" | "value"> {
  value: string;
  onChange: (value: string) => void;
  fallback?: string;
  mono?: boolean;
}

/** Several lines of text. */
export function TextArea({ value, onChange, fallback, mono, className, ...rest }: TextAreaProps) {
  return (
    <textarea
      spellCheck={false}
      rows={4}
      placeholder={fallback}
      {...rest}
      className={cx(styles.area, mono && "mono", className)}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

export interface Option<V extends string = string> {
  value: V;
  label: string;
  disabled?: boolean;
}

export interface SelectProps<V extends string>
  extends Omit<ComponentProps<"select">, "onChange" | "value"> {
  value: V;
  onChange: (value: V) => void;
  options: readonly Option<V>[];
}

/** One of several; the system's own list. Give it `aria-label` outside of a Field. */
export function Select<V extends string>(props: SelectProps<V>) {
  const { value, onChange, options, className, ...rest } = props;
  return (
    <span className={cx(styles.box, styles.select, className)}>
      <select
        {...rest}
        className={styles.input}
        value={value}
        onChange={(event) => onChange(event.target.value as V)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown size={14} className={styles.arrow} aria-hidden />
    </span>
  );
}

export interface ToggleProps extends Omit<ComponentProps<"input">, "onChange" | "children"> {
  checked: boolean;
  onChange: (checked: boolean) => void;
  /** Beside it; give `aria-label` or a Field without. */
  label?: ReactNode;
}

/** A box to tick. */
export function Checkbox({ checked, onChange, label, className, ...rest }: ToggleProps) {
  return (
    <label className={cx(styles.toggle, className)}>
      <input
        {...rest}
        type="checkbox"
        className={styles.check}
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      {label !== undefined && <span>{label}</span>}
    </label>
  );
}

/** On or off, at once. */
export function Switch({ checked, onChange, label, className, ...rest }: ToggleProps) {
  return (
    <label className={cx(styles.toggle, className)}>
      <input
        {...rest}
        type="checkbox"
        role="switch"
        aria-checked={checked}
        className={styles.switch}
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      {label !== undefined && <span>{label}</span>}
    </label>
  );
}

export interface SegmentedControlProps<V extends string> {
  label: string;
  value: V;
  onChange: (value: V) => void;
  options: readonly (Option<V> & { count?: number })[];
}

/** One of few, all in sight. */
export function SegmentedControl<V extends string>(props: SegmentedControlProps<V>) {
  const { label, value, onChange, options } = props;
  return (
    <span className={styles.segments} role="radiogroup" aria-label={label}>
      {options.map((option) => (
        <label key={option.value} className={styles.segment}>
          <input
            type="radio"
            className="visually-hidden"
            name={label}
            value={option.value}
            checked={option.value === value}
            disabled={option.disabled}
            onChange={() => onChange(option.value)}
          />
          {option.label}
          {option.count !== undefined && <span className={styles.count}>{option.count}</span>}
        </label>
      ))}
    </span>
  );
}
