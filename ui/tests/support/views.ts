/** Every view by a name and its path, for an engine that holds something. */
export const VIEWS: readonly (readonly [name: string, path: string])[] = [
  ["containers", "/containers"],
  ["compose", "/compose"],
  ["images", "/images"],
  ["volumes", "/volumes"],
  ["networks", "/networks"],
  ["builds", "/builds"],
  ["build-new", "/builds/new"],
  ["logs", "/logs"],
  ["activity", "/activity"],
  ["space", "/space"],
  ["settings", "/settings"],
  ["settings-look", "/settings/look"],
  ["diagnostics", "/diagnostics"],
  ["diagnostics-logs", "/diagnostics/logs"],
  ["run", "/run"],
  ["welcome", "/welcome"],
];

/** Tabs of a container's detail. */
export const CONTAINER_TABS = [
  "overview",
  "logs",
  "terminal",
  "files",
  "stats",
  "inspect",
  "env",
  "mounts",
  "processes",
  "changes",
  "events",
] as const;

/** Views whose look depends on how much there is. */
export const LISTS = ["containers", "compose", "images", "volumes", "networks", "logs", "space"];

export const SIZES = [
  { width: 1280, height: 800 },
  { width: 900, height: 600 },
] as const;

export const THEMES = ["light", "dark"] as const;
