// A made-up daemon for pictures: answers the control API inside of the browser
// that is driven, so that no engine is needed.

const IMAGES = [
  "nginx:1.29",
  "postgres:17-alpine",
  "redis:8",
  "ghcr.io/acme/api:dev",
  "node:24-slim",
];
const SERVICES = ["web", "api", "db", "cache", "worker", "mailhog", "proxy", "queue"];
const PROJECTS = ["shop", "tools", "observability", "blog", "payments-platform-staging"];
const now = Math.floor(Date.now() / 1000);
const hex = (n) => (n * 2654435761 + 97).toString(16).padStart(16, "0").repeat(4).slice(0, 64);

function stateOf(n) {
  if (n % 11 === 7) return { state: "paused", health: null, exit_code: null };
  if (n % 5 === 4) return { state: "exited", health: null, exit_code: n % 2 ? 0 : 137 };
  if (n % 13 === 9) return { state: "created", health: null, exit_code: null };
  if (n % 17 === 12) return { state: "restarting", health: null, exit_code: 1 };
  const health =
    n % 3 === 0 ? "healthy" : n % 7 === 5 ? "unhealthy" : n % 9 === 4 ? "starting" : null;
  return { state: "running", health, exit_code: null };
}

export function container(n, total) {
  const grouped = n < total * 0.75;
  const project =
    PROJECTS[Math.floor(n / 5) % PROJECTS.length] + (n >= 25 ? `-${Math.floor(n / 25)}` : "");
  const service = SERVICES[n % SERVICES.length];
  const running = stateOf(n);
  const name = grouped ? `${project}-${service}-1` : `scratch_${n}`;
  const ports =
    n % 3 === 2
      ? []
      : [
          { container: 80 + (n % 4), protocol: "tcp", host_ip: "0.0.0.0", host: 8080 + n },
          ...(n % 6 === 0
            ? [{ container: 443, protocol: "tcp", host_ip: "0.0.0.0", host: 8443 + n }]
            : []),
        ];
  return {
    id: hex(n + 1),
    name,
    image: IMAGES[n % IMAGES.length],
    image_id: `sha256:${hex(n % 5)}`,
    command: "docker-entrypoint.sh nginx -g 'daemon off;'",
    created: now - 3600 * (n + 2),
    started: running.state === "created" ? null : now - 700 * (n + 1),
    finished: running.state === "exited" ? now - 300 * (n + 1) : null,
    status: "",
    ...running,
    ports,
    project: grouped
      ? {
          project,
          service,
          number: 1,
          folder: `/home/me/src/${project}`,
          files: [`/home/me/src/${project}/compose.yaml`],
        }
      : null,
    networks: [
      {
        name: grouped ? `${project}_default` : "bridge",
        network_id: hex(5000),
        ipv4: "172.18.0.3",
        ipv6: null,
        mac: null,
      },
    ],
    mounts:
      n % 4 === 2
        ? [
            {
              kind: "volume",
              source: `${project}_data`,
              target: "/var/lib/postgresql/data",
              writable: true,
            },
          ]
        : [],
    labels: { "com.docker.compose.project": grouped ? project : "" },
  };
}

export function snapshot(total) {
  const changes = [];
  for (let n = 0; n < total; n++) changes.push({ what: "container", value: container(n, total) });
  for (let n = 0; n < Math.min(total, 5); n++) {
    changes.push({
      what: "image",
      value: {
        id: `sha256:${hex(n)}`,
        tags: [IMAGES[n]],
        digests: [],
        created: now - 86400 * (n + 3),
        size: (n + 1) * 61_000_000,
        shared: null,
        platform: "linux/amd64",
        labels: {},
      },
    });
    changes.push({
      what: "volume",
      value: {
        name: `${PROJECTS[n]}_data`,
        driver: "local",
        mountpoint: "",
        created: now - 86400,
        anonymous: false,
        labels: {},
        options: {},
        size: 1_300_000 * (n + 1),
      },
    });
    changes.push({
      what: "network",
      value: {
        id: hex(5000 + n),
        name: `${PROJECTS[n]}_default`,
        driver: "bridge",
        scope: "local",
        internal: false,
        attachable: false,
        ipv6: false,
        subnets: [],
        created: now,
        labels: {},
      },
    });
  }
  return changes;
}

