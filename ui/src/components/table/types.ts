import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

/** A column of a {@link DataTable}. */
export interface Column<T> {
  id: string;
  /** Translated. */
  title: string;
  /** Narrowest width in pixels. */
  min: number;
  /** Share of the room that is left; a fixed width without. */
  grow?: number;
  align?: "start" | "end";
  cell: (row: T) => ReactNode;
  /** In the head of a group: what its rows are together. */
  groupCell?: (rows: readonly T[]) => ReactNode;
  /** Ascending; the column can't be sorted by without. */
  compare?: (a: T, b: T) => number;
  /** Begins with the largest. */
  descendFirst?: boolean;
  /** Stays whatever the user chooses. */
  fixed?: boolean;
  /** Not shown until the user chooses it. */
  optional?: boolean;
  /** Where there is no room, the lowest goes first; 5 without. */
  priority?: number;
  /** No title is drawn (marks, sparklines beside their number). */
  untitled?: boolean;
}

export interface Sort {
  column: string;
  descending: boolean;
}

/** Something that can be done to one or several rows: menu, key and bulk bar at once. */
export interface RowAction<T> {
  id: string;
  /** Translated, for so many rows. */
  label: (count: number) => string;
  icon?: LucideIcon;
  /** As in `KeyBinding.keys`. */
  keys?: string;
  danger?: boolean;
  /** A line above it in the menu. */
  apart?: boolean;
  /** Greyed when false. */
  can?: (rows: readonly T[]) => boolean;
  /** Not in the menu at all when false. */
  shown?: (rows: readonly T[]) => boolean;
  /** For one row only. */
  single?: boolean;
  /** A button in the bar that stands below a selection. */
  bulk?: boolean;
  /** A mark at the row's end while it is under the pointer. */
  quick?: boolean;
  /** The same as a command, for people to copy. */
  command?: (rows: readonly T[]) => string;
  run: (rows: readonly T[]) => unknown;
}

/** Rows that stand together under a head. */
export interface Group {
  key: string;
  /** For sorting and screen readers. */
  title: string;
  /** The lowest stands first; 0 without. */
  rank?: number;
}

export type TableItem<T> =
  | { kind: "group"; key: string; group: Group; rows: readonly T[]; folded: boolean }
  | { kind: "row"; key: string; row: T; inGroup: boolean };
