import { useEffect, useState } from "react";
import type { Mark } from "@/bindings/Mark";
import type { Meters } from "@/bindings/Meters";
import { isCancelled, socket } from "@/rpc";
import { append, CHARTS, type Columns, columns, RANGES, type Range } from "./series";

export interface Activity {
  data: readonly Columns[];
  now: Meters | undefined;
  marks: readonly Mark[];
  error: unknown;
}

const POINTS = 600;
const NONE: Activity = {
  data: CHARTS.map((chart) => [[], ...chart.lines.map(() => [])] as Columns),
  now: undefined,
  marks: [],
  error: undefined,
};

/** What was measured in a range, going on live. */
export function useActivity(range: Range): Activity {
  const [state, setState] = useState<Activity>(NONE);
  useEffect(() => {
    const leave = new AbortController();
    const span = RANGES[range];
    const series = CHARTS.flatMap((chart) => chart.lines.map((line) => line.series));
    const query = { series, since_ms: Date.now() - span, until_ms: null, points: POINTS };
    socket.call("history", query, { signal: leave.signal }).then(
      (history) => {
        const data = CHARTS.map((chart) => columns(chart.lines, history.series));
        setState((before) => ({ ...before, data, marks: history.marks, error: undefined }));
      },
      (error) => {
        if (!isCancelled(error)) setState((before) => ({ ...before, error }));
      },
    );
    // A point a second would be more than a long range can show.
    const every = span / POINTS;
    let kept: Meters | undefined;
    const end = socket.subscribe("meters", undefined, (now) => {
      const add = kept === undefined || now.time_ms - kept.time_ms >= every;
      const before = kept;
      if (add) kept = now;
      setState((state) => ({
        ...state,
        now,
        data: add
          ? state.data.map((data, index) =>
              append(data, CHARTS[index]?.lines ?? [], now, before, span),
            )
          : state.data,
      }));
    });
    return () => {
      leave.abort();
      end();
    };
  }, [range]);
  return state;
}
