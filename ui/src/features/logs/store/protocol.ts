// What page and worker say to each other.
import type { LogRecord } from "@/bindings/LogRecord";

/** A container as filters and rows know it. */
export interface Source {
  id: string;
  name: string;
  service: string;
  project: string;
  /** It is gone, and its lines come from the daemon's store. */
  kept?: boolean;
}

export interface Filter {
  text: string;
  regex: boolean;
  exact: boolean;
  /** Shows only lines that match; otherwise they are highlighted among all. */
  only: boolean;
  /** IDs of containers that are not shown. */
  hidden: readonly string[];
  stderrOnly: boolean;
  sinceMs: number | null;
  untilMs: number | null;
}

export const NO_FILTER: Filter = {
  text: "",
  regex: false,
  exact: false,
  only: true,
  hidden: [],
  stderrOnly: false,
  sinceMs: null,
  untilMs: null,
};

export type ExportFormat = "text" | "json";

export type ToWorker =
  | { kind: "append"; lines: readonly LogRecord[] }
  | { kind: "sources"; sources: readonly Source[] }
  | { kind: "filter"; filter: Filter }
  | { kind: "clear" }
  | { kind: "rows"; ask: number; from: number; to: number }
  | { kind: "step"; ask: number; from: number; by: 1 | -1 }
  | { kind: "locate"; ask: number; id: number }
  | { kind: "export"; ask: number; format: ExportFormat; from?: number; to?: number };

/** A line as it is drawn. */
export interface Row {
  id: number;
  /** Its place among those that are shown; the same as long as the filter is. */
  position: number;
  time: number;
  source: string;
  stderr: boolean;
  text: string;
  cut: number;
  /** It matches what is searched for. */
  match: boolean;
}

export interface State {
  /** Changes with each filter: positions of another one mean other lines. */
  revision: number;
  /** Position of the first line that is shown, and one more than that of the last. */
  first: number;
  end: number;
  /** Lines that are held. */
  held: number;
  /** Lines that ever came. */
  received: number;
  /** Lines that came and were dropped because of the limit. */
  dropped: number;
  /** Lines that match. */
  matches: number;
  /** How far the filter has come, from 0 to 1; 1 when it is done. */
  progress: number;
  /** Why the search can't be used. */
  error: string | undefined;
}

export const NO_STATE: State = {
  revision: 0,
  first: 0,
  end: 0,
  held: 0,
  received: 0,
  dropped: 0,
  matches: 0,
  progress: 1,
  error: undefined,
};

export type FromWorker =
  | { kind: "state"; state: State }
  | { kind: "rows"; ask: number; revision: number; rows: readonly Row[] }
  | { kind: "position"; ask: number; revision: number; position: number | undefined }
  | { kind: "exported"; ask: number; blob: Blob };
