import { useQuery } from "@tanstack/react-query";
import { FileDiff, RefreshCw } from "lucide-react";
import { useMemo, useState } from "react";
import { go } from "@/app/nav";
import {
  CopyButton,
  cx,
  EmptyState,
  ErrorPanel,
  FilterBox,
  filterWords,
  fits,
  IconButton,
  number,
  Skeleton,
} from "@/components";
import { visibleText } from "@/features/logs/text/visible";
import { useT } from "@/i18n/i18n";
import { docker } from "@/rpc";
import { type ChangeNode, type FileChange, leaves, tree } from "../logic/changes";
import type { TabProps } from "../tabs";
import styles from "./tabs.module.css";

const MOST = 2000;
const LETTERS = { changed: "C", added: "A", deleted: "D" };

export function useChanges(id: string) {
  return useQuery({
    queryKey: ["container", id, "changes"],
    queryFn: ({ signal }) =>
      docker.get<FileChange[] | null>(`/containers/${id}/changes`, undefined, signal),
  });
}

/** How the container's files differ from its image. */
export default function Changes({ container }: TabProps) {
  const t = useT();
  const [text, setText] = useState("");
  const { data, error, refetch, isFetching } = useChanges(container.id);
  const nodes = useMemo(() => leaves(tree(data ?? null)), [data]);
  if (error) return <ErrorPanel error={error} />;
  if (data === undefined) return <Skeleton />;
  if (nodes.length === 0) return <EmptyState icon={FileDiff} text={t("detail-changes-none")} />;
  const words = filterWords(text);
  const found = nodes.filter((node) => fits(words, [node.path, t(`detail-change-${node.kind}`)]));
  return (
    <div className={styles.fill}>
      <div className={styles.bar}>
        <FilterBox value={text} onChange={setText} label={t("detail-changes-filter")} />
        <span className={styles.faint}>{t("detail-changes-count", { count: nodes.length })}</span>
        <span className={styles.room} />
        <IconButton
          icon={RefreshCw}
          label={t("detail-refresh")}
          disabled={isFetching}
          onClick={() => void refetch()}
        />
        <CopyButton
          label={t("detail-changes-copy")}
          text={() => nodes.map((node) => `${LETTERS[node.kind]} ${node.path}`).join("\n")}
        />
      </div>
      <ul className={styles.scroll}>
        {found.slice(0, MOST).map((node) => (
          <ChangeLine key={node.path} node={node} container={container.id} />
        ))}
        {found.length > MOST && (
          <li className={styles.faint}>
            {t("detail-changes-rest", { shown: number(found.length - MOST) })}
          </li>
        )}
      </ul>
    </div>
  );
}

function ChangeLine({ node, container }: { node: ChangeNode; container: string }) {
  const t = useT();
  const word = t(`detail-change-${node.kind}`);
  const folder = node.path.slice(0, Math.max(1, node.path.lastIndexOf("/")));
  return (
    <li className={styles.change}>
      <span className={cx(styles.letter, styles[node.kind])} title={word}>
        <span aria-hidden>{LETTERS[node.kind]}</span>
        <span className="visually-hidden">{word}</span>
      </span>
      <button
        type="button"
        className={cx(styles.path, node.kind === "deleted" && styles.struck)}
        title={t("detail-changes-open")}
        onClick={() => go(`/containers/${container}/files?path=${encodeURIComponent(folder)}`)}
      >
        <bdi>{visibleText(node.path)}</bdi>
      </button>
      {node.below > 0 && (
        <span className={styles.faint}>{t("detail-changes-below", { count: node.below })}</span>
      )}
    </li>
  );
}
