export type TimeStyle = "none" | "clock" | "full";

function two(value: number, digits = 2): string {
  return String(value).padStart(digits, "0");
}

/** A line's time, in the local zone: `14:03:22.125`, or with its date. */
export function timeText(ms: number, style: TimeStyle): string {
  const at = new Date(ms);
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${two(at.getMilliseconds(), 3)}`;
  if (style !== "full") return clock;
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock}`;
}
