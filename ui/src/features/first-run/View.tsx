import { useState } from "react";
import { Mark } from "@/app/Mark";
import { go } from "@/app/nav";
import { setPref } from "@/app/prefs";
import { Button, cx } from "@/components";
import { useT } from "@/i18n/i18n";
import { ContainerStep } from "./ContainerStep";
import { EngineStep } from "./EngineStep";
import styles from "./FirstRun.module.css";
import { STEPS, type Step } from "./first";
import { SizeStep } from "./SizeStep";

/** Not shown by itself again. */
function leave(to: string): void {
  setPref("first-run.done", true);
  go(to, { replace: true });
}

/** From nothing to a running container, in three screens. */
export default function View() {
  const t = useT();
  const [step, setStep] = useState<Step>("engine");
  const at = STEPS.indexOf(step);
  const next = () => setStep(STEPS[at + 1] ?? step);
  return (
    <section className={styles.page} aria-label={t("nav-first-run")}>
      <div className={styles.card}>
        <header className={styles.head}>
          <Mark size={28} />
          <ol className={styles.steps} aria-label={t("first-run-steps")}>
            {STEPS.map((it, index) => (
              <li
                key={it}
                className={cx(styles.step, index <= at && styles.reached)}
                aria-current={it === step ? "step" : undefined}
              >
                <span className="visually-hidden">{t(`first-run-${it}`)}</span>
              </li>
            ))}
          </ol>
          <Button look="quiet" onClick={() => leave("/containers")}>
            {t("first-run-skip")}
          </Button>
        </header>
        {step === "engine" && <EngineStep onNext={next} />}
        {step === "size" && <SizeStep onBack={() => setStep("engine")} onNext={next} />}
        {step === "container" && (
          <ContainerStep onBack={() => setStep("size")} onDone={(to) => leave(to)} />
        )}
      </div>
    </section>
  );
}
