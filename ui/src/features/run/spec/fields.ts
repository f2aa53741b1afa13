import type { ListKey, PairKey, SwitchKey, TextKey } from "./spec";

// Which flag, which place in the engine's request, and which key of compose a
// field has. Flags as of Docker's command line 28, places as of its API 1.48.

/** How a text becomes a value of the engine. */
export type Kind = "text" | "size" | "cpus" | "integer" | "duration";

export interface TextField {
  key: TextKey;
  flag: string;
  short?: string;
  kind: Kind;
  /** Path in the request's body; none if it goes elsewhere. */
  body?: readonly string[];
  compose?: readonly string[];
  /** What an inspected container has where nobody asked for anything. */
  usual?: readonly (string | number)[];
}

const host = (name: string) => ["HostConfig", name] as const;

export const TEXTS: readonly TextField[] = [
  { key: "restart", flag: "restart", kind: "text" },
  { key: "pull", flag: "pull", kind: "text", compose: ["pull_policy"] },
  { key: "platform", flag: "platform", kind: "text", compose: ["platform"] },
  text("hostname", "hostname", ["Hostname"], "hostname", "h"),
  text("domainname", "domainname", ["Domainname"], "domainname"),
  text("user", "user", ["User"], "user", "u"),
  text("workdir", "workdir", ["WorkingDir"], "working_dir", "w"),
  { key: "mac", flag: "mac-address", kind: "text", compose: ["mac_address"] },
  size("memory", "memory", "Memory", "mem_limit", "m"),
  size("memorySwap", "memory-swap", "MemorySwap", "memswap_limit"),
  size("memoryReservation", "memory-reservation", "MemoryReservation", "mem_reservation"),
  { key: "cpus", flag: "cpus", kind: "cpus", body: host("NanoCpus"), compose: ["cpus"] },
  integer("cpuShares", "cpu-shares", "CpuShares", "cpu_shares", "c"),
  text("cpuset", "cpuset-cpus", host("CpusetCpus"), "cpuset"),
  integer("pidsLimit", "pids-limit", "PidsLimit", "pids_limit"),
  { ...size("shmSize", "shm-size", "ShmSize", "shm_size"), usual: [67108864] },
  integer("oomScoreAdj", "oom-score-adj", "OomScoreAdj", "oom_score_adj"),
  { key: "gpus", flag: "gpus", kind: "text" },
  text("pid", "pid", host("PidMode"), "pid"),
  { ...text("ipc", "ipc", host("IpcMode"), "ipc"), usual: ["private", "shareable"] },
  text("uts", "uts", host("UTSMode"), "uts"),
  text("userns", "userns", host("UsernsMode"), "userns_mode"),
  { ...text("cgroupns", "cgroupns", host("CgroupnsMode"), "cgroup"), usual: ["private"] },
  text("cgroupParent", "cgroup-parent", host("CgroupParent"), "cgroup_parent"),
  { ...text("runtime", "runtime", host("Runtime"), "runtime"), usual: ["runc"] },
  {
    key: "logDriver",
    flag: "log-driver",
    kind: "text",
    body: ["HostConfig", "LogConfig", "Type"],
    compose: ["logging", "driver"],
  },
  text("stopSignal", "stop-signal", ["StopSignal"], "stop_signal"),
  { key: "stopTimeout", flag: "stop-timeout", kind: "integer", body: ["StopTimeout"] },
  duration("healthInterval", "interval", "Interval", "interval"),
  duration("healthTimeout", "timeout", "Timeout", "timeout"),
  {
    key: "healthRetries",
    flag: "health-retries",
    kind: "integer",
    body: ["Healthcheck", "Retries"],
    compose: ["healthcheck", "retries"],
  },
  duration("healthStartPeriod", "start-period", "StartPeriod", "start_period"),
  duration("healthStartInterval", "start-interval", "StartInterval", "start_interval"),
];

function text(
  key: TextKey,
  flag: string,
  body: readonly string[],
  compose: string,
  short?: string,
): TextField {
  return { key, flag, kind: "text", body, compose: [compose], ...(short ? { short } : {}) };
}

function size(
  key: TextKey,
  flag: string,
  name: string,
  compose: string,
  short?: string,
): TextField {
  return { ...text(key, flag, host(name), compose, short), kind: "size" };
}

function integer(
  key: TextKey,
  flag: string,
  name: string,
  compose: string,
  short?: string,
): TextField {
  return { ...text(key, flag, host(name), compose, short), kind: "integer" };
}

function duration(key: TextKey, flag: string, name: string, compose: string): TextField {
  return {
    key,
    flag: `health-${flag}`,
    kind: "duration",
    body: ["Healthcheck", name],
    compose: ["healthcheck", compose],
  };
}

export interface ListField {
  key: ListKey;
  flag: string;
  body?: readonly string[];
  compose?: string;
}