export const statusOf = (state = "running") => ({
  daemon: { version: "0.1.0", pid: 4242, uptime_seconds: 86400 },
  vm: {
    state,
    backend: { name: "QEMU", version: "7.2.1", accelerator: "KVM", warning: null },
    pid: 4243,
    uptime_seconds: 86000,
    cpus: 2,
    memory_bytes: 4 * 2 ** 30,
    disk: {
      size_bytes: 64 * 2 ** 30,
      host_used_bytes: 8.1 * 2 ** 30,
      guest_used_bytes: 7.2 * 2 ** 30,
    },
    stages: [],
    pending: "none",
  },
  engine: state === "running" ? { state: "running", version: "28.5.2" } : { state: "stopped" },
  docker: { socket: "/home/me/.berth/run/docker.sock", context: null },
  ports: [],
  last_incident: null,
  image: "abc",
  warnings: [],
});

const task = (id, over) => ({
  id,
  spec: { kind: "pull", reference: "postgres:18", platform: null },
  command: "docker pull postgres:18",
  state: "running",
  started_ms: Date.now() - 4000,
  ended_ms: null,
  progress: 0.42,
  line: "Downloading 61 of 144 MiB",
  steps: [],
  error: null,
  ...over,
});

/** Answers one request; `send` may be called any number of times. */
export function answer(request, send, world) {
  const event = (value) => send({ id: request.id, event: value });
  const result = (value) => send({ id: request.id, result: value });
  switch (request.method) {
    case "status":
      return result(statusOf(world.state));
    case "prefs":
      return result({ values: world.prefs ?? {} });
    case "pref_set":
      return result(null);
    case "watch": {
      event({ kind: "reset" });
      const changes = snapshot(world.total);
      for (let at = 0; at < changes.length; at += 200)
        event({ kind: "changes", changes: changes.slice(at, at + 200) });
      event({ kind: "live" });
      if (world.state && world.state !== "running") event({ kind: "stale" });
      return;
    }
    case "tasks":
      return event({
        kind: "all",
        value:
          world.tasks === false
            ? []
            : [
                task(3, {}),
                task(2, {
                  state: "failed",
                  progress: null,
                  ended_ms: Date.now() - 60000,
                  line: "",
                  command: "docker build -t acme/api:dev .",
                  spec: {
                    kind: "build",
                    context: "/home/me/src/api",
                    dockerfile: null,
                    tags: ["acme/api:dev"],
                    target: null,
                    platform: null,
                    args: [],
                    no_cache: false,
                    pull: false,
                  },
                  error: {
                    code: "internal",
                    message: "The step RUN npm ci ended with code 1.",
                    hint: "Read its output for the reason.",
                  },
                }),
              ],
      });
    case "meters": {
      const tick = (n) =>
        event({
          time_ms: Date.now(),
          host_cpu_percent: 12,
          host_memory: 9e9,
          host_memory_total: 16e9,
          host_disk_free: 2e11,
          vm_cpu_percent: 3 + Math.sin(n),
          vm_memory: 640 * 2 ** 20,
          daemon_cpu_percent: 0.2,
          daemon_memory: 3e7,
          guest_memory: 600 * 2 ** 20,
          guest_memory_total: 4 * 2 ** 30,
          disk_used: 7 * 2 ** 30,
          disk_host: 8.1 * 2 ** 30,
          network_received: 1e6,
          network_sent: 1e6,
        });
      return tick(0);
    }
    case "container_stats": {
      for (let n = 0; n < 40; n++) {
        const all = request.params?.ids?.length ? request.params.ids : [];
        event({
          time_ms: Date.now() - (40 - n) * 1000,
          containers: all.map((id, at) => ({
            id,
            cpu_percent: Math.abs(Math.sin((n + at * 7) / 5)) * (at % 5 === 0 ? 62 : 4),
            memory: (24 + ((at * 37) % 400)) * 2 ** 20,
            memory_limit: 4 * 2 ** 30,
            network_received: 1000 * n,
            network_sent: 1000 * n,
            disk_read: 0,
            disk_written: 0,
            pids: 7,
          })),
        });
      }
      return;
    }
    case "task_output": {
      const layers = Array.from(
        { length: 60 },
        (_, n) => `\u001b[32m${hex(n).slice(0, 12)}\u001b[0m: Download complete`,
      );
      return event({ step: null, lines: ["18: Pulling from library/postgres", ...layers] });
    }
    default:
      return;
  }
}

