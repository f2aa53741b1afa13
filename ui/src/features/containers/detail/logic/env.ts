export interface Variable {
  name: string;
  value: string;
  /** Hidden until asked for. */
  secret: boolean;
}

const NAMES =
  /pass(word|wd|phrase)?|secret|token|credential|private|api_?key|access_?key|auth|cookie|dsn|signing|encryption_?key|(^|_)key(_|$)|(^|_)pw(d)?(_|$)/i;
const IN_ADDRESS = /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i;
const HARMLESS = /_(file|path|dir|url_path|enabled|ttl|timeout|length)$/i;
const FORMATS =
  /^(gh[pousr]_|github_pat_|sk-|xox[abp]-|AKIA[0-9A-Z]{12}|eyJ[\w-]{10,}\.|-----BEGIN )/;

/** True if the value is better not read over a shoulder. */
export function isSecret(name: string, value: string): boolean {
  if (value === "") return false;
  if (IN_ADDRESS.test(value) || FORMATS.test(value)) return true;
  return NAMES.test(name) && !HARMLESS.test(name);
}

/** Variables as `docker inspect` gives them, sorted by name. */
export function variables(env: readonly string[] | null | undefined): Variable[] {
  const list = (env ?? []).map((line) => {
    const at = line.indexOf("=");
    const name = at < 0 ? line : line.slice(0, at);
    const value = at < 0 ? "" : line.slice(at + 1);
    return { name, value, secret: isSecret(name, value) };
  });
  return list.sort((a, b) => a.name.localeCompare(b.name));
}
