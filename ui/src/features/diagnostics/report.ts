import type { Check } from "@/bindings/Check";
import type { CheckStatus } from "@/bindings/CheckStatus";

const ORDER: readonly CheckStatus[] = ["fail", "warn", "ok", "skip"];

/** Troubles first; otherwise in the daemon's order. */
export function sorted(checks: readonly Check[]): Check[] {
  return [...checks].sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
}

export function summary(checks: readonly Check[]): Record<"ok" | "warn" | "fail", number> {
  const count = (status: CheckStatus) => checks.filter((it) => it.status === status).length;
  return { ok: count("ok"), warn: count("warn"), fail: count("fail") };
}

const MARKS: Record<CheckStatus, string> = { ok: "ok  ", warn: "warn", fail: "FAIL", skip: "skip" };

/** The checks as text, for a report of a problem. */
export function reportText(checks: readonly Check[], browser: string): string {
  const lines = checks.flatMap((check) => [
    `${MARKS[check.status]}  ${check.title}: ${check.detail}`,
    ...(check.fix ? [`      ${check.fix}`] : []),
  ]);
  return [...lines, "", browser].join("\n");
}

/** The command in a fix such as "run 'berth start'", if it is nothing but that. */
export function fixCommand(fix: string): string | undefined {
  const quoted = /^(?:run|try|use) ['`]([^'`]+)['`][.]?$/i.exec(fix.trim());
  if (quoted) return quoted[1];
  return /^(?:berth|docker|sudo) [^.;]+$/.test(fix.trim()) ? fix.trim() : undefined;
}
