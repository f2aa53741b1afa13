/**
 * What stands where in a compose file: the keys of the compose specification
 * that files use, for completion and for finding mistakes. Written by hand
 * instead of the specification's JSON schema: its messages of "must match
 * exactly one schema" help nobody, and its validators need code that is made
 * at run time, which the page's policy forbids.
 */
export type Node =
  | { kind: "map"; keys: Readonly<Record<string, Node>> }
  /** Any names, each with the same kind of value. */
  | { kind: "dict"; value: Node; names?: Names }
  | { kind: "list"; item: Node }
  | { kind: "text"; values?: readonly string[]; names?: Names; shape?: RegExp }
  | { kind: "number" }
  | { kind: "flag" }
  | { kind: "empty" }
  | { kind: "any" }
  | { kind: "one"; of: readonly Node[] };

/** Names that are declared elsewhere in the file. */
export type Names = "services" | "volumes" | "networks" | "secrets" | "configs";

const text: Node = { kind: "text" };
const number: Node = { kind: "number" };
const flag: Node = { kind: "flag" };
const any: Node = { kind: "any" };
const empty: Node = { kind: "empty" };
const scalar: Node = { kind: "one", of: [text, number, flag] };
const size: Node = {
  kind: "one",
  of: [number, { kind: "text", shape: /^-?\d+(\.\d+)? ?([kmgtp]i?)?b?$/i }],
};
const time: Node = { kind: "text", shape: /^(\d+(\.\d+)?(us|µs|ms|s|m|h|d|w))+$/ };
const count: Node = { kind: "one", of: [number, { kind: "text", shape: /^-?\d+(\.\d+)?$/ }] };
const oneOf = (...values: string[]): Node => ({ kind: "text", values });
const either = (...of: Node[]): Node => ({ kind: "one", of });
const list = (item: Node): Node => ({ kind: "list", item });
const map = (keys: Record<string, Node>): Node => ({ kind: "map", keys });
const dict = (value: Node, names?: Names): Node => ({
  kind: "dict",
  value,
  ...(names ? { names } : {}),
});
const named = (names: Names): Node => ({ kind: "text", names });

const words = either(text, list(text), empty);
const texts = either(text, list(text));
const pairs = either(list(text), dict(either(scalar, empty)));

const build = either(
  text,
  map({
    context: text,
    dockerfile: text,
    dockerfile_inline: text,
    args: pairs,
    target: text,
    labels: pairs,
    cache_from: list(text),
    cache_to: list(text),
    no_cache: flag,
    pull: flag,
    network: text,
    platforms: list(text),
    tags: list(text),
    ssh: any,
    secrets: list(any),
    shm_size: size,
    extra_hosts: pairs,
    additional_contexts: pairs,
    privileged: flag,
    isolation: text,
    ulimits: any,
    entitlements: list(text),
    provenance: any,
    sbom: any,
  }),
);

const healthcheck = map({
  test: either(text, list(text)),
  interval: time,
  timeout: time,
  retries: count,
  start_period: time,
  start_interval: time,
  disable: flag,
});

const resources = map({
  cpus: count,
  memory: size,
  pids: count,
  devices: list(any),
  generic_resources: any,
});

const deploy = map({
  mode: oneOf("replicated", "global"),
  replicas: count,
  labels: pairs,
  resources: map({ limits: resources, reservations: resources }),
  restart_policy: map({
    condition: oneOf("none", "on-failure", "any"),
    delay: time,
    max_attempts: count,
    window: time,
  }),
  placement: any,
  update_config: any,
  rollback_config: any,
  endpoint_mode: oneOf("vip", "dnsrr"),
});

const port = either(
  {
    kind: "one",
    of: [
      number,
      { kind: "text", shape: /^((\[[^\]]*\]|[\w.-]+)?:)?([\d-]*:)?[\d-]+(\/(tcp|udp|sctp))?$/ },
    ],
  },
  map({
    target: count,
    published: either(text, number),
    host_ip: text,
    protocol: oneOf("tcp", "udp"),
    mode: oneOf("host", "ingress"),
    app_protocol: text,
    name: text,
  }),
);

const mount = either(
  text,
  map({
    type: oneOf("bind", "volume", "tmpfs", "image", "npipe", "cluster"),
    source: text,
    target: text,
    read_only: flag,
    consistency: text,
    bind: map({
      propagation: oneOf("private", "rprivate", "shared", "rshared", "slave", "rslave"),
      create_host_path: flag,
      selinux: oneOf("z", "Z"),
      recursive: text,
    }),
    volume: map({ nocopy: flag, subpath: text, labels: pairs }),
    tmpfs: map({ size: size, mode: count }),
    image: map({ subpath: text }),
  }),
);

const dependency = either(
  list(named("services")),
  dict(
    map({
      condition: oneOf("service_started", "service_healthy", "service_completed_successfully"),
      restart: flag,
      required: flag,
    }),
    "services",
  ),
);

