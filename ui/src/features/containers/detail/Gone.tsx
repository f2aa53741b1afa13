import { useQuery } from "@tanstack/react-query";
import { Ghost, X } from "lucide-react";
import { useMemo, useState } from "react";
import { go } from "@/app/nav";
import type { Container } from "@/bindings/Container";
import { Ago, Button, Bytes, EmptyState, IconButton, shortId, Truncate } from "@/components";
import { LogViewer } from "@/features/logs/viewer/LogViewer";
import { NO_SEARCH } from "@/features/logs/viewer/search";
import { useT } from "@/i18n/i18n";
import { call } from "@/rpc";
import styles from "./Detail.module.css";

export interface GoneProps {
  id: string;
  /** What it was, if this page saw it. */
  last: Container | undefined;
  onClose: () => void;
}

/** A container that is not there: its logs, where they were kept. */
export function Gone({ id, last, onClose }: GoneProps) {
  const t = useT();
  const [search, setSearch] = useState(NO_SEARCH);
  const kept = useQuery({ queryKey: ["kept-logs"], queryFn: () => call("kept_logs") });
  const found = kept.data?.find((it) => it.container === id || it.name === id);
  const sources = useMemo(
    () =>
      found
        ? [{ id: found.container, name: found.name, service: "", project: "", kept: true }]
        : [],
    [found],
  );
  const name = found?.name ?? last?.name ?? shortId(id);
  return (
    <section className={styles.detail} aria-label={name}>
      <header className={styles.header}>
        <div className={styles.top}>
          <h2 className={styles.title}>
            <Truncate text={name} />
          </h2>
          <span className={styles.word}>{t("detail-gone")}</span>
          <div className={styles.actions}>
            <IconButton icon={X} label={t("close")} keys="Escape" onClick={onClose} />
          </div>
        </div>
      </header>
      {found ? (
        <div className={styles.gone}>
          <p className={styles.kept}>
            {t("detail-gone-kept")} <Bytes value={found.bytes} /> · {t("detail-gone-since")}{" "}
            <Ago ms={found.removed_ms} />
          </p>
          <LogViewer
            title={name}
            sources={sources}
            subject={found.container}
            search={search}
            onSearch={setSearch}
            follow={false}
            empty={<p>{t("logs-silent")}</p>}
          />
        </div>
      ) : (
        <EmptyState
          icon={Ghost}
          text={t("detail-gone-text")}
          action={{ label: t("detail-gone-list"), run: onClose }}
        />
      )}
      {last && !found && (
        <Button look="quiet" onClick={() => go(`/images/${encodeURIComponent(last.image_id)}`)}>
          {t("detail-gone-image", { image: last.image })}
        </Button>
      )}
    </section>
  );
}
