import { plain } from "../text/ansi";
import { visibleText } from "../text/visible";
import type { LogEngine } from "./engine";
import type { ExportFormat } from "./protocol";

/** Shown lines as the parts of a file: text as in a terminal but without escapes, or JSON lines. */
export function exported(
  engine: LogEngine,
  format: ExportFormat,
  from?: number,
  to?: number,
): string[] {
  const parts: string[] = [];
  let part = "";
  for (const row of engine.lines(from, to)) {
    const source = engine.source(row.source);
    const time = new Date(row.time).toISOString();
    if (format === "json") {
      const { id: container, name, service, project } = source;
      const stream = row.stderr ? "stderr" : "stdout";
      part += `${JSON.stringify({ time, container, name, service, project, stream, text: row.text })}\n`;
    } else part += `${time} ${visibleText(source.name)} ${visibleText(plain(row.text))}\n`;
    if (part.length > 1 << 20) {
      parts.push(part);
      part = "";
    }
  }
  parts.push(part);
  return parts;
}
