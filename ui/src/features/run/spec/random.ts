// Random but repeatable specs for the tests, hostile words among them.
import { EMPTY, type MountSpec, type Pair, type PortSpec, type RunSpec } from "./spec";

/** Numbers from a seed (mulberry32). */
export function generator(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number) => Math.floor(next() * count);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const maybe = <T>(value: () => T, otherwise: T): T => (next() < 0.3 ? value() : otherwise);
  const many = <T>(item: () => T): T[] =>
    Array.from({ length: next() < 0.4 ? 1 + below(3) : 0 }, item);
  return { next, below, pick, maybe, many };
}

type Random = ReturnType<typeof generator>;

export const HOSTILE = [
  "plain",
  "two words",
  "it's",
  'say "hi"',
  "back\\slash",
  "$HOME",
  "`id`",
  "$(id)",
  "a;b|c&d",
  "new\nline",
  "-dash",
  "--two",
  "#hash",
  "~tilde",
  "*",
  "a=b=c",
  "x,y",
  "ünïcödé 容器",
  "<b>bold</b>",
  "!bang",
  "{a,b}",
  "tab\there",
  "",
  "null",
  "true",
  "1e3",
  "2024-01-01",
  "22:22",
  "\u202eright to left",
];

function distinct<T>(list: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(list.map((item) => [key(item), item])).values()];
}

function port(r: Random): PortSpec {
  const from = 1 + r.below(60000);
  const ranged = r.next() < 0.2;
  return {
    hostIp: r.maybe(() => r.pick(["127.0.0.1", "0.0.0.0", "::1"]), ""),
    host: ranged ? `${from + 10}-${from + 12}` : r.maybe(() => String(1 + r.below(65000)), ""),
    container: ranged ? `${from}-${from + 2}` : String(from),
    protocol: r.pick(["tcp", "tcp", "udp", "sctp"]),
  };
}

function mount(r: Random): MountSpec {
  const target = `/${r.pick(["data", "var/lib/x", "with space", "ö"])}${r.below(99)}`;
  const readOnly = r.next() < 0.3;
  const base = { target, readOnly, options: "", long: false };
  switch (r.below(6)) {
    case 0:
      return { ...base, kind: "volume", source: "", readOnly: false };
    case 1:
      return {
        ...base,
        kind: "volume",
        source: `vol_${r.below(9)}`,
        options: r.pick(["", "nocopy"]),
      };
    case 2:
      return {
        ...base,
        kind: "tmpfs",
        source: "",
        options: r.pick(["", "size=64m", "size=1g,mode=1777"]),
      };
    case 3:
      return {
        ...base,
        kind: "bind",
        source: r.pick(["/srv/a", "/home/me/it's", "/a:b,c", '/quo"te']),
        long: true,
        options: r.pick(["", "bind-propagation=rshared"]),
      };
    case 4:
      return { ...base, kind: "volume", source: "v", long: true, options: "volume-nocopy" };
    default:
      return {
        ...base,
        kind: "bind",
        source: r.pick(["/srv/a", "/home/me/my app", "C:\\work\\x", "/$odd"]),
        options: r.pick(["", "z", "cached,z"]),
      };
  }
}

function pairs(r: Random): Pair[] {
  const made = r.many(() => ({
    name: r.pick(["a", "b.c", "com.example/x", "k-1"]),
    value: r.pick(HOSTILE),
  }));
  return distinct(made, ({ name }) => name);
}

/** A spec that Docker would take, as far as words go. */
export function randomSpec(seed: number): RunSpec {
  const r = generator(seed);
  const word = (list: readonly string[]) => r.maybe(() => r.pick(list), "");
  const words = (list: readonly string[]) => [...new Set(r.many(() => r.pick(list)))];
  const health = r.pick(["image", "image", "none", "command"] as const);
  const timed = (list: readonly string[]) => (health === "none" ? "" : word(list));
  return {
    ...EMPTY,
    image: r.pick(["nginx", "nginx:1.27", "ghcr.io/a/b@sha256:abc", "localhost:5000/x/y:z"]),
    name: word(["web", "my-db_1", "x.y"]),
    command: r.many(() => r.pick(HOSTILE)),
    entrypoint: r.maybe<string | null>(() => r.pick(["/bin/sh", "", "my prog"]), null),
    ports: distinct(
      r.many(() => port(r)),
      (it) => it.container + it.protocol,
    ),
    mounts: distinct(
      r.many(() => mount(r)),
      (it) => it.target,
    ),
    env: distinct(
      r.many(() => ({ name: r.pick(["A", "B_C", "PATH"]), value: r.pick(HOSTILE) })),
      (it) => it.name,
    ),
    networks: distinct(
      r.many(() => ({
        name: r.pick(["front", "back", "my_net"]),
        aliases: words(["a", "b"]),
        ipv4: word(["10.1.2.3"]),
        ipv6: word(["fd00::5"]),
      })),
      (it) => it.name,
    ),
    restart: word(["always", "unless-stopped", "on-failure", "on-failure:3"]),
    health,
    healthCommand:
      health === "command" ? r.pick(["curl -f http://localhost || exit 1", "it's"]) : "",
    healthInterval: timed(["30s", "1m30s", "500ms"]),
    healthTimeout: timed(["5s"]),
    healthRetries: timed(["3"]),
    healthStartPeriod: timed(["1h"]),
    pull: word(["always", "never"]),
    platform: word(["linux/arm64"]),
    hostname: word(["box"]),
    user: word(["1000:1000", "app"]),
    workdir: word(["/app", "/my app"]),
    memory: word(["512m", "1g", "100000000"]),
    memoryReservation: word(["64m"]),
    cpus: word(["1.5", "0.25"]),
    cpuShares: word(["512"]),
    pidsLimit: word(["100"]),
    shmSize: word(["1g"]),
    gpus: word(["all", "2", "device=0,1"]),
    pid: word(["host"]),
    ipc: word(["host"]),
    logDriver: word(["json-file", "local"]),
    stopSignal: word(["SIGINT"]),
    stopTimeout: word(["30"]),
    capAdd: words(["NET_ADMIN", "SYS_TIME"]),
    capDrop: words(["ALL"]),
    securityOpt: words(["no-new-privileges:true", "seccomp=unconfined"]),
    groupAdd: words(["audio"]),
    dns: words(["1.1.1.1", "fd00::1"]),
    extraHosts: words(["db:10.0.0.2", "host.docker.internal:host-gateway"]),
    devices: words(["/dev/fuse", "/dev/a:/dev/b", "/dev/a:/dev/b:r"]),
    ulimits: words(["nofile=1024:2048", "core=0"]),
    expose: words(["80", "53/udp"]),
    labels: pairs(r),
    sysctls: r.maybe(() => [{ name: "net.core.somaxconn", value: "1024" }], []),
    logOptions: r.maybe(() => [{ name: "max-size", value: "10m" }], []),
    detach: r.next() < 0.5,
    interactive: r.next() < 0.2,
    tty: r.next() < 0.2,
    remove: r.next() < 0.2,
    init: r.next() < 0.2,
    readOnly: r.next() < 0.2,
    privileged: r.next() < 0.1,
    publishAll: r.next() < 0.1,
  };
}
