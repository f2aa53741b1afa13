/** A part of a text: itself, or the name of a character that could not be seen. */
export interface Seen {
  text: string;
  /** It stands for something invisible. */
  mark: boolean;
}

// Controls, soft hyphen, marks of direction, zero-width characters (but the joiners,
// which words and emoji need), separators, tags. A tab is drawn as it is.
const HIDDEN = new RegExp(
  "[\\u0000-\\u0008\\u000a-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f" +
    "\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\u{e0000}-\\u{e007f}]",
  "gu",
);

function named(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "␡";
  if (code < 0xa0) return `\\x${code.toString(16)}`;
  return `‹U+${code.toString(16).toUpperCase().padStart(4, "0")}›`;
}

/** Splits a text so that what could not be seen (or would turn other text around) has a name. */
export function visible(text: string): Seen[] {
  const out: Seen[] = [];
  let at = 0;
  for (const found of text.matchAll(HIDDEN)) {
    if (found.index > at) out.push({ text: text.slice(at, found.index), mark: false });
    const last = out[out.length - 1];
    const name = named(found[0]);
    if (last?.mark && found.index === at) last.text += name;
    else out.push({ text: name, mark: true });
    at = found.index + found[0].length;
  }
  if (at < text.length) out.push({ text: text.slice(at), mark: false });
  return out;
}

/** The same as one text, for attributes, titles and file names. */
export function visibleText(text: string): string {
  return text.replace(HIDDEN, named);
}
