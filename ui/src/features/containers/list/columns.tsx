import type { Container } from "@/bindings/Container";
import { Ago, byText, type Column, None, shortId, Truncate } from "@/components";
import type { Translate } from "@/i18n/i18n";
import { stats } from "@/model/stats";
import { CpuCell, CpuSum, MemoryCell, MemorySum, NameCell, PortsCell, StateCell } from "./cells";
import { published } from "./ports";
import { byState, sinceSeconds } from "./state";

/** The columns of the list; `pinned` are IDs. */
export function containerColumns(t: Translate, pinned: ReadonlySet<string>): Column<Container>[] {
  return [
    {
      id: "name",
      title: t("containers-name"),
      min: 172,
      grow: 3,
      fixed: true,
      compare: (a, b) => byText(a.name, b.name),
      cell: (it) => <NameCell container={it} pinned={pinned.has(it.id)} />,
    },
    {
      id: "image",
      title: t("containers-image"),
      min: 120,
      grow: 2,
      priority: 4,
      compare: (a, b) => byText(a.image, b.image),
      cell: (it) => <Truncate mono text={it.image} />,
    },
    {
      id: "state",
      title: t("containers-state"),
      min: 156,
      grow: 0.5,
      priority: 8,
      compare: (a, b) => byState(a, b) || (sinceSeconds(b) ?? 0) - (sinceSeconds(a) ?? 0),
      cell: (it) => <StateCell container={it} />,
    },
    {
      id: "ports",
      title: t("containers-ports"),
      min: 130,
      grow: 1,
      priority: 7,
      compare: (a, b) => firstPort(a) - firstPort(b),
      cell: (it) => <PortsCell container={it} />,
    },
    {
      id: "cpu",
      title: t("containers-cpu"),
      min: 128,
      align: "end",
      priority: 6,
      descendFirst: true,
      compare: (a, b) => cpuOf(a) - cpuOf(b),
      cell: (it) => <CpuCell container={it} />,
      groupCell: (rows) => <CpuSum rows={rows} />,
    },
    {
      id: "memory",
      title: t("containers-memory"),
      min: 144,
      align: "end",
      priority: 5,
      descendFirst: true,
      compare: (a, b) => memoryOf(a) - memoryOf(b),
      cell: (it) => <MemoryCell container={it} />,
      groupCell: (rows) => <MemorySum rows={rows} />,
    },
    ...optional(t),
  ];
}

function optional(t: Translate): Column<Container>[] {
  return [
    {
      id: "created",
      title: t("containers-made"),
      min: 100,
      priority: 2,
      optional: true,
      descendFirst: true,
      compare: (a, b) => a.created - b.created,
      cell: (it) => <Ago seconds={it.created} />,
    },
    {
      id: "networks",
      title: t("containers-networks"),
      min: 110,
      grow: 1,
      priority: 2,
      optional: true,
      cell: (it) => textCell(it.networks.map((network) => network.name).join(", ")),
    },
    {
      id: "address",
      title: t("containers-address"),
      min: 110,
      priority: 2,
      optional: true,
      cell: (it) => textCell(it.networks.flatMap((network) => network.ipv4 ?? []).join(", "), true),
    },
    {
      id: "mounts",
      title: t("containers-mounts"),
      min: 110,
      grow: 1,
      priority: 2,
      optional: true,
      cell: (it) => textCell(it.mounts.map((mount) => mount.source).join(", "), true),
    },
    {
      id: "command",
      title: t("containers-command"),
      min: 120,
      grow: 1,
      priority: 1,
      optional: true,
      cell: (it) => textCell(it.command, true),
    },
    {
      id: "id",
      title: t("containers-id"),
      min: 104,
      priority: 1,
      optional: true,
      compare: (a, b) => byText(a.id, b.id),
      cell: (it) => textCell(shortId(it.id), true),
    },
  ];
}

function textCell(text: string, mono = false) {
  return text === "" ? <None /> : <Truncate mono={mono} text={text} />;
}

const firstPort = (it: Container) => published(it.ports)[0]?.host ?? 1e6;
const cpuOf = (it: Container) => stats.get(it.id)?.last.cpu_percent ?? -1;
const memoryOf = (it: Container) => stats.get(it.id)?.last.memory ?? -1;
