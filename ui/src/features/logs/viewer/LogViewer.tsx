import { Ellipsis, Pause, Play, WrapText } from "lucide-react";
import { type ReactNode, useCallback, useMemo, useRef, useState } from "react";
import { useKeys } from "@/app/keymap";
import { ErrorPanel, IconButton, Menu, type MenuEntry, notice, number } from "@/components";
import { useT } from "@/i18n/i18n";
import { platform } from "@/platform";
import type { ExportFormat, Row, Source } from "../store/protocol";
import { parseQuery } from "../store/query";
import type { Phase } from "./feed";
import type { LineStyle } from "./Line";
import styles from "./LogViewer.module.css";
import { openLink } from "./link";
import { useOptionsMenu, useViewOptions } from "./options";
import { RangeSelect } from "./RangeSelect";
import { SearchBar } from "./SearchBar";
import { fileName, saveBlob } from "./save";
import type { Search } from "./search";
import { type Picked, pick } from "./selection";
import { useFeed, useLogState, useLogStore } from "./useLogs";
import { useScroll } from "./useScroll";
import { Viewport } from "./Viewport";

export interface LogViewerProps {
  /** For file names. */
  title: string;
  /** The containers; the same array as long as nothing changed. */
  sources: readonly Source[];
  /** The lines are read anew when it is another one; sources that are added otherwise just join. */
  subject: string;
  search: Search;
  onSearch: (search: Search) => void;
  hidden?: readonly string[];
  /** Colours of the names, by ID; drawn where there are several containers. */
  hues?: ReadonlyMap<string, number>;
  /** False for logs of what is gone. */
  follow?: boolean;
  tools?: ReactNode;
  menu?: readonly MenuEntry[];
  /** Drawn when no line is there. */
  empty: ReactNode;
}

const NONE: readonly never[] = [];
const PAGE = 20;
/** In which nothing more is on its way. */
const quiet: readonly Phase[] = ["live", "ended", "lost"];

