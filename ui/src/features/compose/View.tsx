import { useQueryClient } from "@tanstack/react-query";
import {
  Download,
  Ellipsis,
  Eye,
  FilePen,
  FolderOpen,
  Hammer,
  Layers,
  ListX,
  Play,
  Plus,
  RotateCw,
  ScrollText,
  Square,
  Terminal,
  Trash2,
} from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { useKeys } from "@/app/keymap";
import { go, useParams, useQueryParams } from "@/app/nav";
import {
  Button,
  DataTable,
  EmptyState,
  FilterBox,
  filterWords,
  fits,
  IconButton,
  Menu,
  notice,
  noticeError,
  Page,
  type RowAction,
  SplitPane,
} from "@/components";
import { HostPicker } from "@/features/run/parts/HostPicker";
import { dirName } from "@/features/run/parts/paths";
import { useT } from "@/i18n/i18n";
import { useFreshness } from "@/model";
import { call } from "@/rpc";
import { act, down, forget } from "./actions";
import { Convert } from "./Convert";
import { useColumns } from "./columns";
import { NewProject } from "./NewProject";
import { ProjectDetail } from "./ProjectDetail";
import { nameOfFolder, type Project } from "./projects";
import { useProjects } from "./useProjects";

const SORT = { column: "name", descending: false };
const ENDS = [".yaml", ".yml"];

const address = (name: string, tab = "") =>
  `/compose/${encodeURIComponent(name)}${tab === "" ? "" : `/${tab}`}`;

/** All compose projects. */
export default function View() {
  const t = useT();
  const { id, tab } = useParams();
  const query = useQueryParams();
  const queries = useQueryClient();
  const { projects, loading } = useProjects();
  const fresh = useFreshness();
  const [filter, setFilter] = useState("");
  const [converted, setConverted] = useState<string>();
  const path = id ? address(id, tab) : "/compose";
  const ask = (what: string) => go(`${path}?do=${what}`);
  const endAsking = () => {
    setConverted(undefined);
    go(path, { replace: true });
  };
  const words = useMemo(() => filterWords(filter), [filter]);
  const matches = useCallback(
    (project: Project) =>
      fits(words, [project.name, project.folder, ...project.services.map(({ name }) => name)]),
    [words],
  );
  const columns = useColumns();
  const actions = useActions(
    () => void queries.invalidateQueries({ queryKey: ["compose_projects"] }),
  );
  const openFile = async (file: string) => {
    endAsking();
    try {
      await call("compose_read", { path: file });
      await queries.invalidateQueries({ queryKey: ["compose_projects"] });
      go(address(nameOfFolder(dirName(file)), "file"));
    } catch (thrown) {
      noticeError(t("compose-read-failed", { path: file }), thrown);
    }
  };
  useKeys("nav-compose", [
    { keys: "n", label: "compose-new", run: () => ask("new") },
    { keys: "o", label: "compose-open", run: () => ask("open") },
    { keys: "v", label: "compose-convert", run: () => ask("convert") },
  ]);
  const shown = projects.find(({ name }) => name === id);
  return (
    <SplitPane
      name="compose"
      label={id ?? t("nav-compose")}
      onClose={() => go("/compose")}
      detail={
        id && (shown || (!loading && fresh !== "loading")) ? (
          <ProjectDetail key={id} name={id} project={shown} tab={tab ?? "services"} />
        ) : null
      }
      list={
        <Page
          title={t("nav-compose")}
          tools={
            <>
              <FilterBox value={filter} onChange={setFilter} label={t("compose-filter")} />
              <Menu
                entries={[
                  {
                    id: "open",
                    label: t("compose-open"),
                    icon: FolderOpen,
                    keys: "o",
                    run: () => ask("open"),
                  },
                  {
                    id: "convert",
                    label: t("compose-convert"),
                    icon: Terminal,
                    keys: "v",
                    run: () => ask("convert"),
                  },
                ]}
              >
                <IconButton icon={Ellipsis} label={t("table-more")} />
              </Menu>
              <Button look="primary" icon={Plus} keys="n" onClick={() => ask("new")}>
                {t("compose-new")}
              </Button>
            </>
          }
        >
          <DataTable
            name="compose"
            label={t("nav-compose")}
            rows={projects}
            rowKey={(project) => project.name}
            rowLabel={(project) => project.name}
            columns={columns}
            defaultSort={SORT}
            filter={matches}
            actions={actions}
            onOpen={(project) => go(address(project.name))}
            openKey={id}
            empty={
              loading || fresh === "loading" ? null : (
                <EmptyState
                  icon={Layers}
                  text={t("compose-none")}
                  command="docker compose up -d"
                  action={{
                    label: t("compose-open"),
                    icon: FolderOpen,
                    keys: "o",
                    run: () => ask("open"),
                  }}
                />
              )
            }
            unmatched={<EmptyState icon={Layers} text={t("compose-unmatched")} />}
          />
          {query.do === "new" && (
            <NewProject
              onClose={endAsking}
              {...(converted === undefined ? {} : { text: converted })}
            />
          )}
          {query.do === "convert" && (
            <Convert
              onClose={endAsking}
              onUse={(text) => {
                setConverted(text);
                go(`${path}?do=new`, { replace: true });
              }}
            />
          )}
          {query.do === "open" && (
            <HostPicker
              open
              what="file"
              ends={ENDS}
              title={t("compose-open")}
              onPick={openFile}
              onClose={endAsking}
            />
          )}
        </Page>
      }
    />
  );
}

