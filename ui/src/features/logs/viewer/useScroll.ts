import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { State } from "../store/protocol";
import { extent, filling, type Geometry, lineAt, ROW, topOf } from "./place";

export interface Scroll {
  /** Ref of the element that scrolls. */
  scroller: (element: HTMLDivElement | null) => void;
  layer: RefObject<HTMLDivElement | null>;
  geometry: Geometry;
  /** The line at the upper edge, counted from the first that is held. */
  line: number;
  following: boolean;
  follow: (on: boolean) => void;
  onScroll: () => void;
  /** Brings a position into view, a third from above. */
  show: (position: number) => void;
  /** Moves by so many lines. */
  move: (lines: number) => void;
  /** To be called after rows were drawn. */
  drawn: () => void;
}

/** Keeps where the viewer is: at the end as long as the user is there, else at a line. */
export function useScroll(state: State): Scroll {
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  scroller.current = box;
  const layer = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(400);
  const [tail, setTail] = useState(20);
  const [line, setLine] = useState(0);
  const [following, follow] = useState(true);
  const count = state.end - state.first;
  const geometry: Geometry = { count, height, tail: Math.min(tail, height / 8) };
  const latest = useRef({ geometry, following });
  latest.current = { geometry, following };
  const before = useRef({ top: 0, extent: 0, first: state.first, revision: state.revision });

  useEffect(() => {
    if (!box) return;
    const watch = new ResizeObserver(() => setHeight(Math.max(box.clientHeight, ROW)));
    watch.observe(box);
    return () => watch.disconnect();
  }, [box]);

  const put = useCallback((top: number) => {
    const element = scroller.current;
    if (!element) return;
    element.scrollTop = top;
    before.current.top = element.scrollTop;
    setLine(lineAt(element.scrollTop, latest.current.geometry));
  }, []);

  // The end moved, lines left at the beginning, or other lines are shown.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another element has to be scrolled anew
  useLayoutEffect(() => {
    const last = before.current;
    const gone = last.revision === state.revision ? state.first - last.first : 0;
    const here = { count, height, tail: geometry.tail };
    last.extent = extent(here);
    last.first = state.first;
    last.revision = state.revision;
    if (following) put(last.extent);
    else if (gone > 0) put(Math.max(0, last.top - topOf(gone, here)));
  }, [box, count, height, geometry.tail, state.first, state.revision, following, put]);

  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const { top } = before.current;
    const now = element.scrollTop;
    const lowest = element.scrollHeight - element.clientHeight;
    before.current.top = now;
    if (now >= lowest - 2) follow(true);
    else if (now < top - 1) follow(false);
    setLine(lineAt(now, latest.current.geometry));
  }, []);

  const show = useCallback(
    (position: number) => {
      const { geometry } = latest.current;
      const at = position - before.current.first;
      const shown = Math.floor(geometry.height / ROW / 3);
      follow(false);
      put(topOf(at - shown, geometry));
    },
    [put],
  );

  const move = useCallback((lines: number) => {
    const element = scroller.current;
    if (!element) return;
    if (lines < 0) follow(false);
    element.scrollTop += topOf(Math.abs(lines), latest.current.geometry) * Math.sign(lines);
  }, []);

  const drawn = useCallback(() => {
    const { following, geometry } = latest.current;
    if (!following || !layer.current || geometry.count === 0) return;
    const heights = [...layer.current.children].map((row) => (row as HTMLElement).offsetHeight);
    const next = filling(heights, geometry.height);
    setTail((now) => (Math.abs(now - next) > 0.05 ? next : now));
  }, []);

  return {
    scroller: setBox,
    layer,
    geometry,
    line,
    following,
    follow,
    onScroll,
    show,
    move,
    drawn,
  };
}
