import { CloudOff, KeyRound, Moon, OctagonAlert, Power } from "lucide-react";
import { Button, cx, EmptyState, ProgressBar } from "@/components";
import { useT } from "@/i18n/i18n";
import { useConnection, useStatus } from "@/model";
import { socket } from "@/rpc";
import { sentence } from "@/rpc/error";
import styles from "./EngineBanner.module.css";
import { engineMood } from "./engine";
import { engine } from "./engineControl";

/** Above a view while the engine can't be asked: what is shown is what was last known. */
export function EngineBanner() {
  const t = useT();
  const status = useStatus();
  const mood = engineMood(useConnection(), status);
  if (mood === "running" || mood === "unknown" || mood === "refused") return null;
  const start = (label: string) => <Button onClick={() => void engine("start")}>{t(label)}</Button>;
  switch (mood) {
    case "lost":
      return (
        <Banner icon={CloudOff} text={t("banner-lost")}>
          <Button onClick={() => socket.connect(true)}>{t("banner-try")}</Button>
        </Banner>
      );
    case "asleep":
      return (
        <Banner icon={Moon} text={t("banner-asleep")}>
          {start("banner-wake")}
        </Banner>
      );
    case "stopped":
      return (
        <Banner icon={Power} text={t("banner-stopped")}>
          {start("engine-start")}
        </Banner>
      );
    case "failed": {
      const vm = status?.vm;
      const engineStatus = status?.engine;
      const cause =
        vm?.state === "failed"
          ? `${sentence(vm.cause)} ${sentence(vm.next_step)}`
          : engineStatus?.state === "failed"
            ? sentence(engineStatus.cause)
            : "";
      return (
        <Banner icon={OctagonAlert} failed text={`${t("banner-failed")} ${cause}`}>
          {start("banner-try")}
        </Banner>
      );
    }
    default: {
      const vm = status?.vm;
      const stage = vm?.state === "starting" ? vm.stage : "";
      return (
        <Banner icon={Power} text={t(`banner-${mood}`, { stage })}>
          <span className={styles.progress}>
            <ProgressBar value={null} label={t(`banner-${mood}`, { stage })} />
          </span>
        </Banner>
      );
    }
  }
}

interface BannerProps {
  icon: typeof Moon;
  text: string;
  failed?: boolean;
  children: React.ReactNode;
}

function Banner({ icon: Icon, text, failed = false, children }: BannerProps) {
  return (
    <div className={cx(styles.banner, failed && styles.failed)} role="status">
      <Icon size={15} strokeWidth={1.6} aria-hidden />
      <span className={styles.text}>{text}</span>
      {children}
    </div>
  );
}

/** The token of this page lets nobody in any more. */
export function Refused() {
  const t = useT();
  return (
    <EmptyState
      icon={KeyRound}
      text={t("refused")}
      command="berth dashboard"
      action={{ label: t("banner-try"), run: () => socket.connect(true) }}
    />
  );
}
