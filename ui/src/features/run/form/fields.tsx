import { CircleAlert, Plus, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button, Checkbox, cx, Field, IconButton, TextArea, TextInput } from "@/components";
import { useT } from "@/i18n/i18n";
import { quote, splitWords } from "../spec/shell";
import type { ListKey, Pair, PairKey, SwitchKey, TextKey } from "../spec/spec";
import type { Problem } from "../spec/validate";
import { useForm } from "./context";
import styles from "./form.module.css";

/** The sentence of a problem, and its fix as a button's label. */
export function useProblem(): (problem: Problem | undefined) => string | null {
  const t = useT();
  return (problem) => (problem ? t(`run-bad-${problem.id}`, problem.args) : null);
}

export interface TextOfProps {
  name: TextKey;
  /** What holds when it is empty. */
  fallback?: string;
  hint?: string;
  mono?: boolean;
  /** Values that are offered. */
  offers?: readonly string[];
}

/** A field of one text. */
export function TextOf({ name, fallback, hint, mono = true, offers }: TextOfProps) {
  const t = useT();
  const { spec, change, problem } = useForm();
  const say = useProblem();
  const found = problem(name);
  const fix = found?.args?.fix;
  return (
    <Field
      label={t(`run-f-${name}`)}
      hint={hint}
      error={say(found)}
      fix={
        fix !== undefined
          ? { label: t("run-use", { value: fix }), run: () => change({ [name]: String(fix) }) }
          : undefined
      }
    >
      {(control) => (
        <>
          <TextInput
            {...control}
            mono={mono}
            fallback={fallback}
            list={offers ? `${control.id}-offers` : undefined}
            value={spec[name]}
            onChange={(value) => change({ [name]: value })}
          />
          {offers && <Offers id={`${control.id}-offers`} values={offers} />}
        </>
      )}
    </Field>
  );
}

/** Values for an input's list. */
export function Offers({ id, values }: { id: string; values: readonly string[] }) {
  return (
    <datalist id={id}>
      {values.map((value) => (
        <option key={value} value={value} />
      ))}
    </datalist>
  );
}

/** A list of texts, one a line. */
export function ListOf({
  name,
  fallback,
  hint,
}: {
  name: ListKey;
  fallback?: string;
  hint?: string;
}) {
  const t = useT();
  const { spec, change, problem } = useForm();
  const say = useProblem();
  const [text, setText] = useState(spec[name].join("\n"));
  const lines = (all: string) =>
    all
      .split("\n")
      .map((it) => it.trim())
      .filter(Boolean);
  // Another spec (pasted, loaded) shows instead of what was being written.
  const shown = lines(text).join("\n") === spec[name].join("\n") ? text : spec[name].join("\n");
  const found = spec[name].map((_, index) => problem(`${name}.${index}`)).find(Boolean);
  return (
    <Field
      label={t(`run-f-${name}`)}
      hint={hint ?? t("run-one-a-line")}
      error={say(found ?? problem(name))}
    >
      {(control) => (
        <TextArea
          {...control}
          mono
          rows={Math.min(6, Math.max(2, shown.split("\n").length))}
          fallback={fallback}
          value={shown}
          onChange={(next) => {
            setText(next);
            change({ [name]: lines(next) });
          }}
        />
      )}
    </Field>
  );
}

/** Something that is on or off. */
export function SwitchOf({ name }: { name: SwitchKey }) {
  const t = useT();
  const { spec, change } = useForm();
  return (
    <Checkbox
      checked={spec[name]}
      onChange={(on) => change({ [name]: on })}
      label={t(`run-f-${name}`)}
    />
  );
}

