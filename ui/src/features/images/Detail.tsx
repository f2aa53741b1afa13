import { useQuery } from "@tanstack/react-query";
import { Play, Trash2, X } from "lucide-react";
import type { ReactNode } from "react";
import { go, Link } from "@/app/nav";
import type { Image } from "@/bindings/Image";
import {
  Ago,
  Badge,
  Button,
  Bytes,
  CopyButton,
  EmptyState,
  ErrorPanel,
  IconButton,
  JsonTree,
  Skeleton,
  StateMark,
  Tabs,
  Truncate,
} from "@/components";
import { useT } from "@/i18n/i18n";
import { model, useAll } from "@/model";
import { docker } from "@/rpc";
import { type Asked, askRemove } from "./actions";
import styles from "./Images.module.css";
import { Layers } from "./Layers";
import { useShared } from "./sizes";
import { nameOf } from "./usage";

interface ImageInspect {
  Architecture: string;
  Os: string;
  Author?: string;
  Config?: {
    Cmd?: string[] | null;
    Entrypoint?: string[] | null;
    Env?: string[] | null;
    ExposedPorts?: Record<string, unknown> | null;
    User?: string;
    Volumes?: Record<string, unknown> | null;
    WorkingDir?: string;
  } | null;
}

export interface DetailProps {
  /** As in the address: an ID or a name. */
  id: string;
  /** `undefined` if there is none of this ID (any more). */
  image: Image | undefined;
  tab: string | undefined;
  ask: (asked: Asked) => void;
}

/** One image: its facts, its layers, who uses it. */
export function Detail({ id, image, tab = "overview", ask }: DetailProps) {
  const t = useT();
  const shared = useShared();
  const users = useAll(model.containers).filter((it) => it.image_id === image?.id);
  if (!image) return <EmptyState icon={X} text={t("images-gone", { id })} />;
  const address = `/images/${encodeURIComponent(image.id)}`;
  return (
    <div className={styles.detail}>
      <header className={styles.head}>
        <h2 className={styles.title}>
          <Truncate mono text={nameOf(image)} />
        </h2>
        <Button
          icon={Play}
          keys="r"
          onClick={() => go(`/run?image=${encodeURIComponent(image.tags[0] ?? image.id)}`)}
        >
          {t("images-run")}
        </Button>
        <Button onClick={() => ask({ kind: "tag", image })}>{t("images-tag")}</Button>
        <IconButton
          icon={Trash2}
          keys="Delete"
          label={t("images-remove-n", { count: 1 })}
          onClick={() => void askRemove([image], shared)}
        />
        <IconButton icon={X} keys="Escape" label={t("close")} onClick={() => go("/images")} />
      </header>
      <Tabs
        label={t("images-detail")}
        value={tab}
        onChange={(next) => go(`${address}/${next}`, { replace: true })}
        tabs={[
          { id: "overview", label: t("images-overview"), content: <Overview image={image} /> },
          { id: "layers", label: t("images-layers"), content: <Layers id={image.id} /> },
          {
            id: "used",
            label: t("images-used-by"),
            count: users.length,
            content: <Users users={users} />,
          },
          { id: "inspect", label: t("images-inspect"), content: <Inspect id={image.id} /> },
        ]}
      />
    </div>
  );
}

function useInspect(id: string) {
  return useQuery({
    queryKey: ["images", "inspect", id],
    queryFn: ({ signal }) =>
      docker.get<ImageInspect>(`/images/${encodeURIComponent(id)}/json`, undefined, signal),
  });
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className={styles.label}>{label}</dt>
      <dd className={styles.value}>{children}</dd>
    </>
  );
}

