import { StateMark } from "@/components/StateMark";
import { useT } from "@/i18n/i18n";
import { useConnection, useStatus } from "@/model";
import { engineMood } from "./engine";
import styles from "./StatusBar.module.css";

const LOOKS = {
  unknown: "stopped",
  lost: "failed",
  running: "running",
  starting: "busy",
  stopping: "busy",
  stopped: "stopped",
  asleep: "paused",
  failed: "failed",
} as const;

/** What is true now: the engine, what the machine costs, the tasks. */
export function StatusBar() {
  const t = useT();
  const mood = engineMood(useConnection(), useStatus());
  return (
    <footer role="contentinfo" className={styles.bar} aria-label={t("app-status")}>
      <StateMark look={LOOKS[mood]} word={t(`engine-${mood}`)} />
    </footer>
  );
}
