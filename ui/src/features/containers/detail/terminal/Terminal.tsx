import "@xterm/xterm/css/xterm.css";
import { Bug, Ellipsis, Plus, Search, SquareTerminal, X } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import {
  Button,
  CommandBlock,
  cx,
  EmptyState,
  ErrorPanel,
  IconButton,
  Menu,
  type MenuEntry,
  noticeError,
  Skeleton,
} from "@/components";
import { useT } from "@/i18n/i18n";
import { docker } from "@/rpc";
import { CallError } from "@/rpc/error";
import * as act from "../../actions";
import { findShell } from "../logic/shell";
import type { TabProps } from "../tabs";
import { debugCommand, debugTarget } from "./debug";
import { Screen } from "./Screen";
import { sessions, useSessions } from "./sessions";
import styles from "./Terminal.module.css";

const lastOpen = new Map<string, number>();

/** Shells in the container, each in a tab of its own; they live on while other tabs are shown. */
export default function Terminal({ container }: TabProps) {
  const t = useT();
  const { id } = container;
  const list = useSessions(id);
  const [shell, setShell] = useState<string | null>();
  const [failed, setFailed] = useState<CallError>();
  const [chosen, choose] = useState(lastOpen.get(id));
  const [finding, setFinding] = useState(false);
  const running = container.state === "running";
  const current = list.find((it) => it.id === chosen) ?? list.at(-1);

  const open = useCallback(
    (shell: string, user = "") => {
      const session = sessions.open(id, { kind: "exec", container: id, shell, user });
      choose(session.id);
    },
    [id],
  );
  useEffect(() => {
    if (current) lastOpen.set(id, current.id);
  }, [id, current]);
  useEffect(() => {
    if (!running) return;
    let left = false;
    findShell(docker, id).then(
      (found) => {
        if (left) return;
        setShell(found ?? null);
        if (found && sessions.of(id).length === 0) open(found);
      },
      (thrown: unknown) => !left && setFailed(CallError.from(thrown)),
    );
    return () => {
      left = true;
    };
  }, [id, running, open]);

  const debug = async () => {
    try {
      choose(sessions.open(id, await debugTarget(id)).id);
    } catch (thrown) {
      noticeError(t("detail-shell-debug-failed"), thrown);
    }
  };
  if (!running && list.length === 0) {
    return (
      <EmptyState
        icon={SquareTerminal}
        text={t("detail-shell-stopped")}
        command={`docker start ${container.name}`}
        action={{ label: t("containers-start"), run: () => void act.start([container]) }}
      />
    );
  }
  if (failed) return <ErrorPanel error={failed} what={t("detail-shell-failed")} />;
  if (!current) {
    if (shell !== null) return <Skeleton lines={3} />;
    return (
      <div className={styles.none}>
        <EmptyState
          icon={Bug}
          text={`${t("detail-shell-none")} ${t("detail-shell-none-fix")}`}
          action={{ label: t("detail-shell-debug"), run: () => void debug() }}
        />
        <CommandBlock command={debugCommand(container.name)} wrap />
      </div>
    );
  }
  const menu: MenuEntry[] = [
    ...(shell
      ? [
          { id: "root", label: t("detail-shell-root"), run: () => open(shell, "root") },
          ...["/bin/sh"]
            .filter((other) => other !== shell)
            .map((other) => ({
              id: other,
              label: t("detail-shell-other", { shell: other }),
              run: () => open(other),
            })),
        ]
      : []),
    { id: "debug", label: t("detail-shell-debug"), icon: Bug, run: () => void debug() },
    "-",
    { id: "clear", label: t("detail-shell-clear"), run: () => current.terminal.clear() },
  ];
  return (
    <div className={styles.terminal}>
      <div className={styles.bar}>
        <div className={styles.sessions} role="toolbar" aria-label={t("detail-shell-sessions")}>
          {list.map((session) => (
            <span
              key={session.id}
              className={cx(styles.session, session === current && styles.current)}
            >
              <button
                type="button"
                className={styles.name}
                aria-pressed={session === current}
                onClick={() => choose(session.id)}
              >
                <bdi>{session.title}</bdi>
              </button>
              <IconButton
                small
                icon={X}
                label={t("detail-shell-close", { name: session.title })}
                onClick={() => sessions.close(id, session)}
              />
            </span>
          ))}
          {shell && (
            <IconButton
              small
              icon={Plus}
              label={t("detail-shell-new")}
              onClick={() => open(shell)}
            />
          )}
        </div>
        <IconButton
          small
          icon={Search}
          label={t("detail-shell-find")}
          pressed={finding}
          onClick={() => setFinding(!finding)}
        />
        <Menu entries={menu}>
          <IconButton small icon={Ellipsis} label={t("detail-shell-options")} />
        </Menu>
      </div>
      <Screen
        key={current.id}
        session={current}
        finding={finding}
        onFound={() => setFinding(false)}
      />
      {!["open", "opening"].includes(current.state) && (
        <div className={styles.over} role="status">
          <span className={styles.why}>
            {current.error?.message ??
              t(current.state === "lost" ? "detail-shell-lost" : "detail-shell-ended")}
          </span>
          <Button keys="Enter" disabled={!running} onClick={() => void current.connect()}>
            {t("detail-shell-again")}
          </Button>
        </div>
      )}
    </div>
  );
}
