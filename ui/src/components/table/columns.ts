import type { Column } from "./types";

/** What of a column its fitting needs. */
export type Fitting = Pick<
  Column<never>,
  "id" | "min" | "grow" | "fixed" | "optional" | "priority"
>;

/** Columns that the user wants: `choice` holds true or false for those that were touched. */
export function chosenColumns<C extends Fitting>(
  columns: readonly C[],
  choice: Readonly<Record<string, boolean>>,
): C[] {
  return columns.filter((column) => column.fixed || (choice[column.id] ?? !column.optional));
}

/** Leaves out the least important ones until the rest fits into `width` pixels. */
export function fitColumns<C extends Fitting>(columns: readonly C[], width: number): C[] {
  let kept = [...columns];
  const needed = () => kept.reduce((sum, column) => sum + column.min, 0);
  while (needed() > width) {
    const loose = kept.filter((column) => !column.fixed);
    if (loose.length === 0) break;
    // The rightmost of the least important ones goes first.
    const least = loose.reduce((a, b) => ((b.priority ?? 5) <= (a.priority ?? 5) ? b : a));
    kept = kept.filter((column) => column !== least);
  }
  return kept;
}

/** For `grid-template-columns`. */
export function tracks(columns: readonly Fitting[]): string {
  return columns
    .map(({ min, grow }) => (grow ? `minmax(${min}px, ${grow}fr)` : `${min}px`))
    .join(" ");
}
