import type { Check } from "@/bindings/Check";
import type { CheckStatus } from "@/bindings/CheckStatus";
import { CommandBlock, type StateLook, StateMark } from "@/components";
import { useT } from "@/i18n/i18n";
import styles from "./Diagnostics.module.css";
import { fixCommand, sorted } from "./report";

const LOOKS: Record<CheckStatus, StateLook> = {
  ok: "running",
  warn: "paused",
  fail: "failed",
  skip: "created",
};

/** Every check, troubles first, each with what helps. */
export function Checks({ checks }: { checks: readonly Check[] }) {
  return (
    <ul className={styles.checks}>
      {sorted(checks).map((check) => (
        <Row key={check.id} check={check} />
      ))}
    </ul>
  );
}

function Row({ check }: { check: Check }) {
  const t = useT();
  const command = check.fix ? fixCommand(check.fix) : undefined;
  return (
    <li className={styles.check}>
      <StateMark look={LOOKS[check.status]} word={t(`diagnostics-${check.status}`)} />
      <div className={styles.about}>
        <h2 className={styles.title}>{check.title}</h2>
        <p className={styles.detail}>{check.detail}</p>
        {command ? (
          <CommandBlock command={command} />
        ) : (
          check.fix && <p className={styles.fix}>{check.fix}</p>
        )}
      </div>
    </li>
  );
}
