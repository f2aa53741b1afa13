/**
 * Keys: how they are written, and which of a press they match.
 *
 * `j`, `?`, `Delete`, `shift+Enter`, `mod+k` (Control, or Command on a Mac),
 * `g c` (one after the other). Letters match what is typed, so that they mean
 * the same on every keyboard.
 */
export interface KeyBinding {
  /** One or more, separated by ` | `. */
  keys: string;
  /** ID of the message that says what it does. */
  label: string;
  run: (event: KeyboardEvent) => void;
  /** False lets the press go on to others. */
  when?: () => boolean;
  /** Works in text fields too. */
  inText?: boolean;
  /** Works, but is not listed. */
  unlisted?: boolean;
}

export type KeyPress = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

export const isMac = /Mac|iP(hone|ad)/.test(
  typeof navigator === "undefined" ? "" : navigator.platform,
);

/** One press in its written form: `mod+k`, `shift+Enter`, `?`. */
export function written(press: KeyPress, mac = isMac): string {
  const parts: string[] = [];
  const mod = mac ? press.metaKey : press.ctrlKey;
  const other = mac ? press.ctrlKey : press.metaKey;
  if (mod) parts.push("mod");
  if (other) parts.push(mac ? "ctrl" : "meta");
  if (press.altKey) parts.push("alt");
  const named = press.key.length > 1;
  if (press.shiftKey && (named || mod)) parts.push("shift");
  const key = press.key === " " ? "Space" : press.key;
  // Letters mean the same with Caps Lock on; names such as `Enter` keep their form.
  parts.push(key.length === 1 && (mod || !press.shiftKey) ? key.toLowerCase() : key);
  return parts.join("+");
}

/** The alternatives of a binding, each a list of presses. */
export function sequences(keys: string): string[][] {
  return keys.split(" | ").map((keys) => keys.trim().split(" "));
}

/** `full` when `presses` ends one of the sequences, `part` when it begins one. */
export function match(keys: string, presses: readonly string[]): "full" | "part" | "none" {
  let best: "part" | "none" = "none";
  for (const sequence of sequences(keys)) {
    if (presses.length > sequence.length) continue;
    if (!presses.every((press, index) => press === sequence[index])) continue;
    if (presses.length === sequence.length) return "full";
    best = "part";
  }
  return best;
}

const NAMES: Record<string, string> = {
  Escape: "Esc",
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Enter: "↵",
  Delete: "Del",
  Space: "Space",
  ContextMenu: "Menu",
};

/** The caps to draw for the first alternative: `[["Ctrl", "K"]]`, `[["G"], ["C"]]`. */
export function caps(keys: string, mac = isMac): string[][] {
  const [first = []] = sequences(keys);
  return first.map((press) => {
    return press.split(/\+(?=.)/).map((part) => {
      if (part === "mod") return mac ? "⌘" : "Ctrl";
      if (part === "shift") return mac ? "⇧" : "Shift";
      if (part === "alt") return mac ? "⌥" : "Alt";
      return NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part);
    });
  });
}

/** True where letters are written and must not act. */
export function isTextTarget(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest("[data-takes-keys]")) return true;
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  if (!(target instanceof HTMLInputElement)) return false;
  return !["checkbox", "radio", "button", "range", "submit", "reset"].includes(target.type);
}
