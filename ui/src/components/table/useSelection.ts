import { useCallback, useRef, useState } from "react";
import { rangeOf } from "./items";
import type { TableItem } from "./types";

export interface Selection {
  keys: ReadonlySet<string>;
  toggle: (key: string) => void;
  /** From where it was last toggled to `key`. */
  extend: (items: readonly TableItem<never>[], key: string) => void;
  only: (keys: Iterable<string>) => void;
  add: (keys: readonly string[], on: boolean) => void;
  clear: () => void;
}

/** Which rows are selected; kept by key, so that filters and updates don't lose it. */
export function useSelection(): Selection {
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set());
  const anchor = useRef<string>("");
  const toggle = useCallback((key: string) => {
    anchor.current = key;
    setKeys((before) => {
      const next = new Set(before);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  }, []);
  const extend = useCallback((items: readonly TableItem<never>[], key: string) => {
    if (anchor.current === "") anchor.current = key;
    const range = rangeOf(items, anchor.current, key);
    setKeys((before) => new Set([...before, ...range]));
  }, []);
  const only = useCallback((next: Iterable<string>) => setKeys(new Set(next)), []);
  const add = useCallback((some: readonly string[], on: boolean) => {
    setKeys((before) => {
      const next = new Set(before);
      for (const key of some) {
        if (on) next.add(key);
        else next.delete(key);
      }
      return next;
    });
  }, []);
  const clear = useCallback(() => setKeys(new Set()), []);
  return { keys, toggle, extend, only, add, clear };
}
