import { useQuery } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { useState } from "react";
import { confirmList } from "@/app/confirm";
import { noticeError } from "@/app/notices";
import { Button, CommandBlock, ErrorPanel, FormSection, Skeleton } from "@/components";
import { useT } from "@/i18n/i18n";
import { model, useStatus } from "@/model";
import { call } from "@/rpc";
import { grouped } from "./config";
import { Entry } from "./Entry";
import styles from "./Settings.module.css";

/** All of `berth config`. */
export function Machine() {
  const t = useT();
  const config = useQuery({ queryKey: ["config"], queryFn: () => call("config_get"), gcTime: 0 });
  if (config.isError) return <ErrorPanel error={config.error} what={t("settings-failed")} />;
  if (!config.data) return <Skeleton lines={8} />;
  const { entries, path, problems } = config.data;
  return (
    <div className={styles.page}>
      <Pending />
      {problems.map((problem) => (
        <p key={problem} className={styles.problem} role="alert">
          {problem}
        </p>
      ))}
      {grouped(entries).map(([group, found]) => (
        <FormSection key={group} title={t(`settings-group-${group}`)}>
          {found.map((entry) => (
            <Entry key={entry.key} entry={entry} onChanged={() => void config.refetch()} />
          ))}
        </FormSection>
      ))}
      <FormSection title={t("settings-file")} note={t("settings-file-note")}>
        <CommandBlock command={path} />
      </FormSection>
    </div>
  );
}

/** What was set but does not hold yet, and what makes it hold. */
function Pending() {
  const t = useT();
  const status = useStatus();
  const [busy, setBusy] = useState(false);
  const pending = status?.vm.pending ?? "none";
  if (pending === "none" || status?.vm.state !== "running") return null;
  const restart = async () => {
    const running = model.containers.snapshot().filter((it) => it.state === "running");
    if (running.length > 0) {
      const sure = await confirmList({
        title: t("settings-restart-title"),
        note: t("settings-restart-note"),
        items: running.map((it) => ({ name: it.name, detail: it.image })),
        verb: t("settings-restart"),
        command: "berth restart",
      });
      if (!sure) return;
    }
    setBusy(true);
    try {
      await call("restart", { grace_seconds: null, force: false, wait: true });
    } catch (thrown) {
      noticeError(t("settings-restart-failed"), thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className={styles.pending} role="status">
      <span>{t(`settings-pending-${pending}`)}</span>
      <Button icon={RotateCw} busy={busy} onClick={() => void restart()}>
        {t("settings-restart")}
      </Button>
    </div>
  );
}