/** Words of a command, written as in a shell. */
export function WordsField(props: {
  label: string;
  hint?: string;
  fallback?: string;
  words: readonly string[];
  onChange: (words: string[]) => void;
}) {
  const t = useT();
  const written = props.words.map(quote).join(" ");
  const [text, setText] = useState(written);
  const read = splitWords(text);
  const same = JSON.stringify(read.words) === JSON.stringify(props.words);
  const shown = same || read.rest !== "" ? text : written;
  const bad = shown === text && (read.rest !== "" || read.open !== undefined);
  const change = (next: string) => {
    setText(next);
    props.onChange(splitWords(next).words);
  };
  return (
    <Field
      label={props.label}
      hint={props.hint}
      error={bad ? t(read.open ? "run-bad-quote" : "run-bad-shell") : null}
      fix={
        bad && !read.open
          ? { label: "sh -c '…'", run: () => change(`sh -c ${quote(text.trim())}`) }
          : undefined
      }
    >
      {(control) => (
        <TextInput {...control} mono fallback={props.fallback} value={shown} onChange={change} />
      )}
    </Field>
  );
}

export interface ListRowsProps<T> {
  items: readonly T[];
  onChange: (items: T[]) => void;
  /** A new one. */
  fresh: () => T;
  addLabel: string;
  removeLabel: string;
  /** Under which problems are found: `ports` for `ports.0`. */
  field: string;
  children: (item: T, change: (part: Partial<T>) => void, index: number) => ReactNode;
  /** What the fix of a problem does. */
  onFix?: (item: T, fix: string) => Partial<T>;
  tools?: ReactNode;
}

/** Entries that are added and removed, each with what is wrong with it. */
export function ListRows<T extends object>(props: ListRowsProps<T>) {
  const { items, onChange, fresh, field, onFix } = props;
  const t = useT();
  const { problem } = useForm();
  const say = useProblem();
  const put = (index: number, part: Partial<T>) =>
    onChange(items.map((item, at) => (at === index ? { ...item, ...part } : item)));
  return (
    <div className={styles.rows}>
      {items.map((item, index) => {
        const found = problem(`${field}.${index}`);
        const fix = found?.args?.fix;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: entries have no name, their place is it
          <div key={index} className={styles.row}>
            <div className={styles.line}>
              {props.children(item, (part) => put(index, part), index)}
              <IconButton
                small
                icon={X}
                label={props.removeLabel}
                onClick={() => onChange(items.filter((_, at) => at !== index))}
              />
            </div>
            {found && (
              <p className={cx(styles.problem, found.mild && styles.mild)} role="status">
                <CircleAlert size={13} aria-hidden />
                <span>{say(found)}</span>
                {fix !== undefined && onFix && (
                  <Button
                    look="quiet"
                    className={styles.fix}
                    onClick={() => put(index, onFix(item, String(fix)))}
                  >
                    {t("run-use", { value: fix })}
                  </Button>
                )}
              </p>
            )}
          </div>
        );
      })}
      <div className={styles.line}>
        <Button icon={Plus} className={styles.add} onClick={() => onChange([...items, fresh()])}>
          {props.addLabel}
        </Button>
        {props.tools}
      </div>
    </div>
  );
}

/** Names with values. */
export function PairsOf({ name, fallback }: { name: PairKey; fallback?: Pair }) {
  const t = useT();
  const { spec, change } = useForm();
  return (
    <fieldset className={styles.rows}>
      <legend className="visually-hidden">{t(`run-f-${name}`)}</legend>
      <strong aria-hidden>{t(`run-f-${name}`)}</strong>
      <ListRows
        field={name}
        items={spec[name]}
        onChange={(items) => change({ [name]: items })}
        fresh={() => ({ name: "", value: "" })}
        addLabel={t("run-add")}
        removeLabel={t("run-remove-entry")}
      >
        {(pair, put) => (
          <>
            <TextInput
              mono
              className={styles.grow}
              aria-label={t("run-pair-name")}
              fallback={fallback?.name}
              value={pair.name}
              onChange={(value) => put({ name: value })}
            />
            <TextInput
              mono
              className={styles.grow2}
              aria-label={t("run-pair-value")}
              fallback={fallback?.value}
              value={pair.value}
              onChange={(value) => put({ value })}
            />
          </>
        )}
      </ListRows>
    </fieldset>
  );
}
