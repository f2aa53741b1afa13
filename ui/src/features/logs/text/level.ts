/** How serious a line is, whatever words it uses for that. */
export type Level = "trace" | "debug" | "info" | "warn" | "error" | "fatal";

export const LEVELS: readonly Level[] = ["trace", "debug", "info", "warn", "error", "fatal"];

const WORDS: Record<string, Level> = {
  trace: "trace",
  trc: "trace",
  verbose: "trace",
  finest: "trace",
  debug: "debug",
  dbg: "debug",
  debug1: "debug",
  fine: "debug",
  info: "info",
  inf: "info",
  information: "info",
  informational: "info",
  notice: "info",
  log: "info",
  warn: "warn",
  wrn: "warn",
  warning: "warn",
  error: "error",
  err: "error",
  eror: "error",
  severe: "error",
  fatal: "fatal",
  ftl: "fatal",
  crit: "fatal",
  critical: "fatal",
  alert: "fatal",
  emerg: "fatal",
  emergency: "fatal",
  panic: "fatal",
};

/** What a line of that level must hold, as a pattern: a word, or a number in a field. */
export function levelPattern(level: Level): string {
  const words = Object.keys(WORDS).filter((word) => WORDS[word] === level);
  const digit = LEVELS.indexOf(level) + 1;
  return `${words.join("|")}|(?:l|level|severity|levelname|lvl)"?\\s*[:=]\\s*"?${digit}\\d`;
}

/** A level as a field holds it: a word of any framework, or pino's and bunyan's numbers. */
export function levelOf(value: unknown): Level | undefined {
  if (typeof value === "number") return ofNumber(value);
  if (typeof value !== "string") return undefined;
  const word = value.trim().toLowerCase();
  if (/^\d{1,2}$/.test(word)) return ofNumber(Number(word));
  return Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
}

function ofNumber(value: number): Level | undefined {
  if (value < 10 || value > 60 || !Number.isFinite(value)) return undefined;
  return LEVELS[Math.floor(value / 10) - 1];
}

// Capitals, brackets, or `level=…`: a bare "error" within a sentence says nothing.
const FOUND =
  /\b(?:level|lvl|severity)["']?\s*[=:]\s*["']?([A-Za-z]{3,13})\b|\[\s*([A-Za-z]{3,13})\s*\]|\b(TRACE|DEBUG\d?|INFO|NOTICE|LOG|WARN(?:ING)?|ERROR|ERR|SEVERE|FATAL|CRIT(?:ICAL)?|PANIC|EMERG)\b/g;

/** The level that a line of plain text begins with, more or less. */
export function levelInText(text: string): Level | undefined {
  for (const found of text.slice(0, 160).matchAll(FOUND)) {
    const level = levelOf(found[1] ?? found[2] ?? found[3]);
    if (level) return level;
  }
  return undefined;
}
