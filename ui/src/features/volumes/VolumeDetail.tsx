import { Copy, Database, Download, Ellipsis, Eraser, Trash2, Upload } from "lucide-react";
import { go, Link } from "@/app/nav";
import type { Task } from "@/bindings/Task";
import type { Volume } from "@/bindings/Volume";
import {
  Ago,
  Badge,
  Button,
  Bytes,
  EmptyState,
  IconButton,
  Menu,
  Tabs,
  Truncate,
} from "@/components";
import { ContainerLine } from "@/features/run/parts/ContainerLine";
import {
  Block,
  Commands,
  DetailBody,
  DetailHead,
  DetailKeys,
  Facts,
  PairFacts,
  Row,
  Rows,
} from "@/features/run/parts/Detail";
import { TaskCard } from "@/features/run/parts/TaskCard";
import { isFresh } from "@/features/run/parts/tasks";
import { useT } from "@/i18n/i18n";
import { useTasks } from "@/model";
import { emptyVolume, measureTold, removeVolumes } from "./actions";
import { Browse } from "./Browse";
import { useSizes } from "./sizes";
import type { TransferKind } from "./Transfer";
import { commands, projectOf, type Use } from "./usage";

export interface VolumeDetailProps {
  name: string;
  /** None if it is gone. */
  volume: Volume | undefined;
  uses: readonly Use[];
  tab: string;
  onTransfer: (kind: TransferKind) => void;
}

const close = () => go("/volumes");

/** One volume. */
export function VolumeDetail({ name, volume, uses, tab, onTransfer }: VolumeDetailProps) {
  const t = useT();
  if (!volume) {
    return (
      <>
        <DetailHead name={name} onClose={close} />
        <EmptyState icon={Database} text={t("volumes-gone", { name })} />
      </>
    );
  }
  const entries = [
    {
      id: "export",
      label: t("volumes-export"),
      icon: Download,
      keys: "o",
      run: () => onTransfer("export"),
    },
    {
      id: "import",
      label: t("volumes-import-into"),
      icon: Upload,
      keys: "i",
      run: () => onTransfer("import"),
    },
    "-" as const,
    {
      id: "empty",
      label: t("volumes-empty"),
      icon: Eraser,
      danger: true,
      run: () => void emptyVolume(volume),
    },
    {
      id: "remove",
      label: t("volumes-remove", { count: 1 }),
      icon: Trash2,
      keys: "Delete",
      danger: true,
      disabled: uses.length > 0,
      run: () => void removeVolumes([volume]),
    },
  ];
  return (
    <DetailKeys
      bindings={[
        { keys: "c", label: "volumes-clone", run: () => onTransfer("clone") },
        { keys: "o", label: "volumes-export", run: () => onTransfer("export") },
        { keys: "i", label: "volumes-import-into", run: () => onTransfer("import") },
        {
          keys: "Delete",
          label: "volumes-remove-verb",
          run: () => void removeVolumes([volume]),
          when: () => tab === "overview" && uses.length === 0,
        },
      ]}
    >
      <DetailHead
        name={name}
        sub={<span>{t("volumes-sub", { driver: volume.driver, count: uses.length })}</span>}
        onClose={close}
        tools={
          <>
            <Button icon={Copy} keys="c" onClick={() => onTransfer("clone")}>
              {t("volumes-clone")}
            </Button>
            <Menu entries={entries}>
              <IconButton icon={Ellipsis} label={t("table-more")} />
            </Menu>
          </>
        }
      />
      <Tabs
        label={name}
        value={tab}
        onChange={(next) => go(`/volumes/${encodeURIComponent(name)}/${next}`, { replace: true })}
        tabs={[
          {
            id: "overview",
            label: t("volumes-overview"),
            content: <Overview volume={volume} uses={uses} />,
          },
          { id: "files", label: t("volumes-files"), content: <Browse name={name} uses={uses} /> },
        ]}
      />
    </DetailKeys>
  );
}

/** Tasks that read or change a volume. */
export function tasksOf(tasks: readonly Task[], name: string): Task[] {
  const now = Date.now();
  return tasks.filter(({ spec, ...task }) => {
    if (!isFresh({ spec, ...task }, now)) return false;
    if (spec.kind === "clone_volume") return spec.from === name || spec.to === name;
    if (spec.kind === "export_volume" || spec.kind === "import_volume") return spec.volume === name;
    return spec.kind === "empty_volume" && spec.volume === name;
  });
}

function Overview({ volume, uses }: { volume: Volume; uses: readonly Use[] }) {
  const t = useT();
  const sizes = useSizes();
  const tasks = tasksOf(useTasks(), volume.name);
  const size = sizes.bytes.get(volume.name) ?? volume.size;
  const project = projectOf(volume.labels);
  const { name } = volume;
  return (
    <DetailBody>
      {tasks.map((task) => (
        <TaskCard key={task.id} task={task} title={t(`volumes-task-${task.spec.kind}`)} />
      ))}
      <Facts
        facts={[
          {
            label: t("volumes-size"),
            value:
              size === null ? (
                <Button look="quiet" busy={sizes.measuring} onClick={measureTold}>
                  {t("volumes-measure")}
                </Button>
              ) : (
                <Bytes value={size} />
              ),
          },
          { label: t("volumes-created"), value: <Ago seconds={volume.created} /> },
          ...(project
            ? [
                {
                  label: t("volumes-project"),
                  value: <Link to={`/compose/${encodeURIComponent(project)}`}>{project}</Link>,
                },
              ]
            : []),
          {
            label: t("volumes-mountpoint"),
            value: <span className="mono">{volume.mountpoint}</span>,
          },
          ...(volume.anonymous
            ? [{ label: t("volumes-kind"), value: t("volumes-anonymous-hint") }]
            : []),
        ]}
      />
      <Block title={t("volumes-used-by")}>
        {uses.length === 0 ? (
          <p>{t("volumes-unused-hint")}</p>
        ) : (
          <Rows>
            {uses.map((use) => (
              <Row
                key={use.container.id + use.target}
                end={<Badge>{use.writable ? t("volumes-writable") : t("volumes-read-only")}</Badge>}
              >
                <ContainerLine container={use.container} />
                <Truncate text={use.target} mono />
              </Row>
            ))}
          </Rows>
        )}
      </Block>
      {Object.keys(volume.options).length > 0 && (
        <Block title={t("volumes-options")}>
          <PairFacts pairs={volume.options} />
        </Block>
      )}
      {Object.keys(volume.labels).length > 0 && (
        <Block title={t("volumes-labels")}>
          <PairFacts pairs={volume.labels} />
        </Block>
      )}
      <Commands
        list={[
          [t("volumes-command-inspect"), commands.inspect(name)],
          [t("volumes-browse"), commands.browse(name)],
          [t("volumes-clone"), commands.clone(name, `${name}-copy`)],
          [t("volumes-export"), commands.exportTo(name, `${name}.tar`)],
          [t("volumes-import"), commands.importFrom(name, `${name}.tar`)],
          [t("volumes-remove-verb"), commands.remove([name])],
        ]}
      />
    </DetailBody>
  );
}