function Overview({ image }: { image: Image }) {
  const t = useT();
  const shared = useShared().get(image.id) ?? image.shared;
  const { data, error } = useInspect(image.id);
  const config = data?.Config;
  const ports = Object.keys(config?.ExposedPorts ?? {});
  const volumes = Object.keys(config?.Volumes ?? {});
  return (
    <div className={styles.pane}>
      <dl className={styles.facts}>
        <Fact label={t("images-names")}>
          {image.tags.length > 0 ? (
            image.tags.map((tag) => (
              <span key={tag} className={styles.copied}>
                <Truncate mono text={tag} />
                <CopyButton text={tag} />
              </span>
            ))
          ) : (
            <Badge look="paused">{t("images-dangling")}</Badge>
          )}
        </Fact>
        <Fact label={t("images-id")}>
          <span className={styles.copied}>
            <Truncate mono text={image.id} />
            <CopyButton text={image.id} />
          </span>
        </Fact>
        {image.digests.map((digest) => (
          <Fact key={digest} label={t("images-digest")}>
            <span className={styles.copied}>
              <Truncate mono text={digest} />
              <CopyButton text={digest} />
            </span>
          </Fact>
        ))}
        <Fact label={t("images-created")}>
          <Ago seconds={image.created} />
        </Fact>
        <Fact label={t("images-size")}>
          <Bytes value={image.size} />
          {shared !== null && shared !== undefined && (
            <span className={styles.soft}>
              {" "}
              ({t("images-unique")} <Bytes value={image.size - shared} />)
            </span>
          )}
        </Fact>
        {data && (
          <Fact label={t("images-platform")}>
            {data.Os}/{data.Architecture}
          </Fact>
        )}
        {config?.Entrypoint && (
          <Fact label={t("images-entrypoint")}>
            <code className={styles.code}>{config.Entrypoint.join(" ")}</code>
          </Fact>
        )}
        {config?.Cmd && (
          <Fact label={t("images-command")}>
            <code className={styles.code}>{config.Cmd.join(" ")}</code>
          </Fact>
        )}
        {config?.WorkingDir && (
          <Fact label={t("images-folder")}>
            <code className={styles.code}>{config.WorkingDir}</code>
          </Fact>
        )}
        {config?.User && <Fact label={t("images-user")}>{config.User}</Fact>}
        {ports.length > 0 && <Fact label={t("images-ports")}>{ports.join(", ")}</Fact>}
        {volumes.length > 0 && <Fact label={t("images-volumes")}>{volumes.join(", ")}</Fact>}
      </dl>
      {error && <ErrorPanel inline error={error} what={t("images-inspect-failed")} />}
      <Pairs title={t("images-env")} pairs={(config?.Env ?? []).map(pair)} />
      <Pairs
        title={t("images-labels")}
        pairs={Object.entries(image.labels) as [string, string][]}
      />
    </div>
  );
}

function pair(text: string): [string, string] {
  const at = text.indexOf("=");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function Pairs({ title, pairs }: { title: string; pairs: readonly [string, string][] }) {
  if (pairs.length === 0) return null;
  return (
    <section className={styles.pairs}>
      <h3 className={styles.section}>{title}</h3>
      <dl className={styles.facts}>
        {pairs.map(([name, value]) => (
          <Fact key={name} label={name}>
            <Truncate mono text={value} />
          </Fact>
        ))}
      </dl>
    </section>
  );
}

function Users({ users }: { users: readonly { id: string; name: string; state: string }[] }) {
  const t = useT();
  if (users.length === 0) return <p className={styles.nothing}>{t("images-unused")}</p>;
  return (
    <ul className={styles.users}>
      {users.map((user) => (
        <li key={user.id}>
          <Link to={`/containers/${encodeURIComponent(user.name)}`} className={styles.user}>
            <StateMark
              compact
              look={user.state === "running" ? "running" : "stopped"}
              word={user.state}
            />
            <Truncate mono text={user.name} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Inspect({ id }: { id: string }) {
  const t = useT();
  const { data, error } = useInspect(id);
  if (error) return <ErrorPanel error={error} what={t("images-inspect-failed")} />;
  return data ? <JsonTree label={t("images-inspect")} value={data} /> : <Skeleton lines={12} />;
}
