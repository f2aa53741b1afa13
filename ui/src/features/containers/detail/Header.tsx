import { Ellipsis, ExternalLink, X } from "lucide-react";
import { type RefObject, useEffect, useMemo, useRef, useState } from "react";
import { useKeys } from "@/app/keymap";
import { Link } from "@/app/nav";
import type { Container } from "@/bindings/Container";
import {
  Ago,
  actionMenu,
  IconButton,
  Menu,
  type MenuEntry,
  type RowAction,
  Since,
  StateMark,
  Tooltip,
  Truncate,
} from "@/components";
import { useT } from "@/i18n/i18n";
import { platform } from "@/platform";
import { exposed, published } from "../list/ports";
import { isUp, shownState, sinceSeconds } from "../list/state";
import { togglePin } from "../pins";
import { containerActions } from "../rowActions";
import { copyRunCommand } from "./copyRun";
import styles from "./Detail.module.css";

export interface HeaderProps {
  container: Container;
  /** Where the keys of the actions work. */
  within: RefObject<HTMLElement | null>;
  onClose: () => void;
}

const BUTTONS = ["start", "stop", "restart", "unpause", "pause", "remove"];

/** What the container is, and what can be done to it. */
export function Header({ container, within, onClose }: HeaderProps) {
  const t = useT();
  const { look, word } = shownState(container);
  const text = t(word, { code: container.exit_code ?? 0 });
  const rows = useMemo(() => [container], [container]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another language has other labels
  const actions = useMemo(() => containerActions(togglePin), [t]);
  const now = actions.filter((it) => (it.shown?.(rows) ?? true) && (it.can?.(rows) ?? true));
  const [busy, act] = useBusy(rows);
  useKeys(
    "keys-detail",
    now
      .filter((it) => it.keys)
      .map((it) => ({ keys: it.keys ?? "", label: `detail-do-${it.id}`, run: () => act(it) })),
    within,
  );
  const menu: MenuEntry[] = [
    ...actionMenu(actions, rows),
    { id: "run", label: t("detail-copy-run"), run: () => void copyRunCommand(container.id) },
  ];
  return (
    <header className={styles.header}>
      <div className={styles.top}>
        <h2 className={styles.title}>
          <Truncate text={container.name} />
        </h2>
        <StateMark className={styles.state} look={look} word={text} />
        <div className={styles.actions}>
          {now
            .filter((it) => BUTTONS.includes(it.id) && it.icon)
            .map((it) => (
              <IconButton
                key={it.id}
                icon={it.icon ?? Ellipsis}
                label={it.label(1)}
                keys={it.keys?.split(" | ")[0]}
                disabled={busy}
                onClick={() => act(it)}
              />
            ))}
          <Menu entries={menu}>
            <IconButton icon={Ellipsis} label={t("detail-actions")} />
          </Menu>
          <IconButton icon={X} label={t("close")} keys="Escape" onClick={onClose} />
        </div>
      </div>
      <Facts container={container} />
    </header>
  );
}

/** One action at a time; the next is possible when the state changed or the call came back. */
function useBusy(rows: readonly Container[]) {
  const [busy, setBusy] = useState(false);
  const alive = useRef(true);
  useEffect(() => {
    alive.current = true;
    return () => {
      alive.current = false;
    };
  }, []);
  const act = async (action: RowAction<Container>) => {
    setBusy(true);
    await Promise.resolve(action.run(rows)).catch(() => undefined);
    if (alive.current) setBusy(false);
  };
  return [busy, (action: RowAction<Container>) => void act(action)] as const;
}

function Facts({ container }: { container: Container }) {
  const t = useT();
  const ports = published(container.ports);
  const inner = exposed(container.ports);
  const since = sinceSeconds(container);
  return (
    <div className={styles.facts}>
      <Link to={`/images/${encodeURIComponent(container.image_id)}`}>
        <Truncate mono text={container.image} />
      </Link>
      {ports.map(({ text, url }) =>
        url && isUp(container) ? (
          <Tooltip key={text} text={t("containers-open-port", { url })} keys="o">
            <a
              className={styles.port}
              href={url}
              target="_blank"
              rel="noreferrer noopener"
              onClick={(event) => {
                event.preventDefault();
                void platform.openExternal(url);
              }}
            >
              {text}
              <ExternalLink size={11} aria-hidden />
            </a>
          </Tooltip>
        ) : (
          <span key={text} className={styles.port}>
            {text}
          </span>
        ),
      )}
      {ports.length === 0 && inner.length > 0 && (
        <span className={styles.port} title={t("containers-exposed")}>
          {inner.join(", ")}
        </span>
      )}
      {container.state === "running" ? (
        <span>
          {t("detail-up")} <Since seconds={container.started} />
        </span>
      ) : (
        since !== null && <Ago seconds={since} />
      )}
    </div>
  );
}
