import { ExternalLink, Pin } from "lucide-react";
import type { Container } from "@/bindings/Container";
import {
  Ago,
  Badge,
  Bytes,
  None,
  Percent,
  Sparkline,
  StateMark,
  Tooltip,
  Truncate,
} from "@/components";
import { useT } from "@/i18n/i18n";
import { useStats, useStatsSum } from "@/model/stats";
import { platform } from "@/platform";
import styles from "./cells.module.css";
import { exposed, published } from "./ports";
import { isUp, shownState, sinceSeconds } from "./state";

export function NameCell({ container, pinned }: { container: Container; pinned: boolean }) {
  const t = useT();
  const { look, word } = shownState(container);
  return (
    <span className={styles.name}>
      <Tooltip text={t(word, { code: container.exit_code ?? 0 })}>
        <span>
          <StateMark compact look={look} word={t(word, { code: container.exit_code ?? 0 })} />
        </span>
      </Tooltip>
      <Truncate text={container.name} className={styles.strong} />
      {pinned && <Pin size={12} className={styles.pin} aria-label={t("containers-pinned")} />}
    </span>
  );
}

export function StateCell({ container }: { container: Container }) {
  const t = useT();
  const { look, word } = shownState(container);
  return (
    <span className={styles.state}>
      <span className={look === "failed" ? styles.failed : undefined}>
        {t(word, { code: container.exit_code ?? 0 })}
      </span>
      <span className={styles.since}>
        <Ago seconds={sinceSeconds(container)} />
      </span>
    </span>
  );
}

export function PortsCell({ container }: { container: Container }) {
  const t = useT();
  const open = published(container.ports);
  const [first, second, ...others] = open;
  if (!first) {
    const inner = exposed(container.ports);
    return inner.length > 0 ? (
      <span className={styles.exposed} title={t("containers-exposed")}>
        {inner.join(", ")}
      </span>
    ) : (
      <None />
    );
  }
  return (
    <span className={styles.ports}>
      {[first, second].map(
        (port) => port && <PortLink key={port.text} port={port} up={isUp(container)} />,
      )}
      {others.length > 0 && (
        <Tooltip text={others.map((port) => port.text).join(", ")}>
          <span>
            <Badge>+{others.length}</Badge>
          </span>
        </Tooltip>
      )}
    </span>
  );
}

function PortLink({ port, up }: { port: ReturnType<typeof published>[number]; up: boolean }) {
  const t = useT();
  const { url } = port;
  if (!url || !up) return <span className={styles.port}>{port.text}</span>;
  return (
    <Tooltip text={t("containers-open-port", { url })} keys="o">
      <a
        className={styles.port}
        href={url}
        tabIndex={-1}
        target="_blank"
        rel="noreferrer noopener"
        onClick={(event) => {
          event.preventDefault();
          void platform.openExternal(url);
        }}
      >
        {port.text}
        <ExternalLink size={11} className={styles.out} aria-hidden />
      </a>
    </Tooltip>
  );
}

/** Fewer than this look flat: noise is not drawn as mountains. */
const LEAST_CPU = 10;

export function CpuCell({ container }: { container: Container }) {
  const up = container.state === "running";
  const lately = useStats(container.id, up);
  if (!up) return <None />;
  return (
    <span className={styles.meter}>
      <Sparkline values={lately?.cpu ?? []} max={LEAST_CPU} width={52} height={16} />
      <span className={styles.figure}>
        <Percent value={lately?.last.cpu_percent} />
      </span>
    </span>
  );
}

export function MemoryCell({ container }: { container: Container }) {
  const up = container.state === "running";
  const lately = useStats(container.id, up);
  if (!up) return <None />;
  const most = Math.max(...(lately?.memory ?? [0]));
  return (
    <span className={styles.meter}>
      <Sparkline
        className={styles.memory}
        values={lately?.memory ?? []}
        max={most * 1.25}
        width={52}
        height={16}
      />
      <span className={styles.wideFigure}>
        <Bytes value={lately?.last.memory} />
      </span>
    </span>
  );
}

/** The head of a compose project (or of what is pinned). */
export function GroupHead({ title, rows }: { title: string; rows: readonly Container[] }) {
  const t = useT();
  const up = rows.filter(isUp);
  const sick = rows.filter((row) => shownState(row).look === "failed").length;
  const sum = useStatsSum(up.filter((row) => row.state === "running").map((row) => row.id));
  return (
    <>
      <Truncate text={title} className={styles.strong} />
      <Badge look={sick > 0 ? "failed" : up.length > 0 ? "running" : "stopped"}>
        {sick > 0
          ? t("containers-group-sick", { count: sick })
          : t("containers-group-up", { up: up.length, all: rows.length })}
      </Badge>
      {sum && (
        <span className={styles.sums}>
          <Percent value={sum.cpu} />
          <span className={styles.dot}>·</span>
          <Bytes value={sum.memory} />
        </span>
      )}
    </>
  );
}
