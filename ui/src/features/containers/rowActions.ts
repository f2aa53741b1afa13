import {
  ClipboardCopy,
  Copy,
  ExternalLink,
  FileJson,
  Folder,
  Pause,
  Pencil,
  Pin,
  Play,
  RotateCw,
  ScrollText,
  Skull,
  Square,
  Terminal,
  Trash2,
} from "lucide-react";
import { go } from "@/app/nav";
import type { Container } from "@/bindings/Container";
import type { RowAction } from "@/components";
import { t } from "@/i18n/i18n";
import { platform } from "@/platform";
import * as act from "./actions";
import { published } from "./list/ports";
import { isUp } from "./list/state";
import { remove } from "./remove";

type Rows = readonly Container[];

const anyUp = (rows: Rows) => rows.some(isUp);
const anyDown = (rows: Rows) => rows.some((row) => !isUp(row));
const up = (rows: Rows) => rows.filter(isUp);
const down = (rows: Rows) => rows.filter((row) => !isUp(row) || row.state === "paused");
const running = (rows: Rows) => rows.filter((row) => row.state === "running");
const paused = (rows: Rows) => rows.filter((row) => row.state === "paused");
const names = (rows: Rows) => rows.map((row) => row.name).join(" ");
const firstUrl = (rows: Rows) =>
  rows.flatMap((row) => published(row.ports)).find((port) => port.url !== null)?.url;

/** Shows a tab of one container, or the logs of many together. */
export function show(rows: Rows, tab: string): void {
  const [first, ...others] = rows;
  if (!first) return;
  if (others.length === 0) go(`/containers/${first.id}/${tab}`);
  else go(`/logs?containers=${rows.map((row) => row.id).join(",")}`);
}

/** All that can be done to containers, from menu, keys, bulk bar and palette. */
export function containerActions(togglePin: (rows: Rows) => void): RowAction<Container>[] {
  return [...lifeActions(), ...lookActions(), ...changeActions(togglePin)];
}

function lifeActions(): RowAction<Container>[] {
  return [
    {
      id: "start",
      label: () => t("containers-start"),
      icon: Play,
      keys: "s",
      bulk: true,
      quick: true,
      shown: anyDown,
      command: (rows) => `docker start ${names(down(rows))}`,
      run: (rows) => act.start(down(rows)),
    },
    {
      id: "stop",
      label: () => t("containers-stop"),
      icon: Square,
      keys: "s",
      bulk: true,
      quick: true,
      shown: anyUp,
      command: (rows) => `docker stop ${names(up(rows))}`,
      run: (rows) => act.stop(up(rows)),
    },
    {
      id: "restart",
      label: () => t("containers-restart"),
      icon: RotateCw,
      keys: "r",
      bulk: true,
      quick: true,
      can: anyUp,
      command: (rows) => `docker restart ${names(up(rows))}`,
      run: (rows) => act.restart(up(rows)),
    },
    {
      id: "pause",
      label: () => t("containers-pause"),
      icon: Pause,
      keys: "p",
      shown: (rows) => running(rows).length > 0,
      command: (rows) => `docker pause ${names(running(rows))}`,
      run: (rows) => act.pause(running(rows)),
    },
    {
      id: "unpause",
      label: () => t("containers-unpause"),
      icon: Play,
      keys: "p",
      shown: (rows) => running(rows).length === 0 && paused(rows).length > 0,
      command: (rows) => `docker unpause ${names(paused(rows))}`,
      run: (rows) => act.unpause(paused(rows)),
    },
    {
      id: "kill",
      label: () => t("containers-kill"),
      icon: Skull,
      shown: anyUp,
      command: (rows) => `docker kill ${names(up(rows))}`,
      run: (rows) => act.kill(up(rows)),
    },
  ];
}

function lookActions(): RowAction<Container>[] {
  return [
    {
      id: "logs",
      label: (count) => t("containers-logs", { count }),
      icon: ScrollText,
      keys: "l",
      apart: true,
      bulk: true,
      command: (rows) => `docker logs -f ${rows[0]?.name ?? ""}`,
      run: (rows) => show(rows, "logs"),
    },
    {
      id: "terminal",
      label: () => t("containers-terminal"),
      icon: Terminal,
      keys: "t",
      single: true,
      command: (rows) => `docker exec -it ${rows[0]?.name ?? ""} sh`,
      run: (rows) => show(rows, "terminal"),
    },
    {
      id: "files",
      label: () => t("containers-files"),
      icon: Folder,
      keys: "f",
      single: true,
      run: (rows) => show(rows, "files"),
    },
    {
      id: "inspect",
      label: () => t("containers-inspect"),
      icon: FileJson,
      keys: "i",
      single: true,
      command: (rows) => `docker inspect ${names(rows)}`,
      run: (rows) => show(rows, "inspect"),
    },
    {
      id: "open",
      label: () => t("containers-open"),
      icon: ExternalLink,
      keys: "o",
      single: true,
      can: (rows) => anyUp(rows) && firstUrl(rows) !== undefined,
      run: (rows) => {
        const url = firstUrl(rows);
        if (url) void platform.openExternal(url);
      },
    },
  ];
}

function changeActions(togglePin: (rows: Rows) => void): RowAction<Container>[] {
  return [
    {
      id: "edit",
      label: () => t("containers-edit"),
      icon: Pencil,
      keys: "e",
      apart: true,
      single: true,
      run: ([row]) => row && go(`/run?edit=${row.id}`),
    },
    {
      id: "duplicate",
      label: () => t("containers-duplicate"),
      icon: Copy,
      keys: "d",
      single: true,
      run: ([row]) => row && go(`/run?from=${row.id}`),
    },
    {
      id: "pin",
      label: () => t("containers-pin"),
      icon: Pin,
      keys: ".",
      run: togglePin,
    },
    {
      id: "copy-id",
      label: () => t("containers-copy-id"),
      icon: ClipboardCopy,
      run: (rows) => platform.copy(rows.map((row) => row.id).join("\n")),
    },
    {
      id: "remove",
      label: () => t("containers-remove-ask"),
      icon: Trash2,
      keys: "Delete | Backspace",
      apart: true,
      bulk: true,
      danger: true,
      command: (rows) => `docker rm${anyUp(rows) ? " -f" : ""} ${names(rows)}`,
      run: remove,
    },
  ];
}
