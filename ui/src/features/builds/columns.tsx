import type { BuildRecord } from "@/bindings/BuildRecord";
import { Ago, type Column, Duration, type StateLook, StateMark, Truncate } from "@/components";
import type { Translate } from "@/i18n/i18n";

const LOOKS: Record<string, StateLook> = {
  running: "busy",
  done: "running",
  failed: "failed",
  cancelled: "stopped",
};

/** Shape and colour of a build's state. */
export function lookOf(state: string): StateLook {
  return LOOKS[state] ?? "stopped";
}

export function buildColumns(t: Translate): readonly Column<BuildRecord>[] {
  return [
    {
      id: "name",
      title: t("builds-name"),
      min: 160,
      grow: 3,
      fixed: true,
      compare: (a, b) => a.name.localeCompare(b.name),
      cell: (build) => <Truncate mono text={build.name} />,
    },
    {
      id: "state",
      title: t("builds-state"),
      min: 110,
      priority: 9,
      compare: (a, b) => a.state.localeCompare(b.state),
      cell: (build) => (
        <StateMark look={lookOf(build.state)} word={t(`builds-state-${build.state}`)} />
      ),
    },
    {
      id: "cached",
      title: t("builds-cached"),
      min: 100,
      align: "end",
      priority: 3,
      cell: (build) => t("builds-cached-of", { cached: build.cached, of: build.steps }),
    },
    {
      id: "took",
      title: t("builds-took"),
      min: 90,
      align: "end",
      descendFirst: true,
      compare: (a, b) => (a.took_ms ?? 0) - (b.took_ms ?? 0),
      cell: (build) => <Duration ms={build.took_ms} />,
    },
    {
      id: "started",
      title: t("builds-started"),
      min: 110,
      align: "end",
      descendFirst: true,
      compare: (a, b) => a.started_ms - b.started_ms,
      cell: (build) => <Ago ms={build.started_ms} />,
    },
  ];
}
