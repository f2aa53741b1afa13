import { CircleArrowDown, Layers, Play, RotateCw, ScrollText, Square, Trash2 } from "lucide-react";
import { go } from "@/app/nav";
import type { ComposeAction } from "@/bindings/ComposeAction";
import type { Container } from "@/bindings/Container";
import { confirmList, type MenuEntry, noticeError } from "@/components";
import { t } from "@/i18n/i18n";
import { call } from "@/rpc";
import { show } from "../rowActions";
import { isUp } from "./state";

async function compose(rows: readonly Container[], action: ComposeAction): Promise<void> {
  const project = rows.find((row) => row.project)?.project;
  if (!project) return;
  const { folder, files } = project;
  try {
    await call("task_start", {
      kind: "compose",
      project: project.project,
      folder,
      files,
      action,
      services: [],
      profiles: [],
    });
  } catch (error) {
    noticeError(t("containers-project-failed", { name: project.project }), error);
  }
}

async function down(name: string, rows: readonly Container[]): Promise<void> {
  const networks = new Set(rows.flatMap((row) => row.networks.map((network) => network.name)));
  const own = [...networks].filter((network) => network.startsWith(`${name}_`));
  const sure = await confirmList({
    title: t("containers-down-title", { name }),
    note: t("containers-down-note"),
    items: [
      ...rows.map((row) => ({ name: row.name, detail: row.image })),
      ...own.map((network) => ({ name: network, detail: t("containers-down-network") })),
    ],
    verb: t("containers-down"),
    command: `docker compose -p ${name} down`,
  });
  if (sure) await compose(rows, "down");
}

/** The menu of a project's head. */
export function projectMenu(name: string, rows: readonly Container[]): readonly MenuEntry[] {
  const up = rows.some(isUp);
  return [
    {
      id: "start",
      label: t("containers-project-start"),
      icon: Play,
      disabled: rows.every(isUp),
      run: () => void compose(rows, "start"),
    },
    {
      id: "stop",
      label: t("containers-project-stop"),
      icon: Square,
      disabled: !up,
      run: () => void compose(rows, "stop"),
    },
    {
      id: "restart",
      label: t("containers-project-restart"),
      icon: RotateCw,
      disabled: !up,
      run: () => void compose(rows, "restart"),
    },
    {
      id: "pull",
      label: t("containers-project-pull"),
      icon: CircleArrowDown,
      run: () => void compose(rows, "pull"),
    },
    "-",
    {
      id: "logs",
      label: t("containers-project-logs"),
      icon: ScrollText,
      run: () => show(rows, "logs"),
    },
    {
      id: "open",
      label: t("containers-project-open"),
      icon: Layers,
      run: () => go(`/compose/${encodeURIComponent(name)}`),
    },
    "-",
    {
      id: "down",
      label: t("containers-project-down"),
      icon: Trash2,
      danger: true,
      run: () => void down(name, rows),
    },
  ];
}
