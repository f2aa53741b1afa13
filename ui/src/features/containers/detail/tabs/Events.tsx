import { Timer } from "lucide-react";
import { useMemo, useSyncExternalStore } from "react";
import type { EngineEvent } from "@/bindings/EngineEvent";
import { Ago, EmptyState } from "@/components";
import { visibleText } from "@/features/logs/text/visible";
import { useT } from "@/i18n/i18n";
import { model } from "@/model";
import { notable } from "../logic/events";
import type { TabProps } from "../tabs";
import styles from "./tabs.module.css";

/** What happened to the container since this page was opened. */
export default function Events({ container }: TabProps) {
  const t = useT();
  const all = useSyncExternalStore(model.subscribe, model.events);
  const list = useMemo(() => notable(all, container), [all, container]);
  if (list.length === 0) {
    return (
      <EmptyState
        icon={Timer}
        text={t("detail-events-none")}
        command={`docker events --filter container=${container.name}`}
      />
    );
  }
  return (
    <ol className={styles.scroll}>
      {list.map((event) => (
        <EventLine key={`${event.time_ms} ${event.action} ${event.id}`} event={event} />
      ))}
    </ol>
  );
}

const SHOWN = [
  "exitCode",
  "signal",
  "execDuration",
  "container",
  "network",
  "destination",
  "driver",
];

function EventLine({ event }: { event: EngineEvent }) {
  const facts = Object.entries(event.attributes).filter(([name]) => SHOWN.includes(name));
  return (
    <li className={styles.event}>
      <span className={styles.when}>
        <Ago ms={event.time_ms} />
      </span>
      <span className={styles.action}>{visibleText(event.action)}</span>
      <span className={styles.faint}>
        {facts.map(([name, value]) => `${name}=${visibleText(value)}`).join("  ")}
      </span>
    </li>
  );
}
