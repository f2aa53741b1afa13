import { ExternalLink, Pin } from "lucide-react";
import type { Container } from "@/bindings/Container";
import {
  Ago,
  Badge,
  Bytes,
  None,
  Percent,
  Since,
  Sparkline,
  StateMark,
  Tooltip,
  Truncate,
} from "@/components";
import { useT } from "@/i18n/i18n";
import { useStats, useStatsSum } from "@/model/stats";
import { platform } from "@/platform";
import styles from "./cells.module.css";
import { exposed, type Published, published } from "./ports";
import { isUp, shownState, sinceSeconds } from "./state";

export function NameCell({ container, pinned }: { container: Container; pinned: boolean }) {
  const t = useT();
  const { look, word } = shownState(container);
  return (
    <span className={styles.name}>
      <Tooltip text={t(word, { code: container.exit_code ?? 0 })}>
        <span className={styles.mark}>
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
  const since = sinceSeconds(container);
  return (
    <span className={styles.state}>
      <span className={look === "failed" ? styles.failed : undefined}>
        {t(word, { code: container.exit_code ?? 0 })}
      </span>
      <span className={styles.since}>
        {container.state === "running" ? (
          <Since seconds={container.started} />
        ) : (
          since !== null && <Ago seconds={since} />
        )}
      </span>
    </span>
  );
}

export function PortsCell({ container }: { container: Container }) {
  const t = useT();
  const open = published(container.ports);
  const [first, second] = open;
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
      <PortLink port={first} up={isUp(container)} />
      {second && (
        <span className={styles.second}>
          <PortLink port={second} up={isUp(container)} />
        </span>
      )}
      {open.length > 1 && <More className={styles.narrow} ports={open.slice(1)} />}
      {open.length > 2 && <More className={styles.wide} ports={open.slice(2)} />}
    </span>
  );
}

function More({ ports, className }: { ports: readonly Published[]; className?: string }) {
  return (
    <Tooltip text={ports.map((port) => port.text).join(", ")}>
      <span className={className}>
        <Badge>+{ports.length}</Badge>
      </span>
    </Tooltip>
  );
}

function PortLink({ port, up }: { port: Published; up: boolean }) {
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
        max={most * 1.5}
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
  const up = rows.filter(isUp).length;
  const sick = rows.filter((row) => shownState(row).look === "failed").length;
  return (
    <>
      <Truncate text={title} className={styles.strong} />
      <Badge look={up > 0 ? "running" : "stopped"}>
        {t("containers-group-up", { up, all: rows.length })}
      </Badge>
      {sick > 0 && <Badge look="failed">{t("containers-group-sick", { count: sick })}</Badge>}
    </>
  );
}

const measured = (rows: readonly Container[]) =>
  rows.filter((row) => row.state === "running").map((row) => row.id);

export function CpuSum({ rows }: { rows: readonly Container[] }) {
  const sum = useStatsSum(measured(rows));
  return sum && <Percent value={sum.cpu} />;
}

export function MemorySum({ rows }: { rows: readonly Container[] }) {
  const sum = useStatsSum(measured(rows));
  return sum && <Bytes value={sum.memory} />;
}
