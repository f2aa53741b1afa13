import { CircleCheck, Info, OctagonAlert, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { hideNotice, type Notice, SHOWN_MS, useNotices } from "@/app/notices";
import { useT } from "@/i18n/i18n";
import { Button, IconButton } from "./Button";
import { CopyButton } from "./CopyButton";
import { cx } from "./cx";
import { errorText } from "./ErrorPanel";
import styles from "./NoticeStack.module.css";

const ICONS = { info: Info, done: CircleCheck, failed: OctagonAlert };

/** What was just told, at the edge. Once, in the shell. */
export function NoticeStack() {
  const t = useT();
  const shown = useNotices().filter((notice) => notice.shown);
  return (
    <section className={styles.stack} aria-label={t("notices")} aria-live="polite">
      {shown.slice(0, 4).map((notice) => (
        <NoticeCard key={notice.id} notice={notice} floating />
      ))}
    </section>
  );
}

export interface NoticeCardProps {
  notice: Notice;
  /** Goes by itself if it is no failure, and can be closed. */
  floating?: boolean;
}

export function NoticeCard({ notice, floating = false }: NoticeCardProps) {
  const t = useT();
  const card = useRef<HTMLDivElement>(null);
  const { id, look, error, lines, action } = notice;
  const fades = floating && look !== "failed";
  useEffect(() => {
    if (!fades) return;
    const timer = setInterval(() => {
      // Not while somebody reads it or is about to press its button.
      if (card.current?.matches(":hover, :focus-within")) return;
      hideNotice(id);
    }, SHOWN_MS);
    return () => clearInterval(timer);
  }, [fades, id]);
  const Icon = ICONS[look];
  const copied = () =>
    [notice.text, ...(lines ?? []), error && errorText(error)].filter(Boolean).join("\n");
  return (
    <div ref={card} className={cx(styles.card, styles[look], floating && styles.floating)}>
      <Icon size={16} strokeWidth={1.75} className={styles.icon} aria-hidden />
      <div className={styles.body}>
        <p className={styles.text}>{notice.text}</p>
        {lines ? (
          <ul className={styles.lines}>
            {lines.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        ) : (
          error && <p className={styles.more}>{error.message}</p>
        )}
        {error?.hint && <p className={styles.more}>{error.hint}</p>}
      </div>
      <div className={styles.tools}>
        {action && (
          <Button
            look="quiet"
            onClick={() => {
              hideNotice(id);
              action.run();
            }}
          >
            {action.label}
          </Button>
        )}
        {look === "failed" && <CopyButton label={t("error-copy")} text={copied} />}
        {floating && (
          <IconButton small icon={X} label={t("close")} onClick={() => hideNotice(id)} />
        )}
      </div>
    </div>
  );
}
