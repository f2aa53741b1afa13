import { Database, FolderOpen, HardDrive, MemoryStick } from "lucide-react";
import { go, Link } from "@/app/nav";
import { Badge, CopyButton, EmptyState, ErrorPanel, IconButton, Skeleton } from "@/components";
import { visibleText } from "@/features/logs/text/visible";
import { useT } from "@/i18n/i18n";
import type { InspectedMount } from "../logic/inspect";
import type { TabProps } from "../tabs";
import { useInspect } from "../useInspect";
import styles from "./tabs.module.css";

const ICONS: Record<string, typeof HardDrive> = { volume: Database, tmpfs: MemoryStick };

/** What is mounted in the container, and where it comes from. */
export default function Mounts({ container }: TabProps) {
  const t = useT();
  const { data, error } = useInspect(container);
  if (error) return <ErrorPanel error={error} />;
  if (!data) return <Skeleton />;
  const mounts = [...(data.Mounts ?? [])].sort((a, b) =>
    a.Destination.localeCompare(b.Destination),
  );
  if (mounts.length === 0) {
    return (
      <EmptyState
        icon={HardDrive}
        text={t("detail-mounts-none")}
        command={`docker run -v data:/data ${container.image}`}
      />
    );
  }
  return (
    <ul className={styles.cards}>
      {mounts.map((mount) => (
        <MountCard key={mount.Destination} mount={mount} container={container.id} />
      ))}
    </ul>
  );
}

function MountCard({ mount, container }: { mount: InspectedMount; container: string }) {
  const t = useT();
  const kind = mount.Type ?? "volume";
  const Icon = ICONS[kind] ?? HardDrive;
  const source = kind === "volume" ? (mount.Name ?? "") : (mount.Source ?? "");
  const browse = () =>
    go(`/containers/${container}/files?path=${encodeURIComponent(mount.Destination)}`);
  return (
    <li className={styles.card}>
      <Icon size={16} strokeWidth={1.5} className={styles.cardIcon} aria-hidden />
      <div className={styles.cardBody}>
        <p className={styles.cardTitle}>
          <bdi className="mono">{visibleText(mount.Destination)}</bdi>
          <Badge>
            {t(`detail-mount-${["bind", "volume", "tmpfs"].includes(kind) ? kind : "other"}`)}
          </Badge>
          {mount.RW === false && <Badge>{t("detail-mount-read-only")}</Badge>}
        </p>
        <p className={styles.cardNote}>
          {kind === "volume" && source !== "" ? (
            <Link to={`/volumes/${encodeURIComponent(source)}`}>
              <bdi className="mono">{visibleText(source)}</bdi>
            </Link>
          ) : (
            <bdi className="mono">
              {source === "" ? t("detail-mount-memory") : visibleText(source)}
            </bdi>
          )}
        </p>
      </div>
      {source !== "" && <CopyButton text={source} label={t("detail-mount-copy")} />}
      <IconButton small icon={FolderOpen} label={t("detail-mount-browse")} onClick={browse} />
    </li>
  );
}