export const LISTS: readonly ListField[] = [
  { key: "envFiles", flag: "env-file", compose: "env_file" },
  { key: "expose", flag: "expose", compose: "expose" },
  { key: "volumesFrom", flag: "volumes-from", body: host("VolumesFrom") },
  { key: "links", flag: "link", body: host("Links"), compose: "external_links" },
  { key: "extraHosts", flag: "add-host", body: host("ExtraHosts"), compose: "extra_hosts" },
  { key: "dns", flag: "dns", body: host("Dns"), compose: "dns" },
  { key: "dnsSearch", flag: "dns-search", body: host("DnsSearch"), compose: "dns_search" },
  { key: "dnsOption", flag: "dns-option", body: host("DnsOptions"), compose: "dns_opt" },
  { key: "capAdd", flag: "cap-add", body: host("CapAdd"), compose: "cap_add" },
  { key: "capDrop", flag: "cap-drop", body: host("CapDrop"), compose: "cap_drop" },
  { key: "securityOpt", flag: "security-opt", body: host("SecurityOpt"), compose: "security_opt" },
  { key: "groupAdd", flag: "group-add", body: host("GroupAdd"), compose: "group_add" },
  { key: "devices", flag: "device", compose: "devices" },
  {
    key: "deviceCgroupRules",
    flag: "device-cgroup-rule",
    body: host("DeviceCgroupRules"),
    compose: "device_cgroup_rules",
  },
  { key: "ulimits", flag: "ulimit" },
];

export interface PairField {
  key: PairKey;
  flag: string;
  short?: string;
  body: readonly string[];
  compose: readonly string[];
}

export const PAIRS: readonly PairField[] = [
  { key: "labels", flag: "label", short: "l", body: ["Labels"], compose: ["labels"] },
  { key: "sysctls", flag: "sysctl", body: host("Sysctls"), compose: ["sysctls"] },
  {
    key: "logOptions",
    flag: "log-opt",
    body: ["HostConfig", "LogConfig", "Config"],
    compose: ["logging", "options"],
  },
  { key: "annotations", flag: "annotation", body: host("Annotations"), compose: ["annotations"] },
  {
    key: "storageOptions",
    flag: "storage-opt",
    body: host("StorageOpt"),
    compose: ["storage_opt"],
  },
];

export interface SwitchField {
  key: SwitchKey;
  flag: string;
  short?: string;
  body?: readonly string[];
  compose?: string;
}

export const SWITCHES: readonly SwitchField[] = [
  { key: "detach", flag: "detach", short: "d" },
  { key: "interactive", flag: "interactive", short: "i", compose: "stdin_open" },
  { key: "tty", flag: "tty", short: "t", body: ["Tty"], compose: "tty" },
  { key: "publishAll", flag: "publish-all", short: "P", body: host("PublishAllPorts") },
  { key: "remove", flag: "rm", body: host("AutoRemove") },
  { key: "init", flag: "init", body: host("Init"), compose: "init" },
  { key: "readOnly", flag: "read-only", body: host("ReadonlyRootfs"), compose: "read_only" },
  { key: "privileged", flag: "privileged", body: host("Privileged"), compose: "privileged" },
  {
    key: "oomKillDisable",
    flag: "oom-kill-disable",
    body: host("OomKillDisable"),
    compose: "oom_kill_disable",
  },
];

/** Other names of flags. */
export const ALIASES: Record<string, string> = {
  net: "network",
  "net-alias": "network-alias",
  "dns-opt": "dns-option",
};

/** Flags of Docker, Podman and nerdctl that take a value and have no field here. */
export const OTHER_WITH_VALUE: ReadonlySet<string> = new Set([
  ..."attach blkio-weight blkio-weight-device cidfile cpu-count cpu-percent cpu-period".split(" "),
  ..."cpu-quota cpu-rt-period cpu-rt-runtime cpuset-mems detach-keys device-read-bps".split(" "),
  ..."device-read-iops device-write-bps device-write-iops io-maxbandwidth io-maxiops".split(" "),
  ..."isolation kernel-memory label-file link-local-ip memory-swappiness volume-driver".split(" "),
  ..."pod secret systemd arch os variant tz umask requires sdnotify gidmap uidmap subuidname".split(
    " ",
  ),
  ..."subgidname conmon-pidfile pidfile env-merge unsetenv authfile creds cert-dir rootfs".split(
    " ",
  ),
  ..."hosts-file image-volume seccomp-policy timeout passwd-entry group-entry preserve-fd".split(
    " ",
  ),
]);

/** Flags that take none and may be left out without a loss, since we start and stream ourselves. */
export const HARMLESS: ReadonlySet<string> = new Set([
  "sig-proxy",
  "quiet",
  "disable-content-trust",
  "help",
]);

/** Flags that take no value and have no field here. */
export const OTHER_SWITCHES: ReadonlySet<string> = new Set([
  ..."use-api-socket replace rmi tls-verify http-proxy no-hosts no-hostname env-host".split(" "),
  ..."no-healthcheck read-only-tmpfs unsetenv-all passwd".split(" "),
]);
