import { useMemo } from "react";
import type { Volume } from "@/bindings/Volume";
import {
  Ago,
  Badge,
  Bytes,
  byText,
  type Column,
  None,
  shortId,
  Tooltip,
  Truncate,
} from "@/components";
import { useT } from "@/i18n/i18n";
import { projectOf, type Use } from "./usage";

const NONE: readonly Use[] = [];

/** Columns of the list of volumes. */
export function useColumns(
  uses: ReadonlyMap<string, readonly Use[]>,
  measured: ReadonlyMap<string, number>,
): Column<Volume>[] {
  const t = useT();
  return useMemo(() => {
    const size = (volume: Volume) => measured.get(volume.name) ?? volume.size;
    const users = (volume: Volume) => uses.get(volume.name) ?? NONE;
    return [
      {
        id: "name",
        title: t("volumes-name"),
        min: 140,
        grow: 3,
        fixed: true,
        compare: (a, b) => byText(a.name, b.name),
        cell: (volume) => <VolumeName volume={volume} />,
      },
      {
        id: "used",
        title: t("volumes-used-by"),
        min: 110,
        grow: 2,
        priority: 8,
        compare: (a, b) => users(a).length - users(b).length,
        descendFirst: true,
        cell: (volume) => <UsedBy uses={users(volume)} />,
      },
      {
        id: "size",
        title: t("volumes-size"),
        min: 84,
        align: "end",
        priority: 7,
        descendFirst: true,
        compare: (a, b) => (size(a) ?? -1) - (size(b) ?? -1),
        cell: (volume) => <Bytes value={size(volume)} />,
      },
      {
        id: "project",
        title: t("volumes-project"),
        min: 100,
        grow: 1,
        priority: 4,
        compare: (a, b) => byText(projectOf(a.labels) ?? "\uffff", projectOf(b.labels) ?? "\uffff"),
        cell: (volume) => {
          const project = projectOf(volume.labels);
          return project ? <Truncate text={project} /> : <None />;
        },
      },
      {
        id: "driver",
        title: t("volumes-driver"),
        min: 72,
        priority: 2,
        compare: (a, b) => byText(a.driver, b.driver),
        cell: (volume) => <Truncate text={volume.driver} />,
      },
      {
        id: "created",
        title: t("volumes-created"),
        min: 104,
        align: "end",
        priority: 3,
        descendFirst: true,
        compare: (a, b) => (a.created ?? 0) - (b.created ?? 0),
        cell: (volume) => <Ago seconds={volume.created} />,
      },
    ];
  }, [t, uses, measured]);
}

function UsedBy({ uses }: { uses: readonly Use[] }) {
  const t = useT();
  const [first] = uses;
  if (!first) return <Badge>{t("volumes-unused")}</Badge>;
  const names = uses.map((use) => use.container.name).join(", ");
  return <Truncate text={names} />;
}

/** An anonymous one is known by its first digits, as containers are. */
function VolumeName({ volume }: { volume: Volume }) {
  const t = useT();
  if (!volume.anonymous) return <Truncate text={volume.name} mono />;
  return (
    <>
      <Tooltip text={volume.name}>
        <span className="mono">{shortId(volume.name)}</span>
      </Tooltip>
      <Badge>{t("volumes-anonymous")}</Badge>
    </>
  );
}
