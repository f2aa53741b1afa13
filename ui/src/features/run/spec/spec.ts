/**
 * What `docker run` can be told, in one shape: the form, the command, the
 * compose snippet and the engine's request are all views of it.
 *
 * Numbers, sizes and times are kept as they are written (`512m`, `1m30s`), so
 * that a half-written one is a state too; an empty text means "as the engine
 * or the image has it". {@link ./validate} says what can't be.
 */
export interface RunSpec {
  image: string;
  name: string;
  /** Arguments after the image; empty for the image's own. */
  command: readonly string[];
  /** Null for the image's own, an empty text for none at all. */
  entrypoint: string | null;
  ports: readonly PortSpec[];
  mounts: readonly MountSpec[];
  env: readonly EnvSpec[];
  networks: readonly NetworkSpec[];
  /** `no`, `always`, `unless-stopped`, `on-failure` or `on-failure:3`. */
  restart: string;
  /** `image`: as the image has it. */
  health: "image" | "none" | "command";
  healthCommand: string;
  healthInterval: string;
  healthTimeout: string;
  healthRetries: string;
  healthStartPeriod: string;
  healthStartInterval: string;
  /** `missing` (as when empty), `always` or `never`. */
  pull: string;
  platform: string;
  hostname: string;
  domainname: string;
  user: string;
  workdir: string;
  mac: string;
  memory: string;
  memorySwap: string;
  memoryReservation: string;
  cpus: string;
  cpuShares: string;
  cpuset: string;
  pidsLimit: string;
  shmSize: string;
  oomScoreAdj: string;
  /** `all`, a number, or `device=0,1`. */
  gpus: string;
  pid: string;
  ipc: string;
  uts: string;
  userns: string;
  cgroupns: string;
  cgroupParent: string;
  runtime: string;
  logDriver: string;
  stopSignal: string;
  /** Seconds. */
  stopTimeout: string;
  envFiles: readonly string[];
  capAdd: readonly string[];
  capDrop: readonly string[];
  securityOpt: readonly string[];
  groupAdd: readonly string[];
  dns: readonly string[];
  dnsSearch: readonly string[];
  dnsOption: readonly string[];
  /** `name:address`. */
  extraHosts: readonly string[];
  /** `/dev/a:/dev/b:rwm`. */
  devices: readonly string[];
  deviceCgroupRules: readonly string[];
  /** `nofile=1024:2048`. */
  ulimits: readonly string[];
  /** `80` or `53/udp`. */
  expose: readonly string[];
  volumesFrom: readonly string[];
  links: readonly string[];
  labels: readonly Pair[];
  sysctls: readonly Pair[];
  logOptions: readonly Pair[];
  annotations: readonly Pair[];
  storageOptions: readonly Pair[];
  detach: boolean;
  interactive: boolean;
  tty: boolean;
  remove: boolean;
  init: boolean;
  readOnly: boolean;
  privileged: boolean;
  publishAll: boolean;
  oomKillDisable: boolean;
  /** Flags that are not understood, word by word: kept in the command, not carried out. */
  others: readonly string[];
  /** What an inspected container has besides; sent again as it is. */
  carried: Carried;
}

export interface Pair {
  name: string;
  value: string;
}

export interface PortSpec {
  /** Empty for the engine's default. */
  hostIp: string;
  /** A port or a range; empty for one that the engine picks. */
  host: string;
  /** A port or a range. */
  container: string;
  protocol: "tcp" | "udp" | "sctp";
}

export interface MountSpec {
  kind: "bind" | "volume" | "tmpfs";
  /** A path of the host, a volume's name, or empty (an anonymous volume, tmpfs). */
  source: string;
  target: string;
  readOnly: boolean;
  /** `cached,z`, `size=64m`; for a long one, its further fields. */
  options: string;
  /** Written as `--mount`, which is stricter: the source must exist. */
  long: boolean;
}

export interface EnvSpec {
  name: string;
  /** Null: taken from the shell that runs the command. */
  value: string | null;
}

export interface NetworkSpec {
  /** A network, or `host`, `none`, `container:name`. */
  name: string;
  aliases: readonly string[];
  ipv4: string;
  ipv6: string;
}

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

/** Parts of the engine's request that the form does not show. */
export interface Carried {
  config: JsonObject;
  hostConfig: JsonObject;
}

export const EMPTY: RunSpec = {
  image: "",
  name: "",
  command: [],
  entrypoint: null,
  ports: [],
  mounts: [],
  env: [],
  networks: [],
  restart: "",
  health: "image",
  healthCommand: "",
  healthInterval: "",
  healthTimeout: "",
  healthRetries: "",
  healthStartPeriod: "",
  healthStartInterval: "",
  pull: "",
  platform: "",
  hostname: "",
  domainname: "",
  user: "",
  workdir: "",
  mac: "",
  memory: "",
  memorySwap: "",
  memoryReservation: "",
  cpus: "",
  cpuShares: "",
  cpuset: "",
  pidsLimit: "",
  shmSize: "",
  oomScoreAdj: "",
  gpus: "",
  pid: "",
  ipc: "",
  uts: "",
  userns: "",
  cgroupns: "",
  cgroupParent: "",
  runtime: "",
  logDriver: "",
  stopSignal: "",
  stopTimeout: "",
  envFiles: [],
  capAdd: [],
  capDrop: [],
  securityOpt: [],
  groupAdd: [],
  dns: [],
  dnsSearch: [],
  dnsOption: [],
  extraHosts: [],
  devices: [],
  deviceCgroupRules: [],
  ulimits: [],
  expose: [],
  volumesFrom: [],
  links: [],
  labels: [],
  sysctls: [],
  logOptions: [],
  annotations: [],
  storageOptions: [],
  detach: false,
  interactive: false,
  tty: false,
  remove: false,
  init: false,
  readOnly: false,
  privileged: false,
  publishAll: false,
  oomKillDisable: false,
  others: [],
  carried: { config: {}, hostConfig: {} },
};

/** What the form begins with. */
export const NEW: RunSpec = { ...EMPTY, detach: true };

type KeysOf<V> = {
  [K in keyof RunSpec]: RunSpec[K] extends V ? (V extends RunSpec[K] ? K : never) : never;
}[keyof RunSpec];

/** Fields of one text. */
export type TextKey = KeysOf<string>;
/** Fields that are lists of texts. */
export type ListKey = Exclude<KeysOf<readonly string[]>, "command" | "others">;
/** Fields that are names with values. */
export type PairKey = KeysOf<readonly Pair[]>;
/** Fields that are on or off. */
export type SwitchKey = KeysOf<boolean>;