/** Answers of Docker's own API, as far as pictures need them. */
export function dockerAnswer(path, world) {
  const inspect = /^\/docker\/containers\/([0-9a-f]+)\/json/.exec(path);
  if (inspect) {
    const at = Array.from({ length: world.total }, (_, n) => n).find(
      (n) => hex(n + 1) === inspect[1],
    );
    if (at === undefined) return { status: 404, json: { message: "No such container" } };
    const it = container(at, world.total);
    return {
      json: {
        Id: it.id,
        Name: `/${it.name}`,
        Created: new Date(it.created * 1000).toISOString(),
        Path: "docker-entrypoint.sh",
        Args: ["nginx", "-g", "daemon off;"],
        State: {
          Status: it.state,
          Running: it.state === "running",
          Paused: it.state === "paused",
          Restarting: false,
          OOMKilled: false,
          Dead: false,
          Pid: 4121,
          ExitCode: it.exit_code ?? 0,
          Error: "",
          StartedAt: new Date((it.started ?? 0) * 1000).toISOString(),
          FinishedAt: "0001-01-01T00:00:00Z",
        },
        Image: it.image_id,
        RestartCount: 0,
        SizeRw: 12_300_000,
        SizeRootFs: 190_000_000,
        Platform: "linux",
        Driver: "overlay2",
        HostConfig: {
          NanoCpus: 0,
          Memory: 0,
          MemorySwap: 0,
          PidsLimit: null,
          Binds: null,
          RestartPolicy: { Name: "unless-stopped", MaximumRetryCount: 0 },
          NetworkMode: "bridge",
          PortBindings: {},
          Privileged: false,
          ReadonlyRootfs: false,
          CapAdd: null,
          CapDrop: null,
          AutoRemove: false,
          LogConfig: { Type: "json-file", Config: {} },
          ExtraHosts: null,
          Dns: [],
          ShmSize: 67108864,
          Runtime: "runc",
        },
        Config: {
          Hostname: it.id.slice(0, 12),
          User: "",
          Tty: false,
          OpenStdin: false,
          Env: ["PATH=/usr/local/sbin:/usr/local/bin", "NGINX_VERSION=1.29.3"],
          Cmd: ["nginx", "-g", "daemon off;"],
          Image: it.image,
          WorkingDir: "",
          Entrypoint: ["/docker-entrypoint.sh"],
          Labels: it.labels,
          ExposedPorts: { "80/tcp": {} },
          StopSignal: "SIGQUIT",
        },
        Mounts: [],
        NetworkSettings: {
          Ports: {},
          Networks: {
            bridge: {
              IPAddress: "172.18.0.3",
              Gateway: "172.18.0.1",
              MacAddress: "02:42:ac:12:00:03",
              IPPrefixLen: 16,
              NetworkID: hex(5000),
              GlobalIPv6Address: "",
              Aliases: null,
            },
          },
        },
      },
    };
  }
  return { status: 404, json: { message: "no such thing" } };
}
