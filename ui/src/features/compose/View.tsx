import { useQueryClient } from "@tanstack/react-query";
import { Ellipsis, FolderOpen, Layers, Plus, Terminal } from "lucide-react";
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
  noticeError,
  Page,
  SplitPane,
} from "@/components";
import { HostPicker } from "@/features/run/parts/HostPicker";
import { useT } from "@/i18n/i18n";
import { useFreshness } from "@/model";
import { call } from "@/rpc";
import { Convert } from "./Convert";
import { useColumns } from "./columns";
import { NewProject } from "./NewProject";
import { ProjectDetail } from "./ProjectDetail";
import { address, nameOfFile, type Project, projectOfFile } from "./projects";
import { useActions } from "./rowActions";
import { useProjects } from "./useProjects";

const SORT = { column: "name", descending: false };
const ENDS = [".yaml", ".yml"];

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
  const path = id ? address(id, tab, query.path) : "/compose";
  const ask = (what: string) => go(`${path}${path.includes("?") ? "&" : "?"}do=${what}`);
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
      const { text, version } = await call("compose_read", { path: file });
      // Written back as it is: with that, the daemon knows of its project.
      await call("compose_write", { path: file, text, version });
      await queries.invalidateQueries({ queryKey: ["compose_projects"] });
      go(address(nameOfFile(file, text), "file", file));
    } catch (thrown) {
      noticeError(t("compose-read-failed", { path: file }), thrown);
    }
  };
  useKeys("nav-compose", [
    { keys: "n", label: "compose-new", run: () => ask("new") },
    { keys: "o", label: "compose-open", run: () => ask("open") },
    { keys: "v", label: "compose-convert", run: () => ask("convert") },
  ]);
  const known = projects.find(({ name }) => name === id);
  const shown = known ?? (id && query.path ? projectOfFile(id, query.path) : undefined);
  return (
    <SplitPane
      name="compose"
      label={id ?? t("nav-compose")}
      onClose={() => go("/compose")}
      detail={
        id && (shown || (!loading && fresh !== "loading")) ? (
          <ProjectDetail
            key={id}
            name={id}
            project={shown}
            tab={tab ?? "services"}
            path={query.path}
          />
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
                go(`/compose?do=new`, { replace: true });
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
