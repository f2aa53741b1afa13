import { type Span, type Style, spans } from "./ansi";
import { visible } from "./visible";

/** From (inclusive) and to (exclusive), in the text without escape sequences. */
export type Range = readonly [from: number, to: number];

/** What is drawn as one element. Never interpreted: it becomes a text node. */
export interface Piece {
  text: string;
  style: Style;
  /** It is the name of a character that could not be seen. */
  mark: boolean;
  /** It matches what is searched for. */
  hit: boolean;
  /** Where it leads, if it looks like an address. */
  link: string | undefined;
}

// Ends at what can't stand in an address, and at what can't be seen.
const UNSEEN = "\\u0000-\\u001f\\u007f-\\u009f\\u200b-\\u200f\\u2028-\\u202e";
const ADDRESS = new RegExp(`\\bhttps?://[^\\s"'<>\`{}|\\\\^${UNSEEN}]+`, "g");
const MAX_LINKS = 50;

/** Addresses in a text, without the punctuation of the sentence around. */
export function links(text: string): Range[] {
  const out: Range[] = [];
  if (!text.includes("://")) return out;
  for (const found of text.matchAll(ADDRESS)) {
    const address = found[0].replace(/[.,;:!?)\]]+$/, "");
    if (URL.canParse(address)) out.push([found.index, found.index + address.length]);
    if (out.length >= MAX_LINKS) break;
  }
  return out;
}

/** A line as it is drawn. `hits` are in order and don't overlap. */
export function pieces(raw: string, hits: readonly Range[] = []): Piece[] {
  const parts = spans(raw);
  const text = parts.map((part) => part.text).join("");
  const addresses = links(text);
  const cuts = cutsOf(parts, hits, addresses, text.length);
  const out: Piece[] = [];
  let span = 0;
  let spanEnd = parts[0]?.text.length ?? 0;
  let hit = 0;
  let address = 0;
  for (let i = 0; i + 1 < cuts.length; i++) {
    const from = cuts[i] ?? 0;
    const to = cuts[i + 1] ?? 0;
    while (from >= spanEnd && span + 1 < parts.length) spanEnd += parts[++span]?.text.length ?? 0;
    while (hit < hits.length && from >= (hits[hit]?.[1] ?? 0)) hit++;
    while (address < addresses.length && from >= (addresses[address]?.[1] ?? 0)) address++;
    const link = addresses[address];
    const style = parts[span]?.style ?? {};
    const isHit = from >= (hits[hit]?.[0] ?? Number.POSITIVE_INFINITY);
    const inLink = link !== undefined && from >= link[0];
    for (const seen of visible(text.slice(from, to))) {
      const where = inLink ? text.slice(link[0], link[1]) : undefined;
      out.push({ text: seen.text, style, mark: seen.mark, hit: isHit, link: where });
    }
  }
  return out;
}

function cutsOf(
  parts: readonly Span[],
  hits: readonly Range[],
  addresses: readonly Range[],
  end: number,
): number[] {
  const cuts = new Set([0, end]);
  let at = 0;
  for (const part of parts) {
    at += part.text.length;
    cuts.add(at);
  }
  for (const [from, to] of [...hits, ...addresses]) {
    cuts.add(Math.min(from, end));
    cuts.add(Math.min(to, end));
  }
  return [...cuts].sort((a, b) => a - b);
}
