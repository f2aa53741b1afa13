import { ChevronsUpDown, CircleHelp, Command, Moon, Play, RotateCw, Square } from "lucide-react";
import { bytes, IconButton, Kbd, Menu, type MenuEntry, percent, StateMark } from "@/components";
import { useT } from "@/i18n/i18n";
import { useConnection, useStatus } from "@/model";
import { useMeters } from "@/model/meters";
import { type EngineMood, engineMood } from "./engine";
import { type EngineVerb, engine } from "./engineControl";
import { NoticeCenter } from "./NoticeCenter";
import { showKeys, showPalette } from "./overlays";
import styles from "./StatusBar.module.css";
import { TaskCenter } from "./TaskCenter";

const LOOKS = {
  unknown: "created",
  lost: "failed",
  refused: "failed",
  running: "running",
  starting: "busy",
  stopping: "busy",
  stopped: "stopped",
  asleep: "paused",
  failed: "failed",
} as const;

/** What may be asked of the engine in each mood. */
const VERBS: Record<EngineMood, readonly EngineVerb[]> = {
  unknown: [],
  lost: [],
  refused: [],
  running: ["suspend", "restart", "stop"],
  starting: ["stop"],
  stopping: [],
  stopped: ["start"],
  asleep: ["start", "stop"],
  failed: ["start"],
};

const ICONS = { start: Play, stop: Square, restart: RotateCw, suspend: Moon };

/** What is true now: the engine, what the machine costs, the tasks. */
export function StatusBar() {
  const t = useT();
  const status = useStatus();
  const mood = engineMood(useConnection(), status);
  const entries: MenuEntry[] = VERBS[mood].map((verb) => ({
    id: verb,
    label: t(`engine-${verb}`),
    icon: ICONS[verb],
    run: () => void engine(verb),
  }));
  return (
    <footer role="contentinfo" className={styles.bar} aria-label={t("app-status")}>
      <Menu entries={entries} align="start">
        <button type="button" className={styles.engine} disabled={entries.length === 0}>
          <StateMark look={LOOKS[mood]} word={t(`engine-${mood}`)} />
          {entries.length > 0 && <ChevronsUpDown size={12} aria-hidden />}
        </button>
      </Menu>
      {mood === "running" && <Cost />}
      <span className={styles.room} />
      <TaskCenter />
      <NoticeCenter />
      <button type="button" className={styles.hint} onClick={showPalette}>
        <Command size={13} aria-hidden />
        {t("palette-short")}
        <Kbd keys="mod+k" />
      </button>
      <IconButton small icon={CircleHelp} label={t("key-help")} keys="?" onClick={showKeys} />
    </footer>
  );
}

/** What the machine takes from the host. */
function Cost() {
  const t = useT();
  const status = useStatus();
  const meters = useMeters();
  if (!status) return null;
  const { vm } = status;
  const memory = meters?.vm_memory ?? meters?.guest_memory;
  const disk = meters?.disk_host ?? vm.disk.host_used_bytes;
  return (
    <dl className={styles.cost}>
      <div>
        <dt>{t("status-cpus", { count: vm.cpus })}</dt>
        <dd>{meters?.vm_cpu_percent == null ? "" : percent(meters.vm_cpu_percent)}</dd>
      </div>
      <div>
        <dt>{t("status-memory")}</dt>
        <dd>
          {memory == null
            ? bytes(vm.memory_bytes)
            : t("status-of", { used: bytes(memory), all: bytes(vm.memory_bytes) })}
        </dd>
      </div>
      <div>
        <dt>{t("status-disk")}</dt>
        <dd>{bytes(disk)}</dd>
      </div>
    </dl>
  );
}
