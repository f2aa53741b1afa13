import { useQuery } from "@tanstack/react-query";
import { PanelLeftClose, PanelLeftOpen, Play, ScrollText } from "lucide-react";
import { useMemo, useRef } from "react";
import { go, useQueryParams } from "@/app/nav";
import { usePref } from "@/app/prefs";
import { useMedia } from "@/app/useMedia";
import { EmptyState, IconButton, Page } from "@/components";
import { useT } from "@/i18n/i18n";
import { model, useAll } from "@/model";
import { call } from "@/rpc";
import {
  ALL_RUNNING,
  type Choice,
  choiceOf,
  choiceParams,
  chosen,
  colored,
  isRunning,
  MOST_SOURCES,
  subjectOf,
} from "./choice";
import { Sources } from "./Sources";
import { useSaved } from "./saved";
import type { Source } from "./store/protocol";
import styles from "./View.module.css";
import { LogViewer } from "./viewer/LogViewer";
import { fromParams, type Search, toParams } from "./viewer/search";

const COLORS = 6;
const NO_KEPT: readonly never[] = [];

function addressOf(choice: Choice, search: Search): string {
  const query = new URLSearchParams({ ...choiceParams(choice), ...toParams(search) }).toString();
  return query === "" ? "/logs" : `/logs?${query}`;
}

/** One stream of lines over many containers. All that is chosen stands in the address. */
export default function View() {
  const t = useT();
  const params = useQueryParams();
  const key = JSON.stringify(params);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the parameters are new objects each time
  const { choice, search } = useMemo(
    () => ({ choice: choiceOf(params), search: fromParams(params) }),
    [key],
  );
  const all = useAll(model.containers);
  const kept =
    useQuery({ queryKey: ["kept-logs"], queryFn: () => call("kept_logs") }).data ?? NO_KEPT;
  const narrow = useMedia("(max-width: 900px)");
  const [shown, setShown] = usePref("logs.sources", true);
  const { sources, hues } = useSources(choice, all, kept);
  const hidden = useMemo(
    () =>
      sources
        .filter(({ id, name }) => choice.hidden.includes(name) || choice.hidden.includes(id))
        .map(({ id }) => id),
    [sources, choice],
  );
  const read = useMemo(() => new Set(sources.map(({ id }) => id)), [sources]);
  const show = (choice: Choice, search: Search) => go(addressOf(choice, search), { replace: true });
  const saved = useSaved(addressOf(choice, search));
  const open = shown && !narrow;
  const alive = all.filter(isRunning).length;
  const empty =
    sources.length > 0 ? (
      <p>{t("logs-silent")}</p>
    ) : choice.running ? (
      <EmptyState
        icon={ScrollText}
        text={t("logs-none-running")}
        command="docker run --rm hello-world"
        action={{ label: t("nav-run"), icon: Play, run: () => go("/run") }}
      />
    ) : (
      <EmptyState
        icon={ScrollText}
        text={t("logs-none-chosen")}
        action={{ label: t("logs-all-running"), run: () => show(ALL_RUNNING, search) }}
      />
    );
  return (
    <Page
      title={t("nav-logs")}
      note={
        sources.length < MOST_SOURCES
          ? t("logs-chosen", { count: choice.running ? alive : sources.length })
          : t("logs-most", { count: MOST_SOURCES })
      }
    >
      <div className={styles.split}>
        {open && (
          <Sources
            all={all}
            kept={kept}
            choice={choice}
            hues={hues}
            read={read}
            onChoice={(next) => show(next, search)}
          />
        )}
        <LogViewer
          title={choice.running ? "running" : [...choice.projects, ...choice.containers].join("-")}
          sources={sources}
          subject={subjectOf(choice)}
          search={search}
          onSearch={(next) => show(choice, next)}
          hidden={hidden}
          hues={hues}
          tools={
            !narrow && (
              <IconButton
                icon={open ? PanelLeftClose : PanelLeftOpen}
                label={t(open ? "logs-sources-hide" : "logs-sources-show")}
                onClick={() => setShown(!shown)}
              />
            )
          }
          menu={saved.entries}
          empty={empty}
        />
      </div>
      {saved.dialog}
    </Page>
  );
}

/** The chosen containers with their colours. One that stops keeps its place until another choice. */
function useSources(
  choice: Choice,
  all: Parameters<typeof chosen>[1],
  kept: Parameters<typeof chosen>[2],
) {
  const subject = subjectOf(choice);
  const last = useRef<{ subject: string; sources: readonly Source[]; hues: Map<string, number> }>({
    subject: "",
    sources: [],
    hues: new Map(),
  });
  return useMemo(() => {
    const before = last.current;
    const now = chosen(choice, all, kept);
    const same = before.subject === subject;
    const stayed = same ? before.sources.filter((old) => !now.some((it) => it.id === old.id)) : [];
    const next = [...now, ...stayed].slice(0, MOST_SOURCES);
    const equal =
      same &&
      next.length === before.sources.length &&
      next.every((it, at) => sameSource(it, before.sources[at]));
    const sources = equal ? before.sources : next;
    const hues = equal ? before.hues : colored(sources, same ? before.hues : new Map(), COLORS);
    last.current = { subject, sources, hues };
    return { sources, hues };
  }, [choice, subject, all, kept]);
}

function sameSource(a: Source, b: Source | undefined): boolean {
  return a.id === b?.id && a.name === b.name && a.service === b.service && a.project === b.project;
}
