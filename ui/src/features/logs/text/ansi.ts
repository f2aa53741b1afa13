/** One of the eight colours of a terminal: black, red, green, yellow, blue, magenta, cyan, white. */
export type Hue = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

export interface Style {
  fg?: Hue;
  bg?: Hue;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
  strike?: boolean;
  inverse?: boolean;
}

export interface Span {
  text: string;
  style: Style;
}

// A line of nothing but colour changes must not become ten thousand elements.
const MAX_SPANS = 400;

// ECMA-48: control sequences, strings (OSC, DCS, ...) with their end, two-character escapes.
// The strings stop at the next introducer, so that no input makes this quadratic.
const CSI = "(?:\\u001b\\[|\\u009b)([0-?]*)[ -/]*([@-~])";
const STRING =
  "(?:\\u001b[\\]PX^_]|[\\u0090\\u0098\\u009d-\\u009f])[^\\u0007\\u001b\\u0090\\u0098\\u009c-\\u009f]*(?:\\u0007|\\u001b\\\\|\\u009c)";
const SHORT = "\\u001b[ -/]*[0-Z\\\\\\]^_`a-~]|\\u001b\\[";
const ESCAPES = new RegExp(`${CSI}|${STRING}|${SHORT}`, "g");

export function hasEscapes(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x1b || (code >= 0x90 && code <= 0x9f)) return true;
  }
  return false;
}

/** The text without escape sequences, as filters see it. */
export function plain(text: string): string {
  return hasEscapes(text) ? text.replace(ESCAPES, "") : text;
}

/** The text by its colours; every other sequence is dropped. Together the spans are {@link plain}. */
export function spans(text: string): Span[] {
  if (!hasEscapes(text)) return text === "" ? [] : [{ text, style: {} }];
  const out: Span[] = [];
  let style: Style = {};
  let at = 0;
  const add = (part: string) => {
    const last = out[out.length - 1];
    if (part === "") return;
    if (last && (last.style === style || out.length >= MAX_SPANS)) last.text += part;
    else out.push({ text: part, style });
  };
  for (const found of text.matchAll(ESCAPES)) {
    add(text.slice(at, found.index));
    at = found.index + found[0].length;
    if (found[2] === "m") style = select(style, found[1] ?? "");
  }
  add(text.slice(at));
  return out;
}

const ON: Record<number, Style> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
};
const OFF: Record<number, readonly (keyof Style)[]> = {
  21: ["bold"],
  22: ["bold", "dim"],
  23: ["italic"],
  24: ["underline"],
  27: ["inverse"],
  29: ["strike"],
  39: ["fg"],
  49: ["bg"],
};

/** SGR (ECMA-48 8.3.117): the style after `parameters`. */
function select(before: Style, parameters: string): Style {
  if (!/^[\d;:]*$/.test(parameters)) return before;
  let style: Style = { ...before };
  const codes = parameters.split(/[;:]/).slice(0, 64).map(Number);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    if (code === 0) style = {};
    else if (code === 38 || code === 48) {
      const { hue, used } = extended(codes.slice(i + 1));
      i += used;
      style = without(style, [code === 38 ? "fg" : "bg"]);
      if (hue !== undefined) style[code === 38 ? "fg" : "bg"] = hue;
    } else if (code >= 30 && code <= 37) style.fg = (code - 30) as Hue;
    else if (code >= 90 && code <= 97) style.fg = (code - 90) as Hue;
    else if (code >= 40 && code <= 47) style.bg = (code - 40) as Hue;
    else if (code >= 100 && code <= 107) style.bg = (code - 100) as Hue;
    else if (ON[code]) style = { ...style, ...ON[code] };
    else style = without(style, OFF[code] ?? []);
  }
  return style;
}

function without(style: Style, keys: readonly (keyof Style)[]): Style {
  const rest = { ...style };
  for (const key of keys) delete rest[key];
  return rest;
}

/** The colour after 38 or 48: `5;n` or `2;r;g;b`, as the nearest of the theme's. */
function extended(rest: readonly number[]): { hue: Hue | undefined; used: number } {
  if (rest[0] === 5) return { hue: indexed(rest[1] ?? 0), used: 2 };
  if (rest[0] !== 2) return { hue: undefined, used: 1 };
  const [r = 0, g = 0, b = 0] = rest.slice(1, 4);
  return { hue: nearest(r, g, b), used: 4 };
}

function indexed(n: number): Hue | undefined {
  if (n < 16) return (n % 8) as Hue;
  if (n > 231) return undefined;
  const level = (part: number) => (part === 0 ? 0 : 55 + 40 * part);
  const at = n - 16;
  return nearest(level(Math.floor(at / 36)), level(Math.floor(at / 6) % 6), level(at % 6));
}

/** Greys stay in the text's own colour, so that they can be read in every theme. */
function nearest(r: number, g: number, b: number): Hue | undefined {
  const max = Math.max(r, g, b);
  const range = max - Math.min(r, g, b);
  if (range < 40) return undefined;
  const raw = max === r ? (g - b) / range : max === g ? 2 + (b - r) / range : 4 + (r - g) / range;
  const degrees = (raw * 60 + 360) % 360;
  if (degrees < 25 || degrees >= 335) return 1;
  if (degrees < 75) return 3;
  if (degrees < 160) return 2;
  if (degrees < 200) return 6;
  if (degrees < 260) return 4;
  return 5;
}
