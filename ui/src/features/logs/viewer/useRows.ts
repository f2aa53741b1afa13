import { useEffect, useRef, useState } from "react";
import type { LogStore } from "../store/client";
import type { Row } from "../store/protocol";

export interface Fetched {
  revision: number;
  rows: readonly Row[];
}

const NOTHING: Fetched = { revision: 0, rows: [] };

/**
 * Lines from the thread that holds them. What was there stays until what is
 * asked for came, so that nothing flickers; one question is open at a time.
 */
export function useRows(store: LogStore, revision: number, from: number, to: number): Fetched {
  const [fetched, setFetched] = useState<Fetched>(NOTHING);
  const wanted = useRef({ from, to });
  const busy = useRef(false);
  const again = useRef(false);
  const alive = useRef(true);
  useEffect(() => {
    alive.current = true;
    return () => {
      alive.current = false;
    };
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter shows other lines
  useEffect(() => {
    wanted.current = { from, to };
    const ask = async (): Promise<void> => {
      if (busy.current) {
        again.current = true;
        return;
      }
      busy.current = true;
      const { from, to } = wanted.current;
      const answer = await store.rows(from, to);
      busy.current = false;
      if (!alive.current) return;
      setFetched(answer);
      if (again.current) {
        again.current = false;
        await ask();
      }
    };
    void ask();
  }, [store, from, to, revision]);
  return fetched;
}
