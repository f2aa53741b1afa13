import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "@/app/nav";
import type { Container } from "@/bindings/Container";
import {
  Ago,
  bytes,
  CommandBlock,
  CopyButton,
  ErrorPanel,
  number,
  Skeleton,
  shortId,
} from "@/components";
import { plain } from "@/features/logs/text/ansi";
import { visibleText } from "@/features/logs/text/visible";
import { quote } from "@/features/run/spec/shell";
import { useT } from "@/i18n/i18n";
import { isUp } from "../../list/state";
import { runCommand } from "../copyRun";
import { cpuLimit, type Inspected, restartText, timeOf } from "../logic/inspect";
import { useLive } from "../stats/live";
import { Now } from "../stats/Now";
import type { TabProps } from "../tabs";
import { useInspect } from "../useInspect";
import { HealthLog } from "./HealthLog";
import styles from "./tabs.module.css";

/** What the container is, on one page. */
export default function Overview({ container }: TabProps) {
  const t = useT();
  const up = isUp(container);
  const live = useLive(container.id, up);
  const { data, error, refetch } = useInspect(container);
  if (error && !data) {
    return (
      <ErrorPanel error={error} action={{ label: t("detail-again"), run: () => void refetch() }} />
    );
  }
  if (!data) return <Skeleton />;
  return (
    <div className={styles.overview}>
      <Trouble inspected={data} />
      {up && <Now now={live.at(-1)} cpus={cpuLimit(data)} />}
      <HealthLog health={data.State.Health} />
      <Section title={t("detail-about")}>
        <About container={container} inspected={data} />
      </Section>
      <Section title={t("detail-networks")}>
        <Networks container={container} inspected={data} />
      </Section>
      <Section title={t("detail-limits")}>
        <Limits inspected={data} />
      </Section>
      <Labels labels={data.Config.Labels ?? {}} />
      <Command id={container.id} />
    </div>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <h3 className={styles.sectionTitle}>{title}</h3>
      {children}
    </section>
  );
}