function useActions(refresh: () => void): RowAction<Project>[] {
  const t = useT();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the query client never changes
  return useMemo<RowAction<Project>[]>(() => {
    const each =
      (action: Parameters<typeof act>[1]) =>
      async (rows: readonly Project[]): Promise<void> => {
        for (const project of rows) await act(project, action);
      };
    const files = (rows: readonly Project[]) => rows.every(({ filesPresent }) => filesPresent);
    const there = (rows: readonly Project[]) => rows.some(({ total }) => total > 0);
    const running = (rows: readonly Project[]) => rows.some((it) => it.running > 0);
    return [
      {
        id: "up",
        label: () => t("compose-up"),
        icon: Play,
        keys: "u",
        bulk: true,
        quick: true,
        can: files,
        run: each("up"),
      },
      {
        id: "stop",
        label: () => t("compose-stop"),
        icon: Square,
        keys: "s",
        bulk: true,
        quick: true,
        shown: running,
        run: each("stop"),
      },
      {
        id: "start",
        label: () => t("compose-start"),
        icon: Play,
        keys: "s",
        bulk: true,
        shown: (rows) => !running(rows),
        can: there,
        run: each("start"),
      },
      {
        id: "restart",
        label: () => t("compose-restart"),
        icon: RotateCw,
        keys: "r",
        bulk: true,
        can: there,
        run: each("restart"),
      },
      {
        id: "pull",
        label: () => t("compose-pull"),
        icon: Download,
        keys: "p",
        bulk: true,
        apart: true,
        can: files,
        run: each("pull"),
      },
      {
        id: "build",
        label: () => t("compose-build"),
        icon: Hammer,
        keys: "b",
        can: files,
        run: each("build"),
      },
      {
        id: "watch",
        label: () => t("compose-watch"),
        icon: Eye,
        keys: "w",
        single: true,
        can: files,
        run: each("watch"),
      },
      {
        id: "logs",
        label: () => t("compose-logs"),
        icon: ScrollText,
        keys: "l",
        apart: true,
        can: there,
        run: (rows) => go(`/logs?p=${rows.map(({ name }) => encodeURIComponent(name)).join(",")}`),
      },
      {
        id: "edit",
        label: () => t("compose-edit"),
        icon: FilePen,
        keys: "e",
        single: true,
        can: files,
        run: ([project]) => project && go(address(project.name, "file")),
      },
      {
        id: "forget",
        label: () => t("compose-forget"),
        icon: ListX,
        shown: (rows) => rows.every(({ total }) => total === 0),
        run: async (rows) => {
          for (const project of rows) {
            if (await forget(project))
              notice("done", t("compose-forgotten", { name: project.name }));
          }
          refresh();
        },
      },
      {
        id: "down",
        label: () => t("compose-down"),
        icon: Trash2,
        keys: "d | Delete",
        danger: true,
        apart: true,
        single: true,
        can: there,
        run: ([project]) => project && void down(project),
      },
    ];
  }, [t]);
}
