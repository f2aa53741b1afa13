import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { Badge, Duration, type StateLook, StateMark, Truncate } from "@/components";
import { useT } from "@/i18n/i18n";
import styles from "./Builds.module.css";
import { bar, type Step, type StepLook, span } from "./steps";

const LOOKS: Record<StepLook, StateLook> = {
  waiting: "created",
  running: "busy",
  done: "running",
  cached: "stopped",
  failed: "failed",
};

/** Steps on their common time axis; each opens to what it wrote. */
export function Steps({ steps, running }: { steps: readonly Step[]; running: boolean }) {
  const t = useT();
  const total = span(steps);
  const failed = steps.find((step) => step.look === "failed")?.id;
  const [open, setOpen] = useState<string | null>(null);
  // The step that failed is what one came for.
  const shown = open ?? failed ?? null;
  if (steps.length === 0) {
    return <p className={styles.nothing}>{t(running ? "builds-waiting" : "builds-no-steps")}</p>;
  }
  return (
    <ol className={styles.steps}>
      {steps.map((step) => (
        <Line
          key={step.id}
          step={step}
          total={total}
          open={step.id === shown}
          onToggle={() => setOpen(step.id === shown ? "" : step.id)}
        />
      ))}
    </ol>
  );
}

interface LineProps {
  step: Step;
  total: number;
  open: boolean;
  onToggle: () => void;
}

function Line({ step, total, open, onToggle }: LineProps) {
  const t = useT();
  const place = bar(step, total);
  const text = [step.output, step.error].filter(Boolean).join("\n");
  return (
    <li className={styles.step}>
      <button
        type="button"
        className={styles.line}
        aria-expanded={open}
        disabled={text === ""}
        onClick={onToggle}
      >
        <ChevronRight
          size={14}
          className={styles.arrow}
          data-open={open || undefined}
          data-empty={text === "" || undefined}
          aria-hidden
        />
        <StateMark compact look={LOOKS[step.look]} word={t(`builds-step-${step.look}`)} />
        <Truncate mono className={styles.name} text={step.name} />
        {step.look === "cached" && <Badge>{t("builds-step-cached")}</Badge>}
        <span className={styles.track} aria-hidden>
          {place && (
            <span
              className={styles.bar}
              data-look={step.look}
              style={{ left: `${place.left * 100}%`, width: `${place.width * 100}%` }}
            />
          )}
        </span>
        <span className={styles.took}>
          <Duration ms={step.took} />
        </span>
      </button>
      {open && text !== "" && <pre className={styles.output}>{text}</pre>}
    </li>
  );
}
