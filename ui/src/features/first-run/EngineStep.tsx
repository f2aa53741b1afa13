import { Play } from "lucide-react";
import { useState } from "react";
import { engineMood } from "@/app/engine";
import { Button, ErrorPanel, type StateLook, StateMark } from "@/components";
import { useT } from "@/i18n/i18n";
import { useConnection, useStatus } from "@/model";
import { call } from "@/rpc";
import styles from "./FirstRun.module.css";

/** What Berth is, and whether its engine runs. */
export function EngineStep({ onNext }: { onNext: () => void }) {
  const t = useT();
  const status = useStatus();
  const mood = engineMood(useConnection(), status);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const start = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await call("start", { wait: true });
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  const runs = mood === "running";
  const look: StateLook =
    mood === "running"
      ? "running"
      : mood === "starting"
        ? "busy"
        : mood === "failed"
          ? "failed"
          : "stopped";
  const vm = status?.vm;
  return (
    <>
      <h1 className={styles.title}>{t("first-run-title")}</h1>
      <p className={styles.text}>{t("first-run-text")}</p>
      <div className={styles.state}>
        <StateMark look={look} word={t(`engine-${mood}`)} />
        {vm?.state === "starting" && <span className={styles.soft}>{vm.stage}</span>}
        {status?.engine.state === "running" && (
          <span className={styles.soft}>Docker Engine {status.engine.version}</span>
        )}
        {vm?.backend && (
          <span className={styles.soft}>
            {vm.backend.name} · {vm.backend.accelerator}
          </span>
        )}
      </div>
      {vm?.backend?.warning && <p className={styles.warning}>{vm.backend.warning}</p>}
      {error !== undefined && (
        <ErrorPanel inline error={error} what={t("first-run-start-failed")} />
      )}
      <footer className={styles.foot}>
        {!runs && (
          <Button icon={Play} busy={busy || mood === "starting"} onClick={() => void start()}>
            {t("first-run-start")}
          </Button>
        )}
        <Button look="primary" disabled={!runs} onClick={onNext}>
          {t("first-run-next")}
        </Button>
      </footer>
    </>
  );
}
