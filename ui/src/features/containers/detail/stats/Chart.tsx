import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { bytes, number, percent } from "@/components";
import { useT } from "@/i18n/i18n";
import styles from "./Stats.module.css";
import { columns, type Meter, type Sample } from "./series";

export interface ChartSpec {
  id: string;
  unit: "percent" | "bytes" | "rate" | "count";
  lines: readonly { meter: Meter; color: string; dashed?: boolean; label: string }[];
}

export interface ChartProps {
  spec: ChartSpec;
  samples: readonly Sample[];
  /** Seconds that the axis spans, up to now. */
  range: number;
  /** Seconds without a reading that are drawn as a gap. */
  gap: number;
}

const HEIGHT = 132;

export function inUnit(unit: ChartSpec["unit"], value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  if (unit === "percent") return percent(value);
  if (unit === "count") return number(value);
  return unit === "rate" ? `${bytes(value)}/s` : bytes(value);
}

/** Lines of one container's meters over time. */
export function Chart({ spec, samples, range, gap }: ChartProps) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const data = columns(
    samples,
    spec.lines.map((line) => line.meter),
    gap,
  ) as uPlot.AlignedData;
  const latest = useRef(data);
  latest.current = data;
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let made: uPlot | undefined;
    const draw = () => {
      made?.destroy();
      made = new uPlot(options(spec, t, element), latest.current, element);
      plot.current = made;
    };
    draw();
    const sized = new ResizeObserver(() =>
      made?.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
    sized.observe(element);
    const themed = new MutationObserver(draw);
    themed.observe(document.documentElement, { attributeFilter: ["data-theme", "data-contrast"] });
    return () => {
      sized.disconnect();
      themed.disconnect();
      made?.destroy();
    };
  }, [spec, t]);
  useEffect(() => {
    plot.current?.batch(() => {
      plot.current?.setData(data, false);
      const now = Math.max(Date.now() / 1000 - 2, data[0].at(-1) ?? 0);
      plot.current?.setScale("x", { min: now - range, max: now });
    });
  });
  return (
    <figure className={styles.chart}>
      <figcaption className={styles.caption}>
        <span className={styles.title}>{t(`detail-${spec.id}`)}</span>
        {spec.lines.map(({ meter, label, color }) => (
          <span key={meter} className={styles.key}>
            <svg width={10} height={10} viewBox="0 0 10 10" aria-hidden>
              <path d="M0 5h10" stroke={`var(${color})`} strokeWidth={2} />
            </svg>
            {t(label)} {inUnit(spec.unit, samples.at(-1)?.[meter])}
          </span>
        ))}
      </figcaption>
      <div ref={box} className={styles.plot} aria-hidden />
    </figure>
  );
}

function clock(seconds: number): string {
  const at = new Date(seconds * 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const second = at.getSeconds() === 0 ? "" : `:${two(at.getSeconds())}`;
  return `${two(at.getHours())}:${two(at.getMinutes())}${second}`;
}

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function options(spec: ChartSpec, t: (id: string) => string, element: HTMLElement): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: token("--fg-faint"),
    font: `11px ${token("--font")}`,
    grid: { stroke: token("--line-soft"), width: 1 },
    ticks: { show: false },
  };
  const least = spec.unit === "rate" ? 1024 : 1;
  return {
    width: element.clientWidth,
    height: HEIGHT,
    padding: [8, 8, 0, 0],
    cursor: { points: { size: 6 }, drag: { x: false, y: false }, y: false },
    legend: { show: false },
    scales: {
      x: { time: true },
      y: { range: (_, __, max) => [0, Math.max((max ?? 0) * 1.15, least)] },
    },
    axes: [
      { ...axis, size: 26, values: (_, splits) => splits.map(clock) },
      { ...axis, size: 74, values: (_, splits) => splits.map((it) => inUnit(spec.unit, it)) },
    ],
    series: [
      {},
      ...spec.lines.map((line, at) => ({
        label: t(line.label),
        stroke: token(line.color),
        width: 1.5,
        dash: line.dashed ? [4, 4] : undefined,
        fill: at === 0 ? `color-mix(in srgb, ${token(line.color)} 12%, transparent)` : undefined,
        points: { show: false },
        spanGaps: false,
      })),
    ],
  };
}
