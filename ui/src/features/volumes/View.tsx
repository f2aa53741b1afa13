import {
  Copy,
  Database,
  Download,
  Ellipsis,
  Eraser,
  FolderOpen,
  Plus,
  Scale,
  Trash2,
  Upload,
} from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { useKeys } from "@/app/keymap";
import { go, useParams, useQueryParams } from "@/app/nav";
import type { Volume } from "@/bindings/Volume";
import {
  Button,
  DataTable,
  EmptyState,
  FilterBox,
  filterWords,
  fits,
  IconButton,
  Menu,
  Page,
  type RowAction,
  SplitPane,
} from "@/components";
import { useContainers } from "@/features/run/parts/containers";
import { useT } from "@/i18n/i18n";
import { model, useAll, useFreshness } from "@/model";
import { emptyVolume, measureTold, pruneVolumes, removeVolumes } from "./actions";
import { useColumns } from "./columns";
import { NewVolume } from "./NewVolume";
import { useSizes } from "./sizes";
import { Transfer, type TransferKind } from "./Transfer";
import { projectOf, type Use, usesOf } from "./usage";
import { VolumeDetail } from "./VolumeDetail";

const SORT = { column: "name", descending: false };
const NONE: readonly Use[] = [];

const open = (name: string, tab = "") =>
  go(`/volumes/${encodeURIComponent(name)}${tab === "" ? "" : `/${tab}`}`);

/** All volumes: who uses them, how big they are, what can be done to them. */
export default function View() {
  const t = useT();
  const { id, tab } = useParams();
  const query = useQueryParams();
  const volumes = useAll(model.volumes);
  const containers = useContainers();
  const uses = useMemo(() => usesOf(containers), [containers]);
  const sizes = useSizes();
  const fresh = useFreshness();
  const [filter, setFilter] = useState("");
  const [transfer, setTransfer] = useState<{ kind: TransferKind; volume: string } | null>(null);
  const path = id ? `/volumes/${encodeURIComponent(id)}${tab ? `/${tab}` : ""}` : "/volumes";
  const ask = (what: string) => go(`${path}?do=${what}`);
  const endAsking = () => go(path, { replace: true });
  const columns = useColumns(uses, sizes.bytes);
  const words = useMemo(() => filterWords(filter), [filter]);
  const matches = useCallback(
    (volume: Volume) =>
      fits(words, [
        volume.name,
        volume.driver,
        projectOf(volume.labels),
        ...(uses.get(volume.name) ?? NONE).map((use) => use.container.name),
      ]),
    [words, uses],
  );
  const actions = useMemo<RowAction<Volume>[]>(() => {
    const move = (kind: TransferKind) => (rows: readonly Volume[]) =>
      rows[0] && setTransfer({ kind, volume: rows[0].name });
    const unused = (rows: readonly Volume[]) => rows.some(({ name }) => !uses.has(name));
    return [
      {
        id: "browse",
        label: () => t("volumes-browse"),
        icon: FolderOpen,
        keys: "b",
        single: true,
        run: ([volume]) => volume && open(volume.name, "files"),
      },
      {
        id: "clone",
        label: () => t("volumes-clone"),
        icon: Copy,
        keys: "c",
        single: true,
        quick: true,
        run: move("clone"),
      },
      {
        id: "export",
        label: () => t("volumes-export"),
        icon: Download,
        keys: "o",
        single: true,
        run: move("export"),
      },
      {
        id: "import",
        label: () => t("volumes-import-into"),
        icon: Upload,
        keys: "i",
        single: true,
        run: move("import"),
      },
      {
        id: "empty",
        label: () => t("volumes-empty"),
        icon: Eraser,
        danger: true,
        apart: true,
        single: true,
        run: ([volume]) => volume && void emptyVolume(volume),
      },
      {
        id: "remove",
        label: (count) => t("volumes-remove", { count }),
        icon: Trash2,
        keys: "Delete",
        danger: true,
        bulk: true,
        can: unused,
        run: (rows) => void removeVolumes(rows),
      },
    ];
  }, [t, uses]);
  useKeys("nav-volumes", [
    { keys: "n", label: "volumes-new", run: () => ask("new") },
    { keys: "u", label: "volumes-measure", run: () => void measureTold() },
    { keys: "p", label: "volumes-prune", run: () => void pruneVolumes() },
  ]);
  const shown = id ? volumes.find(({ name }) => name === id) : undefined;
  return (
    <SplitPane
      name="volumes"
      label={shown?.name ?? t("nav-volumes")}
      onClose={() => go("/volumes")}
      detail={
        id && (shown || fresh !== "loading") ? (
          <VolumeDetail
            key={id}
            name={id}
            volume={shown}
            uses={uses.get(id) ?? NONE}
            tab={tab ?? "overview"}
            onTransfer={(kind) => setTransfer({ kind, volume: id })}
          />
        ) : null
      }
      list={
        <Page
          title={t("nav-volumes")}
          tools={
            <>
              <FilterBox value={filter} onChange={setFilter} label={t("volumes-filter")} />
              <Menu
                entries={[
                  {
                    id: "measure",
                    label: t("volumes-measure-all"),
                    icon: Scale,
                    keys: "u",
                    disabled: sizes.measuring,
                    run: () => void measureTold(),
                  },
                  {
                    id: "import",
                    label: t("volumes-import-new-title"),
                    icon: Upload,
                    run: () => ask("import"),
                  },
                  "-",
                  {
                    id: "prune",
                    label: t("volumes-prune"),
                    icon: Eraser,
                    keys: "p",
                    run: () => void pruneVolumes(),
                  },
                ]}
              >
                <IconButton icon={Ellipsis} label={t("table-more")} />
              </Menu>
              <Button look="primary" icon={Plus} keys="n" onClick={() => ask("new")}>
                {t("volumes-new")}
              </Button>
            </>
          }
        >
          <DataTable
            name="volumes"
            label={t("nav-volumes")}
            rows={volumes}
            rowKey={(volume) => volume.name}
            rowLabel={(volume) => volume.name}
            columns={columns}
            defaultSort={SORT}
            sortTick={sizes.at}
            filter={matches}
            actions={actions}
            onOpen={(volume) => open(volume.name)}
            openKey={id}
            empty={
              fresh === "loading" ? null : (
                <EmptyState
                  icon={Database}
                  text={t("volumes-none")}
                  command="docker volume create data"
                  action={{ label: t("volumes-new"), icon: Plus, keys: "n", run: () => ask("new") }}
                />
              )
            }
            unmatched={<EmptyState icon={Database} text={t("volumes-unmatched")} />}
          />
          {query.do === "new" && <NewVolume onClose={endAsking} />}
          {query.do === "import" && <Transfer kind="import" volume="" onClose={endAsking} />}
          {transfer && <Transfer {...transfer} onClose={() => setTransfer(null)} />}
        </Page>
      }
    />
  );
}