/** Why it ended, if something went wrong. */
function Trouble({ inspected: { State: state } }: { inspected: Inspected }) {
  const t = useT();
  if (state.OOMKilled) return <p className={styles.trouble}>{t("detail-oom")}</p>;
  if (!state.Error) return null;
  return <p className={styles.trouble}>{visibleText(plain(state.Error))}</p>;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Mono({ text }: { text: string }) {
  return <bdi className="mono">{visibleText(text)}</bdi>;
}

function words(list: readonly string[] | null | undefined): string {
  return (list ?? []).map(quote).join(" ");
}

function About({ container, inspected }: { container: Container; inspected: Inspected }) {
  const t = useT();
  const { Config: config, HostConfig: host, State: state } = inspected;
  const started = timeOf(state.StartedAt);
  const ended = timeOf(state.FinishedAt);
  return (
    <dl className={styles.facts}>
      <Fact name={t("containers-image")}>
        <Link to={`/images/${encodeURIComponent(container.image_id)}`}>
          <Mono text={container.image} />
        </Link>
      </Fact>
      <Fact name={t("containers-id")}>
        <Mono text={shortId(container.id)} /> <CopyButton text={container.id} />
      </Fact>
      {config.Entrypoint && config.Entrypoint.length > 0 && (
        <Fact name={t("detail-entrypoint")}>
          <Mono text={words(config.Entrypoint)} />
        </Fact>
      )}
      <Fact name={t("containers-command")}>
        <Mono
          text={words(config.Cmd) || words([inspected.Path ?? "", ...(inspected.Args ?? [])])}
        />
      </Fact>
      {config.WorkingDir && (
        <Fact name={t("detail-folder")}>
          <Mono text={config.WorkingDir} />
        </Fact>
      )}
      <Fact name={t("detail-user")}>
        <Mono text={config.User || "root"} />
      </Fact>
      {container.project && (
        <Fact name={t("detail-project")}>
          <Link to={`/compose/${encodeURIComponent(container.project.project)}`}>
            <Mono text={`${container.project.project} / ${container.project.service}`} />
          </Link>
        </Fact>
      )}
      <Fact name={t("detail-restart")}>
        <Mono text={restartText(host.RestartPolicy)} />
        {inspected.RestartCount
          ? ` · ${t("detail-restarted", { count: inspected.RestartCount })}`
          : ""}
      </Fact>
      <Fact name={t("containers-made")}>
        <Ago ms={timeOf(inspected.Created)} />
      </Fact>
      {started && (
        <Fact name={t("detail-started")}>
          <Ago ms={started} />
        </Fact>
      )}
      {!isUp(container) && ended && (
        <Fact name={t("detail-ended")}>
          <Ago ms={ended} /> · {t("detail-exit-code", { code: state.ExitCode ?? 0 })}
        </Fact>
      )}
      <Fact name={t("detail-tab-env")}>
        <Link to={`/containers/${container.id}/env`}>
          {t("detail-variables", { count: config.Env?.length ?? 0 })}
        </Link>
      </Fact>
      <Fact name={t("detail-tab-mounts")}>
        <Link to={`/containers/${container.id}/mounts`}>
          {t("detail-mounts", { count: inspected.Mounts?.length ?? 0 })}
        </Link>
      </Fact>
    </dl>
  );
}

function Networks({ container, inspected }: { container: Container; inspected: Inspected }) {
  const t = useT();
  const networks = Object.entries(inspected.NetworkSettings?.Networks ?? {});
  if (networks.length === 0) {
    return (
      <p className={styles.faint}>
        {t("detail-network-mode", { mode: inspected.HostConfig.NetworkMode ?? "none" })}
      </p>
    );
  }
  const idOf = (name: string) =>
    container.networks.find((it) => it.name === name)?.network_id ?? name;
  return (
    <dl className={styles.facts}>
      {networks.map(([name, network]) => {
        const addresses = [network?.IPAddress, network?.GlobalIPv6Address]
          .filter(Boolean)
          .join(", ");
        const aliases = (network?.Aliases ?? []).join(", ");
        return (
          <Fact key={name} name={visibleText(name)}>
            <Link to={`/networks/${encodeURIComponent(idOf(name))}`}>
              <Mono text={addresses || t("detail-no-address")} />
            </Link>
            {aliases && <span className={styles.faint}> · {visibleText(aliases)}</span>}
          </Fact>
        );
      })}
    </dl>
  );
}

function Limits({ inspected }: { inspected: Inspected }) {
  const t = useT();
  const { HostConfig: host } = inspected;
  const cpus = cpuLimit(inspected);
  const none = <span className={styles.faint}>{t("detail-no-limit")}</span>;
  const rights = [
    host.Privileged && t("detail-privileged"),
    host.ReadonlyRootfs && t("detail-read-only"),
    ...(host.CapAdd ?? []).map((cap) => `+${cap}`),
    ...(host.CapDrop ?? []).map((cap) => `−${cap}`),
  ].filter(Boolean);
  return (
    <dl className={styles.facts}>
      <Fact name={t("detail-cpu")}>
        {cpus ? t("status-cpus", { count: number(cpus, 2) }) : none}
      </Fact>
      <Fact name={t("detail-memory")}>{host.Memory ? bytes(host.Memory) : none}</Fact>
      <Fact name={t("detail-pids")}>
        {host.PidsLimit && host.PidsLimit > 0 ? number(host.PidsLimit) : none}
      </Fact>
      {rights.length > 0 && <Fact name={t("detail-rights")}>{rights.join(", ")}</Fact>}
    </dl>
  );
}

function Labels({ labels }: { labels: Record<string, string> }) {
  const t = useT();
  const list = Object.entries(labels).sort(([a], [b]) => a.localeCompare(b));
  if (list.length === 0) return null;
  return (
    <details className={styles.section}>
      <summary className={styles.sectionTitle}>
        {t("detail-labels", { count: list.length })}
      </summary>
      <dl className={styles.facts}>
        {list.map(([name, value]) => (
          <Fact key={name} name={visibleText(name)}>
            <Mono text={value.length > 2000 ? `${value.slice(0, 2000)}…` : value} />
          </Fact>
        ))}
      </dl>
    </details>
  );
}

/** The command that would make it again. */
function Command({ id }: { id: string }) {
  const t = useT();
  const { data } = useQuery({ queryKey: ["container", id, "run"], queryFn: () => runCommand(id) });
  if (!data) return null;
  return (
    <Section title={t("detail-run")}>
      <CommandBlock command={data} wrap />
    </Section>
  );
}
