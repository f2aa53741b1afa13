import {
  Download,
  Eye,
  FilePen,
  Hammer,
  ListX,
  Play,
  RotateCw,
  ScrollText,
  Square,
  Trash2,
} from "lucide-react";
import { useMemo } from "react";
import { go } from "@/app/nav";
import { notice, type RowAction } from "@/components";
import { useT } from "@/i18n/i18n";
import { act, down, forget } from "./actions";
import { address, type Project } from "./projects";

/** What can be done to projects. */
export function useActions(refresh: () => void): RowAction<Project>[] {
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
