import { useState } from "react";
import { Button, Dialog, Field, Select, TextInput } from "@/components";
import { useT } from "@/i18n/i18n";
import { RANGES, type Range, rangeOf, rangeText } from "./search";

export interface RangeSelectProps {
  range: Range;
  onRange: (range: Range) => void;
}

/** A time as a field of a form holds it, in the local zone. */
export function localTime(ms: number): string {
  const at = new Date(ms);
  return new Date(ms - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

/** Which time the lines are of. */
export function RangeSelect({ range, onRange }: RangeSelectProps) {
  const t = useT();
  const [asking, setAsking] = useState(false);
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const value = range.kind === "between" ? "between" : rangeText(range);
  const options = ["all", ...Object.keys(RANGES), "between"].map((key) => ({
    value: key,
    label: t(`logs-range-${key}`),
  }));
  const choose = (key: string) => {
    if (key !== "between") return onRange(rangeOf(key));
    const now = Date.now();
    setFrom(localTime(range.kind === "between" ? range.from : now - 3_600_000));
    setTo(range.kind === "between" && range.to !== null ? localTime(range.to) : "");
    setAsking(true);
  };
  const begin = Date.parse(from);
  const end = to === "" ? null : Date.parse(to);
  const wrong = Number.isNaN(begin) || (end !== null && !(end > begin));
  const submit = () => {
    if (wrong) return;
    setAsking(false);
    onRange({ kind: "between", from: begin, to: end });
  };
  return (
    <>
      <Select aria-label={t("logs-range")} value={value} onChange={choose} options={options} />
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        onSubmit={submit}
        title={t("logs-range-between")}
        actions={
          <Button type="submit" look="primary" disabled={wrong}>
            {t("logs-range-show")}
          </Button>
        }
      >
        <Field label={t("logs-range-from")}>
          {(control) => (
            <TextInput
              {...control}
              type="datetime-local"
              step={1}
              value={from}
              onChange={setFrom}
            />
          )}
        </Field>
        <Field
          label={t("logs-range-to")}
          hint={t("logs-range-to-hint")}
          error={wrong ? t("logs-range-wrong") : null}
        >
          {(control) => (
            <TextInput {...control} type="datetime-local" step={1} value={to} onChange={setTo} />
          )}
        </Field>
      </Dialog>
    </>
  );
}
