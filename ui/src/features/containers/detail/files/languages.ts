import { type LanguageSupport, StreamLanguage, type StreamParser } from "@codemirror/language";

type Loader = () => Promise<StreamParser<unknown>>;

const LOADERS: Record<string, Loader> = {
  shell: async () => (await import("@codemirror/legacy-modes/mode/shell")).shell,
  yaml: async () => (await import("@codemirror/legacy-modes/mode/yaml")).yaml,
  json: async () => (await import("@codemirror/legacy-modes/mode/javascript")).json,
  javascript: async () => (await import("@codemirror/legacy-modes/mode/javascript")).javascript,
  typescript: async () => (await import("@codemirror/legacy-modes/mode/javascript")).typescript,
  python: async () => (await import("@codemirror/legacy-modes/mode/python")).python,
  ruby: async () => (await import("@codemirror/legacy-modes/mode/ruby")).ruby,
  go: async () => (await import("@codemirror/legacy-modes/mode/go")).go,
  rust: async () => (await import("@codemirror/legacy-modes/mode/rust")).rust,
  toml: async () => (await import("@codemirror/legacy-modes/mode/toml")).toml,
  properties: async () => (await import("@codemirror/legacy-modes/mode/properties")).properties,
  docker: async () => (await import("@codemirror/legacy-modes/mode/dockerfile")).dockerFile,
  nginx: async () => (await import("@codemirror/legacy-modes/mode/nginx")).nginx,
  xml: async () => (await import("@codemirror/legacy-modes/mode/xml")).xml,
  html: async () => (await import("@codemirror/legacy-modes/mode/xml")).html,
  css: async () => (await import("@codemirror/legacy-modes/mode/css")).css,
  sql: async () => (await import("@codemirror/legacy-modes/mode/sql")).standardSQL,
  lua: async () => (await import("@codemirror/legacy-modes/mode/lua")).lua,
  perl: async () => (await import("@codemirror/legacy-modes/mode/perl")).perl,
};

const ENDINGS: Record<string, string> = {
  sh: "shell",
  bash: "shell",
  zsh: "shell",
  profile: "shell",
  yaml: "yaml",
  yml: "yaml",
  json: "json",
  js: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  ts: "typescript",
  tsx: "typescript",
  py: "python",
  rb: "ruby",
  go: "go",
  rs: "rust",
  toml: "toml",
  ini: "properties",
  cfg: "properties",
  cnf: "properties",
  env: "properties",
  properties: "properties",
  service: "properties",
  dockerfile: "docker",
  xml: "xml",
  svg: "xml",
  html: "html",
  htm: "html",
  css: "css",
  sql: "sql",
  lua: "lua",
  pl: "perl",
  pm: "perl",
};

/** The language of a file by its name; none for others. */
export function languageOf(name: string): string | undefined {
  const lower = name.toLowerCase();
  if (lower === "nginx.conf") return "nginx";
  if (lower.startsWith("dockerfile")) return "docker";
  const ending = lower.slice(lower.lastIndexOf(".") + 1);
  if (ending === "conf") return "nginx";
  return Object.hasOwn(ENDINGS, ending) ? ENDINGS[ending] : undefined;
}

export async function loadLanguage(
  name: string,
): Promise<LanguageSupport | StreamLanguage<unknown> | undefined> {
  const loader = LOADERS[languageOf(name) ?? ""];
  return loader && StreamLanguage.define(await loader());
}
