import { Bell } from "lucide-react";
import { Popover } from "radix-ui";
import { Ago, Button, NoticeCard } from "@/components";
import { useT } from "@/i18n/i18n";
import styles from "./NoticeCenter.module.css";
import { clearNotices, markAllRead, useNotices } from "./notices";
import panel from "./TaskCenter.module.css";

/** All that was told, newest first: nothing is lost when it leaves the edge. */
export function NoticeCenter() {
  const t = useT();
  const all = useNotices();
  const unread = all.filter((notice) => !notice.read).length;
  return (
    <Popover.Root onOpenChange={(open) => open && markAllRead()}>
      <Popover.Trigger className={panel.button} aria-label={t("notices-unread", { count: unread })}>
        <Bell size={14} strokeWidth={1.6} aria-hidden />
        {unread > 0 && <span className={styles.count}>{unread}</span>}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          data-zoom
          className={panel.panel}
          side="top"
          align="end"
          sideOffset={8}
          collisionPadding={8}
          aria-label={t("notices")}
        >
          <header className={panel.head}>
            <h2>{t("notices")}</h2>
            {all.length > 0 && (
              <Button look="quiet" onClick={clearNotices}>
                {t("tasks-clear")}
              </Button>
            )}
          </header>
          <ul className={panel.list}>
            {all.map((notice) => (
              <li key={notice.id} className={styles.item}>
                <NoticeCard notice={notice} />
                <span className={styles.when}>
                  <Ago ms={notice.time} />
                </span>
              </li>
            ))}
          </ul>
          {all.length === 0 && <p className={panel.none}>{t("notices-none")}</p>}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
