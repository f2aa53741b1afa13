import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Hammer } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { go, useParams } from "@/app/nav";
import type { BuildRecord } from "@/bindings/BuildRecord";
import {
  Button,
  DataTable,
  EmptyState,
  ErrorPanel,
  FilterBox,
  filterWords,
  fits,
  Page,
  SplitPane,
} from "@/components";
import { useT } from "@/i18n/i18n";
import { useTasks } from "@/model";
import { call } from "@/rpc";
import { BuildDialog } from "./BuildDialog";
import { buildColumns } from "./columns";
import { Detail } from "./Detail";

const SORT = { column: "started", descending: true };
const NONE: readonly BuildRecord[] = [];

/** What was built: step by step, with its times and what came from the cache. */
export default function View() {
  const t = useT();
  const { id } = useParams();
  const builds = useBuilds();
  const rows = builds.data ?? NONE;
  const [text, setText] = useState("");
  const columns = useMemo(() => buildColumns(t), [t]);
  const filter = useMemo(() => {
    const words = filterWords(text);
    return (build: BuildRecord) => fits(words, [build.name, build.id, build.state]);
  }, [text]);
  const open = id !== undefined && id !== "new" ? id : undefined;
  const start = () => go("/builds/new");
  return (
    <Page
      title={t("nav-builds")}
      tools={
        <>
          <FilterBox value={text} onChange={setText} label={t("builds-filter")} />
          <Button look="primary" icon={Hammer} onClick={start}>
            {t("builds-new")}
          </Button>
        </>
      }
    >
      {builds.isError && <ErrorPanel inline error={builds.error} what={t("builds-failed-list")} />}
      <SplitPane
        name="builds"
        label={t("builds-detail")}
        onClose={() => go("/builds")}
        detail={open === undefined ? null : <Detail key={open} id={open} />}
        list={
          <DataTable
            name="builds"
            label={t("nav-builds")}
            rows={rows}
            rowKey={(build) => build.id}
            rowLabel={(build) => build.name}
            columns={columns}
            defaultSort={SORT}
            filter={filter}
            openKey={open}
            onOpen={(build) => go(`/builds/${encodeURIComponent(build.id)}`)}
            empty={
              <EmptyState
                icon={Hammer}
                text={t("builds-empty")}
                command="docker build -t app ."
                action={{ label: t("builds-new"), icon: Hammer, run: start }}
              />
            }
            unmatched={<EmptyState icon={Hammer} text={t("builds-unmatched", { text })} />}
          />
        }
      />
      <BuildDialog open={id === "new"} onClose={() => go("/builds", { replace: true })} />
    </Page>
  );
}

/** The history, asked for again whenever a build begins or ends. */
function useBuilds() {
  const cache = useQueryClient();
  const tasks = useTasks();
  const tick = tasks
    .filter((it) => it.spec.kind === "build")
    .map((it) => it.state)
    .join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the tick is the reason
  useEffect(() => {
    void cache.invalidateQueries({ queryKey: ["builds"] });
  }, [cache, tick]);
  return useQuery({ queryKey: ["builds"], queryFn: () => call("builds"), staleTime: 5000 });
}
