import { bytes, number, percent } from "@/components";
import { useT } from "@/i18n/i18n";
import styles from "../tabs/tabs.module.css";
import type { Sample } from "./series";

/** What the container uses at this moment, in large numbers. */
export function Now({ now, cpus }: { now: Sample | undefined; cpus: number | undefined }) {
  const t = useT();
  const rate = (value: number | null | undefined) =>
    value === null || value === undefined ? "–" : `${bytes(value)}/s`;
  const share =
    now?.memory != null && now.limit ? percent((now.memory / now.limit) * 100) : undefined;
  return (
    <div className={styles.now}>
      <Meter
        name={t("detail-cpu")}
        value={now?.cpu == null ? "–" : percent(now.cpu)}
        note={
          cpus
            ? t("detail-of-cpus", { count: cpus, shown: number(cpus, 2) })
            : t("detail-of-one-cpu")
        }
      />
      <Meter
        name={t("detail-memory")}
        value={now?.memory == null ? "–" : bytes(now.memory)}
        note={now?.limit ? `${share} ${t("detail-of")} ${bytes(now.limit)}` : "–"}
      />
      <Meter
        name={t("detail-network")}
        value={rate(now?.received)}
        note={`${t("detail-sent")} ${rate(now?.sent)}`}
      />
      <Meter
        name={t("detail-disk")}
        value={rate(now?.read)}
        note={`${t("detail-written")} ${rate(now?.written)}`}
      />
      <Meter
        name={t("detail-pids")}
        value={now?.pids == null ? "–" : number(now.pids)}
        note={t("detail-pids-note")}
      />
    </div>
  );
}

function Meter({ name, value, note }: { name: string; value: string; note: string }) {
  return (
    <div className={styles.meter}>
      <span className={styles.meterName}>{name}</span>
      <span className={styles.meterValue}>{value}</span>
      <span className={styles.meterNote} title={note}>
        {note}
      </span>
    </div>
  );
}
