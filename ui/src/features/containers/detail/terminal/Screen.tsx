import { ArrowDown, ArrowUp, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { IconButton, TextInput } from "@/components";
import { useT } from "@/i18n/i18n";
import type { Session } from "./session";
import styles from "./Terminal.module.css";

export interface ScreenProps {
  session: Session;
  finding: boolean;
  onFound: () => void;
}

/** The terminal of a session, fitted to its place. */
export function Screen({ session, finding, onFound }: ScreenProps) {
  const t = useT();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    session.show(element);
    if (session.state === "opening") void session.connect();
    session.terminal.focus();
    const watch = new ResizeObserver(() => session.refit());
    watch.observe(element);
    return () => watch.disconnect();
  }, [session]);
  return (
    <div className={styles.screen}>
      {finding && <Find session={session} onClose={onFound} />}
      <section
        ref={place}
        className={styles.place}
        data-takes-keys
        aria-label={t("detail-shell-leave")}
      />
    </div>
  );
}

function Find({ session, onClose }: { session: Session; onClose: () => void }) {
  const t = useT();
  const [text, setText] = useState("");
  const step = (by: 1 | -1) =>
    by > 0 ? session.search.findNext(text) : session.search.findPrevious(text);
  const close = () => {
    session.search.clearDecorations();
    onClose();
    session.terminal.focus();
  };
  return (
    <div className={styles.find}>
      <TextInput
        value={text}
        onChange={(next) => {
          setText(next);
          session.search.findNext(next, { incremental: true });
        }}
        fallback={t("detail-shell-find")}
        aria-label={t("detail-shell-find")}
        autoFocus
        onKeyDown={(event) => {
          if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
          if (event.key === "Escape") close();
          if (event.key === "Enter" || event.key === "Escape") event.stopPropagation();
        }}
      />
      <IconButton small icon={ArrowUp} label={t("logs-key-before")} onClick={() => step(-1)} />
      <IconButton small icon={ArrowDown} label={t("logs-key-next")} onClick={() => step(1)} />
      <IconButton small icon={X} label={t("close")} keys="Escape" onClick={close} />
    </div>
  );
}
