import { useQuery } from "@tanstack/react-query";
import { Activity } from "lucide-react";
import { useMemo } from "react";
import { usePref } from "@/app/prefs";
import { EmptyState, SegmentedControl } from "@/components";
import { useT } from "@/i18n/i18n";
import { call } from "@/rpc";
import { isUp } from "../../list/state";
import { cpuLimit } from "../logic/inspect";
import type { TabProps } from "../tabs";
import { useInspect } from "../useInspect";
import { Chart, type ChartSpec } from "./Chart";
import { useLive } from "./live";
import { Now } from "./Now";
import styles from "./Stats.module.css";
import { joined, remembered, within } from "./series";

const RANGES = { "5m": 300, "1h": 3600, "24h": 86_400 } as const;
type RangeName = keyof typeof RANGES;
const POINTS = 400;

const BLUE = "--ansi-blue";
const GREEN = "--ansi-green";
const CHARTS: readonly ChartSpec[] = [
  { id: "cpu", unit: "percent", lines: [{ meter: "cpu", color: BLUE, label: "detail-used" }] },
  {
    id: "memory",
    unit: "bytes",
    lines: [{ meter: "memory", color: BLUE, label: "detail-used" }],
  },
  {
    id: "network",
    unit: "rate",
    lines: [
      { meter: "received", color: BLUE, label: "detail-received" },
      { meter: "sent", color: GREEN, label: "detail-sent" },
    ],
  },
  {
    id: "disk",
    unit: "rate",
    lines: [
      { meter: "read", color: BLUE, label: "detail-read" },
      { meter: "written", color: GREEN, label: "detail-written" },
    ],
  },
  { id: "pids", unit: "count", lines: [{ meter: "pids", color: BLUE, label: "detail-used" }] },
];

/** What the container uses, now and lately. Of long ranges CPU and memory are remembered. */
export default function Stats({ container }: TabProps) {
  const t = useT();
  const { id } = container;
  const up = isUp(container);
  const [name, setName] = usePref<RangeName>("detail.stats-range", "5m");
  const range = RANGES[name] ?? 300;
  const live = useLive(id, up);
  const inspected = useInspect(container).data;
  const history = useQuery({
    queryKey: ["container", id, "history", name],
    queryFn: () =>
      call("history", {
        series: [`${id}/cpu`, `${id}/memory`],
        since_ms: Date.now() - range * 1000,
        until_ms: null,
        points: POINTS,
      }),
    refetchInterval: range > 3600 ? 60_000 : false,
  });
  const before = useMemo(() => remembered(history.data?.series ?? [], id), [history.data, id]);
  const samples = useMemo(() => within(joined(before, live), range), [before, live, range]);
  const gap = Math.max(20, (range / POINTS) * 4);
  if (!up && before.length === 0 && live.length === 0) {
    return (
      <EmptyState
        icon={Activity}
        text={t("detail-stats-stopped")}
        command={`docker start ${container.name}`}
      />
    );
  }
  return (
    <div className={styles.stats}>
      <div className={styles.head}>
        <SegmentedControl
          label={t("detail-stats-range")}
          value={name}
          onChange={setName}
          options={(Object.keys(RANGES) as RangeName[]).map((value) => ({
            value,
            label: t(`detail-range-${value}`),
          }))}
        />
        <span className={styles.note}>{!up && t("detail-stats-was")}</span>
      </div>
      <Now now={up ? live.at(-1) : undefined} cpus={inspected && cpuLimit(inspected)} />
      <div className={styles.charts}>
        {CHARTS.map((spec) => (
          <Chart key={spec.id} spec={spec} samples={samples} range={range} gap={gap} />
        ))}
      </div>
    </div>
  );
}