const networkUse = either(
  list(named("networks")),
  dict(
    either(
      empty,
      map({
        aliases: list(text),
        ipv4_address: text,
        ipv6_address: text,
        link_local_ips: list(text),
        mac_address: text,
        driver_opts: any,
        priority: number,
        gw_priority: number,
        interface_name: text,
      }),
    ),
    "networks",
  ),
);

const grant = (names: Names) =>
  list(
    either(
      named(names),
      map({ source: named(names), target: text, uid: text, gid: text, mode: count }),
    ),
  );

const develop = map({
  watch: list(
    map({
      action: oneOf("sync", "rebuild", "restart", "sync+restart", "sync+exec"),
      path: text,
      target: text,
      ignore: texts,
      include: texts,
      exec: any,
      initial_sync: flag,
    }),
  ),
});

const envFile = either(text, list(either(text, map({ path: text, required: flag, format: text }))));

export const service: Node = map({
  annotations: pairs,
  attach: flag,
  blkio_config: any,
  build,
  cap_add: list(text),
  cap_drop: list(text),
  cgroup: oneOf("host", "private"),
  cgroup_parent: text,
  command: words,
  configs: grant("configs"),
  container_name: text,
  cpu_count: count,
  cpu_percent: count,
  cpu_period: any,
  cpu_quota: any,
  cpu_shares: count,
  cpus: count,
  cpuset: text,
  credential_spec: any,
  depends_on: dependency,
  deploy,
  develop,
  device_cgroup_rules: list(text),
  devices: list(any),
  dns: texts,
  dns_opt: list(text),
  dns_search: texts,
  domainname: text,
  entrypoint: words,
  env_file: envFile,
  environment: pairs,
  expose: list(either(text, number)),
  extends: either(text, map({ service: text, file: text })),
  external_links: list(text),
  extra_hosts: pairs,
  gpus: any,
  group_add: list(either(text, number)),
  healthcheck,
  hostname: text,
  image: text,
  init: flag,
  ipc: text,
  isolation: text,
  labels: pairs,
  label_file: texts,
  links: list(text),
  logging: map({ driver: text, options: dict(either(scalar, empty)) }),
  mac_address: text,
  mem_limit: size,
  mem_reservation: size,
  mem_swappiness: count,
  memswap_limit: size,
  network_mode: text,
  networks: networkUse,
  oom_kill_disable: flag,
  oom_score_adj: count,
  pid: text,
  pids_limit: count,
  platform: text,
  ports: list(port),
  post_start: list(any),
  pre_stop: list(any),
  privileged: flag,
  profiles: list(text),
  provider: any,
  pull_policy: {
    kind: "text",
    values: ["always", "never", "missing", "build", "if_not_present", "daily", "weekly"],
    shape: /^every_/,
  },
  pull_refresh_after: text,
  read_only: flag,
  restart: {
    kind: "text",
    values: ["no", "always", "on-failure", "unless-stopped"],
    shape: /^on-failure:\d+$/,
  },
  runtime: text,
  scale: count,
  secrets: grant("secrets"),
  security_opt: list(text),
  shm_size: size,
  stdin_open: flag,
  stop_grace_period: time,
  stop_signal: text,
  storage_opt: any,
  sysctls: pairs,
  tmpfs: texts,
  tty: flag,
  ulimits: dict(either(number, map({ soft: number, hard: number }))),
  use_api_socket: flag,
  user: either(text, number),
  userns_mode: text,
  uts: text,
  volumes: list(mount),
  volumes_from: list(text),
  working_dir: text,
  models: any,
});

const network = either(
  empty,
  map({
    name: text,
    driver: text,
    driver_opts: any,
    attachable: flag,
    enable_ipv4: flag,
    enable_ipv6: flag,
    external: either(flag, map({ name: text })),
    internal: flag,
    labels: pairs,
    ipam: map({
      driver: text,
      config: list(map({ subnet: text, ip_range: text, gateway: text, aux_addresses: any })),
      options: any,
    }),
  }),
);

const volume = either(
  empty,
  map({
    name: text,
    driver: text,
    driver_opts: dict(either(scalar, empty)),
    external: either(flag, map({ name: text })),
    labels: pairs,
  }),
);

const secret = map({
  name: text,
  file: text,
  environment: text,
  content: text,
  external: either(flag, map({ name: text })),
  labels: pairs,
  driver: text,
  driver_opts: any,
  template_driver: text,
});

export const root: Node = map({
  name: { kind: "text", shape: /^[a-z0-9][a-z0-9_-]*$/ },
  version: either(text, number),
  services: dict(service),
  networks: either(empty, dict(network)),
  volumes: either(empty, dict(volume)),
  secrets: dict(secret),
  configs: dict(secret),
  include: list(any),
  models: any,
});
