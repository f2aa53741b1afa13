/** How well `query` fits `text`: higher is better, `null` when it doesn't. Both in lower case. */
export function fuzzy(query: string, text: string): number | null {
  if (query === "") return 0;
  const whole = text.indexOf(query);
  if (whole >= 0) {
    const start = whole === 0 ? 40 : isBoundary(text, whole) ? 30 : 10;
    return 100 + start - Math.min(whole, 20) - (text.length - query.length) * 0.1;
  }
  let score = 0;
  let from = 0;
  let run = 0;
  for (const letter of query) {
    if (letter === " ") continue;
    const at = text.indexOf(letter, from);
    if (at < 0) return null;
    run = at === from && from > 0 ? run + 1 : 0;
    score += 2 + run * 3 + (isBoundary(text, at) ? 8 : 0) - Math.min(at - from, 8) * 0.6;
    from = at + 1;
  }
  // Letters strewn over a long text are chance.
  return score < query.length * 2 ? null : score;
}

function isBoundary(text: string, at: number): boolean {
  return at === 0 || /[\s\-_./:@]/.test(text.charAt(at - 1));
}

export interface Searchable {
  title: string;
  /** Counts half. */
  more?: string;
}

/** The best of `items`, best first; in their own order for an empty query. */
export function best<T extends Searchable>(query: string, items: readonly T[], most: number): T[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return items.slice(0, most);
  const scored: { item: T; score: number }[] = [];
  for (const item of items) {
    const title = fuzzy(wanted, item.title.toLowerCase());
    const more = item.more ? fuzzy(wanted, item.more.toLowerCase()) : null;
    if (title === null && more === null) continue;
    scored.push({ item, score: Math.max(title ?? -1e9, (more ?? -1e9) / 2) });
  }
  return scored
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ item }) => item);
}
