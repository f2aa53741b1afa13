import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Mark } from "@/bindings/Mark";
import { bytes, percent } from "@/components";
import { currentLocale, useT } from "@/i18n/i18n";
import styles from "./Activity.module.css";
import type { ChartSpec, Columns } from "./series";

export interface ChartProps {
  spec: ChartSpec;
  data: Columns;
  marks: readonly Mark[];
  /** Milliseconds that the axis spans, up to now. */
  range: number;
}

const HEIGHT = 150;

/** A value in the chart's unit. */
export function inUnit(unit: ChartSpec["unit"], value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  if (unit === "percent") return percent(value);
  return unit === "rate" ? `${bytes(value)}/s` : bytes(value);
}

/** Lines over time; what happened to the machine is marked on the axis. */
export function Chart({ spec, data, marks, range }: ChartProps) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const drawn = useRef(marks);
  drawn.current = marks;
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let made: uPlot | undefined;
    const draw = () => {
      made?.destroy();
      made = new uPlot(options(spec, t, element, drawn), empty(spec), element);
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
      const now = Math.max(Date.now(), (data[0].at(-1) ?? 0) * 1000) / 1000;
      plot.current?.setScale("x", { min: now - range / 1000, max: now });
    });
  }, [data, range]);
  return <div ref={box} className={styles.plot} aria-hidden />;
}

function empty(spec: ChartSpec): Columns {
  return [[], ...spec.lines.map(() => [])];
}

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function options(
  spec: ChartSpec,
  t: (id: string) => string,
  element: HTMLElement,
  marks: { current: readonly Mark[] },
): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: token("--fg-faint"),
    font: `11px ${token("--font")}`,
    grid: { stroke: token("--line-soft"), width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    padding: [8, 8, 0, 0],
    cursor: { points: { size: 6 }, drag: { x: false, y: false } },
    legend: { show: false },
    scales: { x: { time: true }, y: { range: (_, __, max) => [0, Math.max(max * 1.15, 1)] } },
    axes: [
      { ...axis, size: 26, space: 72, values: timeLabels },
      {
        ...axis,
        size: 74,
        space: 36,
        incrs: spec.unit === "percent" ? [1, 2, 5, 10, 25, 50, 100, 200, 400, 800] : BINARY,
        values: (_, splits) => splits.map((it) => inUnit(spec.unit, it)),
      },
    ],
    series: [
      {},
      ...spec.lines.map((line) => ({
        label: t(line.label),
        stroke: token(line.color),
        width: 1.5,
        points: { show: false },
        spanGaps: false,
      })),
    ],
    hooks: { draw: [(plot) => drawMarks(plot, marks.current)] },
  };
}

/** Steps of an axis of bytes. */
const BINARY = Array.from({ length: 50 }, (_, power) => 2 ** power);
const DAY = 86_400;

/** Times of day; days where the axis spans several. */
function timeLabels(plot: uPlot, splits: number[]): string[] {
  const { min = 0, max = 0 } = plot.scales.x ?? {};
  const days = (max ?? 0) - (min ?? 0) > 2 * DAY;
  const form = new Intl.DateTimeFormat(
    currentLocale(),
    days
      ? { day: "numeric", month: "short" }
      : { hour: "2-digit", minute: "2-digit", hour12: false },
  );
  return splits.map((it) => form.format(it * 1000));
}

function drawMarks(plot: uPlot, marks: readonly Mark[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = token("--paused");
  ctx.setLineDash([3, 3]);
  for (const mark of marks) {
    const x = plot.valToPos(mark.time_ms / 1000, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}
