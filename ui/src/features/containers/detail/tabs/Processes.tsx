import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ArrowDown, ArrowUp, ListTree } from "lucide-react";
import { useState } from "react";
import { Button, bytes, cx, EmptyState, ErrorPanel, noticeError, Skeleton } from "@/components";
import { visibleText } from "@/features/logs/text/visible";
import { useT } from "@/i18n/i18n";
import { docker } from "@/rpc";
import { isUp } from "../../list/state";
import {
  KIB_TITLES,
  numeric,
  PS_ARGUMENTS,
  type SortOrder,
  sorted,
  type TopAnswer,
} from "../logic/top";
import type { TabProps } from "../tabs";
import styles from "./tabs.module.css";

const EVERY_MS = 2000;

/** What runs in the container, asked again as long as it is looked at. */
export default function Processes({ container }: TabProps) {
  const t = useT();
  const up = isUp(container);
  const [sort, setSort] = useState<{ title: string; order: SortOrder }>({
    title: "%CPU",
    order: -1,
  });
  const { data, error } = useQuery({
    queryKey: ["container", container.id, "top"],
    queryFn: ({ signal }) =>
      docker.get<TopAnswer>(`/containers/${container.id}/top`, { ps_args: PS_ARGUMENTS }, signal),
    enabled: up,
    refetchInterval: EVERY_MS,
    placeholderData: keepPreviousData,
  });
  if (!up) {
    return (
      <EmptyState
        icon={ListTree}
        text={t("detail-processes-stopped")}
        command={`docker start ${container.name}`}
        action={{
          label: t("containers-start"),
          run: () =>
            void docker
              .post(`/containers/${container.id}/start`)
              .catch((thrown) =>
                noticeError(
                  t("containers-failed-start", { count: 1, name: container.name, of: 1 }),
                  thrown,
                ),
              ),
        }}
      />
    );
  }
  if (error && !data) return <ErrorPanel error={error} />;
  if (!data) return <Skeleton />;
  const processes = data.Processes ?? [];
  const column = Math.max(0, data.Titles.indexOf(sort.title));
  const turn = (title: string) =>
    setSort((now) => ({ title, order: now.title === title ? (now.order === 1 ? -1 : 1) : -1 }));
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            {data.Titles.map((title, at) => (
              <th
                key={title}
                scope="col"
                className={cx(numeric(processes, at) && styles.number)}
                aria-sort={at === column ? (sort.order === 1 ? "ascending" : "descending") : "none"}
              >
                <Button look="quiet" className={styles.sort} onClick={() => turn(title)}>
                  {title}
                </Button>
                {at === column &&
                  (sort.order === 1 ? (
                    <ArrowUp size={12} aria-hidden />
                  ) : (
                    <ArrowDown size={12} aria-hidden />
                  ))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted(processes, column, sort.order).map((row) => (
            <tr key={row[0]}>
              {row.map((cell, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: cells have the order of the titles
                <td key={at} className={cx(numeric(processes, at) && styles.number)}>
                  <bdi>
                    {KIB_TITLES.includes(data.Titles[at] ?? "")
                      ? bytes(Number(cell) * 1024)
                      : visibleText(cell)}
                  </bdi>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
