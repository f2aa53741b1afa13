import { useEffect, useId, useState } from "react";
import { type Asked, type ConfirmItem, useAsked } from "@/app/confirm";
import { useT } from "@/i18n/i18n";
import { Button } from "./Button";
import { CommandBlock } from "./CommandBlock";
import styles from "./ConfirmHost.module.css";
import { Checkbox, TextInput } from "./controls";
import { Dialog } from "./Dialog";
import { Bytes } from "./format";
import { bytes } from "./format/format";
import { Truncate } from "./Truncate";

/** Draws what `confirmList` asks. Once, in the shell. */
export function ConfirmHost() {
  const asked = useAsked();
  return asked && <Confirm key={asked.title} asked={asked} />;
}

/** What comes back in all; `null` when nothing is known of any. */
export function freed(items: readonly ConfirmItem[]): number | null {
  const known = items.filter((item) => typeof item.bytes === "number");
  return known.length === 0 ? null : known.reduce((sum, item) => sum + (item.bytes ?? 0), 0);
}

function Confirm({ asked }: { asked: Asked }) {
  const t = useT();
  const id = useId();
  const [options, setOptions] = useState<Record<string, boolean>>(() =>
    Object.fromEntries((asked.options ?? []).map((option) => [option.id, option.checked ?? false])),
  );
  const [typed, setTyped] = useState("");
  const [known, setKnown] = useState(() => asked.items);
  useEffect(() => {
    let here = true;
    // What can't be learned stays unknown.
    asked.later?.then((items) => here && setKnown(() => items)).catch(() => undefined);
    return () => {
      here = false;
    };
  }, [asked]);
  const items = typeof known === "function" ? known(options) : known;
  const total = freed(items);
  const command = typeof asked.command === "function" ? asked.command(options) : asked.command;
  const ready = items.length > 0 && (asked.typed === undefined || typed === asked.typed);
  const verb = total ? t("confirm-frees", { verb: asked.verb, bytes: bytes(total) }) : asked.verb;
  const leave = () => asked.answer(null);
  return (
    <Dialog
      open
      width="medium"
      title={asked.title}
      note={asked.note}
      onClose={leave}
      onSubmit={() => ready && asked.answer(options)}
      actions={
        <>
          <Button onClick={leave}>{t("cancel")}</Button>
          <Button
            type="submit"
            look="danger"
            className={styles.verb}
            disabled={!ready}
            data-autofocus
          >
            {verb}
          </Button>
        </>
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is scrolled by keys */}
      <ul className={styles.items} tabIndex={0} aria-label={asked.title}>
        {items.map((item) => (
          <li key={`${item.detail}/${item.name}`} className={styles.item}>
            {item.icon && <item.icon size={15} strokeWidth={1.5} aria-hidden />}
            <Truncate mono className={styles.name} text={item.name} />
            {item.detail && <Truncate className={styles.detail} text={item.detail} />}
            {item.bytes !== undefined && (
              <span className={styles.bytes}>
                <Bytes value={item.bytes} />
              </span>
            )}
          </li>
        ))}
      </ul>
      {asked.options?.map((option) => (
        <div key={option.id} className={styles.option}>
          <Checkbox
            checked={options[option.id] ?? false}
            onChange={(checked) => setOptions({ ...options, [option.id]: checked })}
            label={option.label}
          />
          {option.hint && <p className={styles.hint}>{option.hint}</p>}
        </div>
      ))}
      {asked.typed !== undefined && (
        <label className={styles.typed} htmlFor={id}>
          {t("confirm-type", { word: asked.typed })}
          <TextInput id={id} mono value={typed} onChange={setTyped} />
        </label>
      )}
      {command && <CommandBlock command={command} wrap />}
    </Dialog>
  );
}
