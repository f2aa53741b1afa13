import { useMemo } from "react";
import {
  byText,
  type Column,
  None,
  number,
  type StateLook,
  StateMark,
  Truncate,
} from "@/components";
import { useT } from "@/i18n/i18n";
import { type Mood, moodOf, type Project } from "./projects";

export const MOODS: Record<Mood, StateLook> = {
  running: "running",
  partly: "paused",
  stopped: "stopped",
  down: "created",
  failed: "failed",
};

const ORDER: Mood[] = ["failed", "partly", "running", "stopped", "down"];

/** Columns of the list of projects. */
export function useColumns(): Column<Project>[] {
  const t = useT();
  return useMemo(
    () => [
      {
        id: "name",
        title: t("compose-name"),
        min: 130,
        grow: 2,
        fixed: true,
        compare: (a, b) => byText(a.name, b.name),
        cell: (project) => <Truncate text={project.name} />,
      },
      {
        id: "state",
        title: t("compose-state"),
        min: 112,
        priority: 8,
        compare: (a, b) => ORDER.indexOf(moodOf(a)) - ORDER.indexOf(moodOf(b)),
        cell: (project) => {
          const mood = moodOf(project);
          return <StateMark look={MOODS[mood]} word={t(`compose-mood-${mood}`)} />;
        },
      },
      {
        id: "containers",
        title: t("compose-containers"),
        min: 88,
        align: "end",
        priority: 7,
        descendFirst: true,
        compare: (a, b) => a.running - b.running,
        cell: ({ running, total }) =>
          total === 0 ? <None /> : `${number(running)} / ${number(total)}`,
      },
      {
        id: "services",
        title: t("compose-services"),
        min: 120,
        grow: 2,
        priority: 5,
        cell: ({ services }) => <Truncate text={services.map(({ name }) => name).join(", ")} />,
      },
      {
        id: "folder",
        title: t("compose-folder"),
        min: 130,
        grow: 3,
        priority: 4,
        compare: (a, b) => byText(a.folder ?? "", b.folder ?? ""),
        cell: ({ folder }) => (folder ? <Truncate start mono text={folder} /> : <None />),
      },
    ],
    [t],
  );
}
