import { useMemo, useSyncExternalStore } from "react";
import { appearance } from "./appearance";
import { subscribePrefs } from "./prefs";

/** True while the media query holds. */
export function useMedia(query: string): boolean {
  const list = useMemo(() => window.matchMedia(query), [query]);
  return useSyncExternalStore(
    (listener) => {
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    () => list.matches,
  );
}

function onRoom(listener: () => void): () => void {
  window.addEventListener("resize", listener);
  const stop = subscribePrefs(listener);
  return () => {
    window.removeEventListener("resize", listener);
    stop();
  };
}

/** True while the window is at least `pixels` wide, as large as everything is drawn now. */
export function useRoom(pixels: number): boolean {
  return useSyncExternalStore(
    onRoom,
    () => (window.innerWidth * 100) / appearance().zoom >= pixels,
  );
}