/** The lines of one or many containers: followed, searched, filtered, picked, saved. */
export function LogViewer(props: LogViewerProps) {
  const { title, sources, subject, search, onSearch, hidden = NONE, hues, follow = true } = props;
  const t = useT();
  const frame = useRef<HTMLDivElement>(null);
  const [options, setOptions] = useViewOptions();
  const [paused, setPaused] = useState(false);
  const [picked, setPicked] = useState<Picked>();
  const [current, setCurrent] = useState<Row>();
  const store = useLogStore();
  const state = useLogState(store);
  const scroll = useScroll(state);
  const fresh = useFresh(scroll.following, state.held + state.dropped);
  const feed = useFeed(store, {
    sources,
    subject,
    search,
    hidden,
    whole: options.whole,
    follow,
    paused,
  });
  const look = useLook(sources, hues, search, options);

  const step = async (by: 1 | -1) => {
    const from = current?.position ?? (by > 0 ? state.first - 1 : state.end);
    const position = await store?.step(from, by);
    if (position === undefined || !store) return;
    setCurrent((await store.rows(position, position + 1)).rows[0]);
    scroll.show(position);
  };
  const save = async (format: ExportFormat) => {
    if (!store) return;
    const extension = format === "json" ? "jsonl" : "log";
    saveBlob(await store.export(format), fileName(title, extension, new Date()));
  };
  const copy = async () => {
    if (!store) return;
    const { from, to } = picked ?? { from: state.first, to: state.end - 1 };
    await platform.copy(await (await store.export("text", from, to + 1)).text());
    notice("done", t("logs-copied", { count: to - from + 1, shown: number(to - from + 1) }));
  };
  const onPick = useCallback(
    (row: Row, extend: boolean) => setPicked((before) => pick(before, row.position, extend)),
    [],
  );
  const menu = useOptionsMenu({
    options,
    set: setOptions,
    search,
    onSearch,
    several: hues !== undefined,
    onExport: save,
    onCopy: copy,
    onClear: () => store?.clear(),
    more: props.menu ?? NONE,
  });
  const lines = Math.max(1, Math.floor(scroll.geometry.height / PAGE) - 1);
  useKeys(
    "logs-keys",
    [
      { keys: "End | G", label: "logs-newest", run: () => scroll.follow(true) },
      { keys: "Home", label: "logs-oldest", run: () => scroll.show(state.first) },
      { keys: "j | ArrowDown", label: "logs-key-down", run: () => scroll.move(1) },
      { keys: "k | ArrowUp", label: "logs-key-up", run: () => scroll.move(-1) },
      { keys: "PageDown | Space", label: "logs-key-page-down", run: () => scroll.move(lines) },
      { keys: "PageUp", label: "logs-key-page-up", run: () => scroll.move(-lines) },
      { keys: "n", label: "logs-key-next", run: () => void step(1) },
      { keys: "N", label: "logs-key-before", run: () => void step(-1) },
      { keys: "w", label: "logs-option-wrap", run: () => setOptions({ wrap: !options.wrap }) },
      { keys: "p", label: "logs-pause", run: () => setPaused(!paused) },
      { keys: "c", label: "logs-copy", run: () => void copy() },
      {
        keys: "Escape",
        label: "logs-key-unpick",
        run: () => setPicked(undefined),
        when: () => picked !== undefined,
      },
    ],
    frame,
  );
  const pauseName = paused
    ? t("logs-resume", { count: feed.waiting, shown: number(feed.waiting) })
    : t("logs-pause");
  return (
    <div ref={frame} className={styles.viewer}>
      <div className={styles.bar}>
        {props.tools}
        <SearchBar search={search} onSearch={onSearch} state={state} onStep={step} within={frame} />
        <div className={styles.tools}>
          <RangeSelect range={search.range} onRange={(range) => onSearch({ ...search, range })} />
          {follow && (
            <IconButton
              icon={paused ? Play : Pause}
              label={pauseName}
              keys="p"
              pressed={paused}
              onClick={() => setPaused(!paused)}
            />
          )}
          <IconButton
            icon={WrapText}
            label={t("logs-option-wrap")}
            keys="w"
            pressed={options.wrap}
            onClick={() => setOptions({ wrap: !options.wrap })}
          />
          <Menu entries={menu}>
            <IconButton icon={Ellipsis} label={t("logs-options")} />
          </Menu>
        </div>
      </div>
      {feed.phase === "failed" && <ErrorPanel inline error={feed.error} what={t("logs-failed")} />}
      {store && (
        <Viewport
          store={store}
          state={state}
          scroll={scroll}
          look={look}
          picked={picked}
          current={current?.id}
          onPick={onPick}
          onLink={openLink}
          fresh={fresh}
        >
          {state.end === state.first && store.settled() && quiet.includes(feed.phase) && (
            <div className={styles.empty}>
              {state.held > 0 ? <p>{t("logs-nothing-fits")}</p> : props.empty}
            </div>
          )}
        </Viewport>
      )}
      <footer className={styles.foot}>
        {sources.length > 0 && <span>{t(`logs-phase-${paused ? "paused" : feed.phase}`)}</span>}
        <span>{t("logs-count", { count: state.held, shown: number(state.held) })}</span>
        {state.dropped > 0 && <span>{t("logs-dropped", { shown: number(state.dropped) })}</span>}
        {picked && <span>{t("logs-picked", { count: picked.to - picked.from + 1 })}</span>}
      </footer>
    </div>
  );
}

/** How many lines came since the user left the end. */
function useFresh(following: boolean, total: number): number {
  const left = useRef(total);
  if (following) left.current = total;
  return total - left.current;
}

function useLook(
  sources: readonly Source[],
  hues: ReadonlyMap<string, number> | undefined,
  search: Search,
  {
    times,
    fold,
    wrap,
    names,
  }: { times: LineStyle["times"]; fold: boolean; wrap: boolean; names: boolean },
): LineStyle {
  const { text, regex, exact } = search;
  return useMemo(
    () => ({
      times,
      fold,
      wrap,
      names:
        hues && names
          ? new Map(sources.map(({ id, name }) => [id, { name, hue: hues.get(id) ?? 0 }]))
          : undefined,
      query: parseQuery(text, { regex, exact }),
    }),
    [times, fold, wrap, names, hues, sources, text, regex, exact],
  );
}
