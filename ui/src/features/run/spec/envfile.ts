/** Reads an environment as `.env` files write it: one `NAME=value` a line. */
export function parseEnvFile(text: string): { name: string; value: string | null }[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) return [];
    const [, name = "", rest] = /^(?:export\s+)?([^\s=]+)\s*(?:=\s*(.*))?$/s.exec(trimmed) ?? [];
    if (name === "") return [];
    return [{ name, value: rest === undefined ? null : unquote(rest) }];
  });
}

function unquote(text: string): string {
  const [, double, single] = /^(?:"((?:[^"\\]|\\.)*)"|'([^']*)')\s*(?:#.*)?$/.exec(text) ?? [];
  if (double !== undefined) {
    return double.replace(/\\(.)/g, (_all, char: string) => (char === "n" ? "\n" : char));
  }
  return single ?? text.replace(/\s+#.*$/, "");
}
