import type { Terminal } from "@xterm/xterm";
import { confirmList } from "@/components";
import { visibleText } from "@/features/logs/text/visible";
import { t } from "@/i18n/i18n";
import { pasteRisk } from "../logic/shell";

const SHOWN = 30;

/** Without what a terminal would take for keys. */
export function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}]/gu, (char) => (/[\t\n\r]/.test(char) ? char : ""));
}

/** Asks before a text of several lines, or with hidden characters, goes to a shell. */
export function guardPaste(element: HTMLElement, terminal: Terminal): void {
  const paste = async (event: ClipboardEvent) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const risk = pasteRisk(text);
    // A shell that knows of pasting shows the lines and waits for Enter.
    if (!risk || (risk === "lines" && terminal.modes.bracketedPasteMode)) return;
    event.preventDefault();
    event.stopPropagation();
    const lines = text.replace(/[\r\n]+$/, "").split(/\r\n|\r|\n/);
    const name = risk === "lines" ? "detail-shell-paste" : "detail-shell-paste-controls";
    const answer = await confirmList({
      title: t(name, { count: lines.length }),
      note: t(`${name}-note`),
      items: lines
        .slice(0, SHOWN)
        .map((line, at) => ({ name: visibleText(line) || "↵", detail: String(at + 1) })),
      verb: t("detail-shell-paste-go"),
    });
    terminal.focus();
    if (answer) terminal.paste(withoutControls(text));
  };
  element.addEventListener("paste", (event) => void paste(event), { capture: true });
}
