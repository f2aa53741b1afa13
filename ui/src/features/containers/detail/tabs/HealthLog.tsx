import { Ago, duration, StateMark } from "@/components";
import { plain } from "@/features/logs/text/ansi";
import { visibleText } from "@/features/logs/text/visible";
import { useT } from "@/i18n/i18n";
import { type Inspected, timeOf } from "../logic/inspect";
import styles from "./tabs.module.css";

const SHOWN = 800;

/** The last runs of the health check, newest first. */
export function HealthLog({ health }: { health: Inspected["State"]["Health"] }) {
  const t = useT();
  const runs = [...(health?.Log ?? [])].reverse();
  if (runs.length === 0) return null;
  return (
    <section className={styles.section}>
      <h3 className={styles.sectionTitle}>
        {t("detail-health")}
        {health?.FailingStreak
          ? ` · ${t("detail-health-failing", { count: health.FailingStreak })}`
          : ""}
      </h3>
      <ul className={styles.checks}>
        {runs.slice(0, 5).map((run) => {
          const begin = timeOf(run.Start);
          const end = timeOf(run.End);
          const good = run.ExitCode === 0;
          return (
            <li key={run.Start} className={styles.check}>
              <StateMark
                look={good ? "running" : "failed"}
                word={t(good ? "detail-health-good" : "detail-health-bad", { code: run.ExitCode })}
              />
              <pre>
                {visibleText(plain(run.Output.slice(0, SHOWN)))
                  .replaceAll("␊", "\n")
                  .trim()}
              </pre>
              <span className={styles.faint}>
                {begin && end && end >= begin ? `${duration(end - begin)} · ` : ""}
                <Ago ms={begin} />
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
