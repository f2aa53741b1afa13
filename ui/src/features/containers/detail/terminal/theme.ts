import type { ITheme } from "@xterm/xterm";

const HUES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

/** The terminal's colours out of the theme's tokens. */
export function terminalTheme(): ITheme {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const theme: ITheme = {
    background: token("--bg-sunken"),
    foreground: token("--fg"),
    cursor: token("--accent"),
    cursorAccent: token("--bg-sunken"),
    selectionBackground: token("--bg-selected-hover"),
    scrollbarSliderBackground: token("--line-strong"),
    scrollbarSliderHoverBackground: token("--line-control"),
    scrollbarSliderActiveBackground: token("--line-control"),
  };
  for (const hue of HUES) {
    const color = token(`--ansi-${hue}`);
    theme[hue] = color;
    theme[`bright${hue[0]?.toUpperCase()}${hue.slice(1)}` as "brightRed"] = color;
  }
  return theme;
}
