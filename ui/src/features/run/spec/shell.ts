/**
 * Words of a command line, as a POSIX shell would see them, with what people
 * paste besides: prompts, and the line continuations of other shells.
 *
 * Nothing is expanded: `$NAME`, `~` and `$(…)` stay as they are written and
 * are reported.
 */
export interface Words {
  words: string[];
  /** Such as `$PWD` and `$(id -u)`: a shell would put something else there. */
  expansions: string[];
  /** What follows a `;`, `&&`, `|`, `>`: not part of this command. */
  rest: string;
  /** A quote that never ends, if any. */
  open: '"' | "'" | undefined;
}

class Reader {
  at = 0;
  words: string[] = [];
  word = "";
  started = false;
  expansions: string[] = [];
  open: Words["open"];

  constructor(readonly text: string) {}

  push(text: string): void {
    this.word += text;
    this.started = true;
  }

  end(): void {
    if (this.started) this.words.push(this.word);
    this.word = "";
    this.started = false;
  }
}

/** Splits a pasted text into the words of its first command. */
export function splitWords(pasted: string): Words {
  const reader = new Reader(joinLines(pasted));
  const { text } = reader;
  let rest = "";
  while (reader.at < text.length) {
    const char = text[reader.at] ?? "";
    if (/[\s]/.test(char)) {
      // A line that ends without a continuation ends the command, once there is one.
      reader.end();
      if (char === "\n" && reader.words.length > 0) {
        rest = text.slice(reader.at).trim();
        break;
      }
      reader.at++;
    } else if (char === "'") single(reader);
    else if (char === '"') double(reader);
    else if (char === "\\") escaped(reader);
    else if (char === "$") dollar(reader);
    else if (char === "`") backtick(reader);
    else if (char === "~" && !reader.started && /^~(\/|\s|:|$)/.test(text.slice(reader.at))) {
      reader.expansions.push("~");
      reader.push("~");
      reader.at++;
    } else if (char === "#" && !reader.started) comment(reader);
    else if (";|&<>()".includes(char)) {
      rest = text.slice(reader.at).trim();
      break;
    } else {
      reader.push(char);
      reader.at++;
    }
  }
  reader.end();
  return {
    words: reader.words,
    expansions: [...new Set(reader.expansions)],
    rest,
    open: reader.open,
  };
}

/** Joins continued lines: `\` of sh, `` ` `` of PowerShell, `^` of cmd; drops prompts. */
function joinLines(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/\u00a0/g, " ")
    .replace(
      /^\s*(?:\$|#|>|%|PS [^>\n]*>|[A-Z]:\\[^>\n]*>)\s+(?=(?:sudo|docker|podman|nerdctl)\b)/,
      "",
    )
    .replace(/(^|\s)[`^][ \t]*\n/g, "$1 ")
    .replace(/\\[ \t]+\n/g, "\\\n")
    .replace(/\\\n[ \t]*>[ \t]+/g, "\\\n");
}

function single(reader: Reader): void {
  const end = reader.text.indexOf("'", reader.at + 1);
  if (end < 0) reader.open = "'";
  const stop = end < 0 ? reader.text.length : end;
  reader.push(reader.text.slice(reader.at + 1, stop));
  reader.at = stop + 1;
}

function double(reader: Reader): void {
  reader.at++;
  reader.push("");
  while (reader.at < reader.text.length) {
    const char = reader.text[reader.at] ?? "";
    if (char === '"') {
      reader.at++;
      return;
    }
    if (char === "\\") {
      const next = reader.text[reader.at + 1] ?? "";
      if (next !== "\n") reader.push('"\\$`'.includes(next) ? next : `\\${next}`);
      reader.at += 2;
    } else if (char === "$") dollar(reader);
    else if (char === "`") backtick(reader);
    else {
      reader.push(char);
      reader.at++;
    }
  }
  reader.open = '"';
}

function escaped(reader: Reader): void {
  const next = reader.text[reader.at + 1];
  if (next !== undefined && next !== "\n") reader.push(next);
  reader.at += 2;
}

function dollar(reader: Reader): void {
  const rest = reader.text.slice(reader.at);
  if (rest.startsWith("$'")) return ansi(reader);
  const found =
    /^\$\{[^}]*\}/.exec(rest) ??
    /^\$\([^)]*\)/.exec(rest) ??
    /^\$env:\w+/i.exec(rest) ??
    /^\$[A-Za-z_]\w*/.exec(rest) ??
    /^\$[0-9?!$@*#]/.exec(rest);
  const text = found?.[0] ?? "$";
  if (found) reader.expansions.push(text);
  reader.push(text);
  reader.at += text.length;
}

const ESCAPES: Record<string, string> = { n: "\n", t: "\t", r: "\r", "0": "\0", e: "\x1b" };
const ESCAPED = /\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))/gs;

/** `$'…'`, with escapes as in C. */
function ansi(reader: Reader): void {
  const found = /^\$'((?:[^'\\]|\\.)*)'/s.exec(reader.text.slice(reader.at));
  const inner = found?.[1] ?? reader.text.slice(reader.at + 2);
  if (!found) reader.open = "'";
  reader.push(
    inner.replace(ESCAPED, (_all, wide?: string, narrow?: string, char = "") => {
      const code = wide ?? narrow;
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      return ESCAPES[char] ?? char;
    }),
  );
  reader.at += found?.[0].length ?? reader.text.length;
}

function backtick(reader: Reader): void {
  const end = reader.text.indexOf("`", reader.at + 1);
  const text = end < 0 ? "`" : reader.text.slice(reader.at, end + 1);
  if (end >= 0) reader.expansions.push(text);
  reader.push(text);
  reader.at += text.length;
}

function comment(reader: Reader): void {
  const end = reader.text.indexOf("\n", reader.at);
  reader.at = end < 0 ? reader.text.length : end;
}

// What nobody sees, or what turns the text around it: a command must show what it does.
const UNSEEN = /(?![\t\n]|[\u{10000}-\u{10ffff}])[\p{Cc}\p{Cf}]/gu;

/** Quotes a word for a shell, only where it is needed. */
export function quote(word: string): string {
  if (word === "") return "''";
  if (word.search(UNSEEN) >= 0) return `$'${escaping(word)}'`;
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  // Some characters mean nothing inside of a word but would be mistaken for more at its beginning.
  if (/^[A-Za-z0-9_@%+=:,./-][A-Za-z0-9_@%+=:,./~#-]*$/.test(word) && !/[:=]~/.test(word)) {
    return word;
  }
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function escaping(word: string): string {
  return word
    .replace(/[\\']/g, (char) => `\\${char}`)
    .replaceAll("\n", "\\n")
    .replace(UNSEEN, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
