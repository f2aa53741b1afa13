import { Cable, Ellipsis, Eraser, Network as NetworkIcon, Plus, Trash2 } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { useKeys } from "@/app/keymap";
import { go, useParams, useQueryParams } from "@/app/nav";
import type { Network } from "@/bindings/Network";
import {
  Ago,
  Badge,
  Button,
  byText,
  type Column,
  DataTable,
  EmptyState,
  FilterBox,
  filterWords,
  fits,
  IconButton,
  Menu,
  None,
  number,
  Page,
  type RowAction,
  SplitPane,
  Truncate,
} from "@/components";
import { useContainers } from "@/features/run/parts/containers";
import { useT } from "@/i18n/i18n";
import { model, useAll, useFreshness } from "@/model";
import { canRemove, pruneNetworks, removeNetworks } from "./actions";
import { Connect } from "./Connect";
import { NetworkDetail } from "./NetworkDetail";
import { NewNetwork } from "./NewNetwork";
import { type Member, membersOf } from "./usage";

const SORT = { column: "name", descending: false };
const NONE: readonly Member[] = [];
const projectOf = (network: Network) => network.labels["com.docker.compose.project"] ?? null;

/** All networks: who is on them, with which addresses. */
export default function View() {
  const t = useT();
  const { id } = useParams();
  const query = useQueryParams();
  const networks = useAll(model.networks);
  const containers = useContainers();
  const fresh = useFreshness();
  const members = useMemo(() => membersOf(containers), [containers]);
  const [filter, setFilter] = useState("");
  const [connecting, setConnecting] = useState<Network | null>(null);
  // Links from elsewhere may name it instead of giving its ID.
  const shown = id ? networks.find((it) => it.id === id || it.name === id) : undefined;
  const path = id ? `/networks/${encodeURIComponent(id)}` : "/networks";
  const ask = () => go(`${path}?do=new`);
  const words = useMemo(() => filterWords(filter), [filter]);
  const matches = useCallback(
    (network: Network) =>
      fits(words, [
        network.name,
        network.driver,
        projectOf(network),
        ...network.subnets.map(({ subnet }) => subnet),
        ...(members.get(network.name) ?? NONE).map((it) => it.container.name),
      ]),
    [words, members],
  );
  const columns = useColumns(members);
  const actions = useMemo<RowAction<Network>[]>(
    () => [
      {
        id: "connect",
        label: () => t("networks-connect"),
        icon: Cable,
        keys: "c",
        single: true,
        quick: true,
        can: ([network]) =>
          network !== undefined && network.driver !== "host" && network.driver !== "null",
        run: ([network]) => network && setConnecting(network),
      },
      {
        id: "remove",
        label: (count) => t("networks-remove", { count }),
        icon: Trash2,
        keys: "Delete",
        danger: true,
        apart: true,
        bulk: true,
        can: (rows) => rows.some(canRemove),
        run: (rows) => void removeNetworks(rows),
      },
    ],
    [t],
  );
  useKeys("nav-networks", [
    { keys: "n", label: "networks-new", run: ask },
    { keys: "p", label: "networks-prune", run: () => void pruneNetworks() },
  ]);
  return (
    <SplitPane
      name="networks"
      label={shown?.name ?? t("nav-networks")}
      onClose={() => go("/networks")}
      detail={
        id && (shown || fresh !== "loading") ? (
          <NetworkDetail
            key={id}
            id={id}
            network={shown}
            members={shown ? (members.get(shown.name) ?? NONE) : NONE}
            onConnect={() => shown && setConnecting(shown)}
          />
        ) : null
      }
      list={
        <Page
          title={t("nav-networks")}
          tools={
            <>
              <FilterBox value={filter} onChange={setFilter} label={t("networks-filter")} />
              <Menu
                entries={[
                  {
                    id: "prune",
                    label: t("networks-prune"),
                    icon: Eraser,
                    keys: "p",
                    run: () => void pruneNetworks(),
                  },
                ]}
              >
                <IconButton icon={Ellipsis} label={t("table-more")} />
              </Menu>
              <Button look="primary" icon={Plus} keys="n" onClick={ask}>
                {t("networks-new")}
              </Button>
            </>
          }
        >
          <DataTable
            name="networks"
            label={t("nav-networks")}
            rows={networks}
            rowKey={(network) => network.id}
            rowLabel={(network) => network.name}
            columns={columns}
            defaultSort={SORT}
            filter={matches}
            actions={actions}
            onOpen={(network) => go(`/networks/${network.id}`)}
            openKey={shown?.id}
            empty={
              fresh === "loading" ? null : (
                <EmptyState
                  icon={NetworkIcon}
                  text={t("networks-none")}
                  command="docker network create front"
                  action={{ label: t("networks-new"), icon: Plus, keys: "n", run: ask }}
                />
              )
            }
            unmatched={<EmptyState icon={NetworkIcon} text={t("networks-unmatched")} />}
          />
          {query.do === "new" && <NewNetwork onClose={() => go(path, { replace: true })} />}
          {connecting && <Connect network={connecting} onClose={() => setConnecting(null)} />}
        </Page>
      }
    />
  );
}

function useColumns(members: ReadonlyMap<string, readonly Member[]>): Column<Network>[] {
  const t = useT();
  return useMemo(() => {
    const count = (network: Network) => members.get(network.name)?.length ?? 0;
    return [
      {
        id: "name",
        title: t("networks-name"),
        min: 140,
        grow: 3,
        fixed: true,
        compare: (a, b) => byText(a.name, b.name),
        cell: (network) => <Truncate text={network.name} mono />,
      },
      {
        id: "members",
        title: t("networks-members"),
        min: 76,
        align: "end",
        priority: 8,
        descendFirst: true,
        compare: (a, b) => count(a) - count(b),
        cell: (network) => (count(network) === 0 ? <None /> : number(count(network))),
      },
      {
        id: "subnets",
        title: t("networks-subnets"),
        min: 120,
        grow: 2,
        priority: 7,
        compare: (a, b) => byText(a.subnets[0]?.subnet ?? "", b.subnets[0]?.subnet ?? ""),
        cell: (network) =>
          network.subnets.length === 0 ? (
            <None />
          ) : (
            <Truncate text={network.subnets.map(({ subnet }) => subnet).join(", ")} mono />
          ),
      },
      {
        id: "traits",
        title: t("networks-traits"),
        min: 90,
        priority: 4,
        cell: (network) => <Traits network={network} />,
      },
      {
        id: "driver",
        title: t("networks-driver"),
        min: 76,
        priority: 5,
        compare: (a, b) => byText(a.driver, b.driver),
        cell: (network) => <Truncate text={network.driver} />,
      },
      {
        id: "project",
        title: t("networks-project"),
        min: 100,
        grow: 1,
        priority: 6,
        compare: (a, b) => byText(projectOf(a) ?? "\uffff", projectOf(b) ?? "\uffff"),
        cell: (network) => {
          const project = projectOf(network);
          return project ? <Truncate text={project} /> : <None />;
        },
      },
      {
        id: "created",
        title: t("networks-created"),
        min: 104,
        align: "end",
        priority: 3,
        descendFirst: true,
        compare: (a, b) => (a.created ?? 0) - (b.created ?? 0),
        cell: (network) => <Ago seconds={network.created} />,
      },
    ];
  }, [t, members]);
}

function Traits({ network }: { network: Network }) {
  const t = useT();
  if (!network.internal && !network.ipv6) return <None />;
  return (
    <>
      {network.internal && <Badge look="paused">{t("networks-internal")}</Badge>}
      {network.ipv6 && <Badge>IPv6</Badge>}
    </>
  );
}
