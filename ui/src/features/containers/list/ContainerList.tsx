import { Box, Layers, Pin, Play } from "lucide-react";
import { useCallback, useDeferredValue, useEffect, useMemo, useState } from "react";
import { go } from "@/app/nav";
import { usePref } from "@/app/prefs";
import type { Container } from "@/bindings/Container";
import {
  Button,
  DataTable,
  EmptyState,
  FilterBox,
  filterWords,
  fits,
  type Group,
  IconButton,
  type MenuEntry,
  Page,
  SegmentedControl,
  Skeleton,
} from "@/components";
import { useT } from "@/i18n/i18n";
import { model, useAll, useFreshness } from "@/model";
import { togglePin, usePins } from "../pins";
import { containerActions } from "../rowActions";
import styles from "./ContainerList.module.css";
import { GroupHead } from "./cells";
import { containerColumns } from "./columns";
import { projectMenu } from "./projectMenu";
import { type Facet, inFacet, searched } from "./state";

const PINNED = "pinned:";
const rowKey = (it: Container) => it.id;
const rowLabel = (it: Container) => it.name;

/** Counts up while a live column is sorted by, so that the order follows. */
function useLiveTick(): number {
  const [sort] = usePref("containers.sort", DEFAULT_SORT);
  const [tick, setTick] = useState(0);
  const live = sort.column === "cpu" || sort.column === "memory";
  useEffect(() => {
    if (!live) return;
    const timer = setInterval(() => setTick((count) => count + 1), 3000);
    return () => clearInterval(timer);
  }, [live]);
  return tick;
}

const DEFAULT_SORT = { column: "name", descending: false };

export interface ContainerListProps {
  openId: string | undefined;
  /** Which stays when another one is opened. */
  tab: string | undefined;
}

/** All containers, by project. */
export function ContainerList({ openId, tab }: ContainerListProps) {
  const t = useT();
  const rows = useAll(model.containers);
  const freshness = useFreshness();
  const [text, setText] = useState("");
  const [facet, setFacet] = usePref<Facet>("containers.facet", "all");
  const [grouped, setGrouped] = usePref("containers.grouped", true);
  const pins = usePins();
  const pinned = useMemo(() => new Set(pins), [pins]);
  const columns = useMemo(() => containerColumns(t, pinned), [t, pinned]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another language has other labels
  const actions = useMemo(() => containerActions(togglePin), [t]);
  const deferred = useDeferredValue(text);
  const filter = useMemo(() => {
    const words = filterWords(deferred);
    return (it: Container) => inFacet(it, facet) && fits(words, searched(it));
  }, [deferred, facet]);
  const groupOf = useCallback(
    (it: Container): Group | null => {
      if (pinned.has(it.id)) return { key: PINNED, title: t("containers-pinned"), rank: -1 };
      if (!grouped || !it.project) return null;
      return { key: it.project.project, title: it.project.project };
    },
    [grouped, pinned, t],
  );
  const groupHead = useCallback(
    (group: Group, inside: readonly Container[]) => (
      <>
        {group.key === PINNED ? (
          <Pin size={14} className={styles.icon} aria-hidden />
        ) : (
          <Layers size={14} className={styles.icon} aria-hidden />
        )}
        <GroupHead title={group.title} rows={inside} />
      </>
    ),
    [],
  );
  const groupMenu = useCallback(
    (group: Group, inside: readonly Container[]): readonly MenuEntry[] =>
      group.key === PINNED ? [] : projectMenu(group.key, inside),
    [],
  );
  const count = (which: Facet) => rows.filter((row) => inFacet(row, which)).length;
  const facets = (["all", "running", "stopped", "trouble"] as const).map((value) => ({
    value,
    label: t(`containers-facet-${value}`),
    count: count(value),
  }));
  const clear = () => {
    setText("");
    setFacet("all");
  };
  const run = () => go("/run");
  const addressOf = (it: Container) => `/containers/${it.id}${tab ? `/${tab}` : ""}`;
  const sortTick = useLiveTick();
  return (
    <Page
      title={t("nav-containers")}
      tools={
        <>
          <FilterBox value={text} onChange={setText} label={t("containers-filter")} />
          <span className={styles.facets}>
            <SegmentedControl
              label={t("containers-facets")}
              value={facet}
              onChange={setFacet}
              options={facets}
            />
          </span>
          <IconButton
            icon={Layers}
            label={t("containers-group")}
            pressed={grouped}
            onClick={() => setGrouped(!grouped)}
          />
          <Button look="primary" icon={Play} onClick={run}>
            {t("containers-run")}
          </Button>
        </>
      }
    >
      {freshness === "loading" ? (
        <Skeleton lines={10} />
      ) : (
        <DataTable
          name="containers"
          label={t("nav-containers")}
          rows={rows}
          rowKey={rowKey}
          rowLabel={rowLabel}
          columns={columns}
          defaultSort={DEFAULT_SORT}
          sortTick={sortTick}
          filter={filter}
          groupOf={groupOf}
          groupHead={groupHead}
          groupMenu={groupMenu}
          actions={actions}
          onOpen={(it) => go(addressOf(it))}
          onFollow={(it) => go(addressOf(it), { replace: true })}
          openKey={openId}
          empty={
            freshness === "stale" ? (
              <EmptyState icon={Box} text={t("containers-unknown")} />
            ) : (
              <EmptyState
                icon={Box}
                text={t("containers-empty")}
                command="docker run -d -p 8080:80 nginx"
                action={{ label: t("containers-run"), icon: Play, run }}
              />
            )
          }
          unmatched={
            <EmptyState
              icon={Box}
              text={t("containers-unmatched")}
              action={{ label: t("containers-show-all"), run: clear }}
            />
          }
        />
      )}
    </Page>
  );
}
