import { useQuery } from "@tanstack/react-query";
import { Button, ErrorPanel, Skeleton } from "@/components";
import { Entry } from "@/features/settings/Entry";
import { useT } from "@/i18n/i18n";
import { call } from "@/rpc";
import styles from "./FirstRun.module.css";

const KEYS = ["cpus", "memory", "docker.context"];

/** What the machine may take; the defaults are good. */
export function SizeStep({ onBack, onNext }: { onBack: () => void; onNext: () => void }) {
  const t = useT();
  const config = useQuery({ queryKey: ["config"], queryFn: () => call("config_get"), gcTime: 0 });
  return (
    <>
      <h1 className={styles.title}>{t("first-run-size-title")}</h1>
      <p className={styles.text}>{t("first-run-size-text")}</p>
      {config.isError && <ErrorPanel inline error={config.error} what={t("settings-failed")} />}
      {config.data ? (
        <div className={styles.fields}>
          {config.data.entries
            .filter((entry) => KEYS.includes(entry.key))
            .map((entry) => (
              <Entry key={entry.key} entry={entry} onChanged={() => void config.refetch()} />
            ))}
        </div>
      ) : (
        <Skeleton lines={4} />
      )}
      <footer className={styles.foot}>
        <Button onClick={onBack}>{t("first-run-back")}</Button>
        <Button look="primary" onClick={onNext}>
          {t("first-run-next")}
        </Button>
      </footer>
    </>
  );
}
