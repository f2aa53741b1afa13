// Made-up lines and answers of Docker's API for one container, hostile ones among them.
const E = "\u001b";
const LINES = [
  ["out", `${E}[32m[entrypoint]${E}[0m Configuration complete; ready for start up`],
  [
    "out",
    '10.0.2.2 - - [25/Nov/2026:02:41:07 +0000] "GET /api/items?page=2 HTTP/1.1" 200 4312 "-" "curl/8.5"',
  ],
  [
    "out",
    '{"level":"info","ts":"2026-11-25T02:41:08Z","msg":"request done","method":"GET","path":"/api/items","status":200,"ms":12.4,"req":{"id":"a81f"}}',
  ],
  [
    "out",
    '{"level":"warn","ts":"2026-11-25T02:41:09Z","msg":"slow query","table":"items","ms":1841}',
  ],
  [
    "err",
    '{"level":"error","ts":"2026-11-25T02:41:10Z","msg":"upstream timed out","upstream":"http://10.0.0.7:3000/items","err":"context deadline exceeded","retry":3,"code":504,"trace":"9af3","host":"web-1","zone":"a"}',
  ],
  [
    "err",
    `${E}[31;1mERROR${E}[0m connection refused: see https://docs.example/errors?code=ECONNREFUSED for help`,
  ],
  ["out", 'time=2026-11-25T02:41:11Z level=info msg="cache warmed" keys=1204 took=88ms'],
  ["err", "WARN  deprecated option --legacy, it goes with version 3"],
  ["out", "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"],
  ["out", `name: \u202egnp.exe\u202c and ${E}]0;title\u0007 a bell \u0007 and \0 zero`],
  [
    "out",
    `${E}[44;97m DEPLOY ${E}[0m ${E}[38;5;208mversion 1.42.0${E}[0m ${E}[2mbuilt 3 minutes ago${E}[0m`,
  ],
  ["out", "מערכת מוכנה 系统就绪 готово"],
  ["out", `a long line ${"lorem ipsum dolor sit amet ".repeat(240)}`],
];

export function logLines(request, send) {
  const ids = request.params.containers;
  const count = Math.max(300, 40 * ids.length);
  const begin = Date.now() - count * 700;
  const lines = Array.from({ length: count }, (_, n) => {
    const [stream, text] = LINES[(n * 7 + (n >> 3)) % LINES.length];
    return {
      container: ids[(n * 5) % ids.length],
      time_ms: begin + n * 700,
      stderr: stream === "err",
      text,
      cut: text.startsWith("a long") ? 3_000_000 : 0,
    };
  });
  send({ id: request.id, event: { lines, caught_up: true } });
}

const inspect = (id) => ({
  Id: id,
  Created: "2026-11-24T20:11:07.123Z",
  Path: "/docker-entrypoint.sh",
  Args: ["nginx", "-g", "daemon off;"],
  State: {
    Status: "running",
    Running: true,
    Pid: 4312,
    ExitCode: 0,
    Error: "",
    OOMKilled: false,
    StartedAt: "2026-11-25T01:55:00Z",
    FinishedAt: "0001-01-01T00:00:00Z",
    Health: {
      Status: "healthy",
      FailingStreak: 0,
      Log: [
        {
          Start: "2026-11-25T02:40:00Z",
          End: "2026-11-25T02:40:00.4Z",
          ExitCode: 0,
          Output: "HTTP/1.1 200 OK\n",
        },
        {
          Start: "2026-11-25T02:40:30Z",
          End: "2026-11-25T02:40:32Z",
          ExitCode: 1,
          Output: "curl: (28) Operation timed out after 2000 ms\n",
        },
        {
          Start: "2026-11-25T02:41:00Z",
          End: "2026-11-25T02:41:00.2Z",
          ExitCode: 0,
          Output: "HTTP/1.1 200 OK\n",
        },
      ],
    },
  },
  Image: `sha256:${"ab".repeat(32)}`,
  Name: "/shop-web-1",
  RestartCount: 2,
  Driver: "overlayfs",
  Platform: "linux",
  HostConfig: {
    NetworkMode: "shop_default",
    RestartPolicy: { Name: "unless-stopped", MaximumRetryCount: 0 },
    Memory: 536870912,
    NanoCpus: 1500000000,
    PidsLimit: 200,
    Privileged: false,
    ReadonlyRootfs: false,
    CapAdd: ["NET_ADMIN"],
    Binds: ["/home/me/src/shop/nginx.conf:/etc/nginx/nginx.conf:ro"],
    LogConfig: { Type: "json-file", Config: {} },
    PortBindings: { "80/tcp": [{ HostIp: "", HostPort: "8080" }] },
  },
  Config: {
    Hostname: "web",
    User: "",
    Image: "nginx:1.29",
    WorkingDir: "/usr/share/nginx",
    Cmd: ["nginx", "-g", "daemon off;"],
    Entrypoint: ["/docker-entrypoint.sh"],
    StopSignal: "SIGQUIT",
    Env: [
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "NGINX_VERSION=1.29.1",
      "DATABASE_URL=postgres://shop:hunter2@db:5432/shop",
      "API_SECRET=9c1f8b7d",
      "FEATURE_FLAGS=checkout_v2,search_beta,very_long_flag_name_that_goes_on_and_on,another_one,and_yet_another",
      "EMPTY=",
    ],
    Labels: {
      "com.docker.compose.project": "shop",
      "com.docker.compose.service": "web",
      "org.opencontainers.image.title": "<b>nginx</b>",
    },
    Healthcheck: {
      Test: ["CMD-SHELL", "curl -f http://localhost/"],
      Interval: 30000000000,
      Timeout: 2000000000,
      Retries: 3,
    },
  },
  Mounts: [
    {
      Type: "bind",
      Source: "/home/me/src/shop/nginx.conf",
      Destination: "/etc/nginx/nginx.conf",
      Mode: "ro",
      RW: false,
    },
    {
      Type: "volume",
      Name: "shop_data",
      Source: "/var/lib/docker/volumes/shop_data/_data",
      Destination: "/var/lib/data",
      RW: true,
      Driver: "local",
    },
    { Type: "tmpfs", Source: "", Destination: "/run", RW: true },
  ],
  NetworkSettings: {
    Ports: { "80/tcp": [{ HostIp: "0.0.0.0", HostPort: "8080" }] },
    Networks: {
      shop_default: {
        IPAddress: "172.18.0.3",
        Gateway: "172.18.0.1",
        MacAddress: "02:42:ac:12:00:03",
        Aliases: ["web"],
        NetworkID: "x",
      },
    },
  },
});

const LISTING = [
  "41ed 0 0 4096 1764000000 ./conf.d",
  "41ed 0 0 4096 1763900000 ./html",
  "81a4 0 0 1812 1764030000 ./app.conf",
  "81a4 101 101 48211 1764030500 ./access.log",
  "a1ff 0 0 11 1763000000 ./current",
  "81ed 0 0 1204224 1763000000 ./nginx",
  "81a4 0 0 17 1763000000 ./<img src=x onerror=alert(1)>.txt",
  "81a4 0 0 5 1763000000 ./a name\u202egnp.exe",
  "c1b6 0 0 0 1764000000 ./nginx.sock",
  "==",
  "./current",
  "releases/42",
  "",
].join("\n");

function frame(text) {
  const body = Buffer.from(text);
  const head = Buffer.alloc(8);
  head[0] = 1;
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body]);
}

function tarOf(name, text) {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write("0000644\0", 100);
  block.write("0000000\0", 108);
  block.write("0000000\0", 116);
  block.write(`${text.length.toString(8).padStart(11, "0")}\0`, 124);
  block.write("15000000000\0", 136);
  block.write("        ", 148);
  block.write("0", 156);
  block.write("ustar\x0000", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  const body = Buffer.alloc(Math.ceil(text.length / 512) * 512);
  body.write(text);
  return Buffer.concat([block, body, Buffer.alloc(1024)]);
}

const CONF = `# The shop's front door.
server {
  listen 80;
  server_name shop.localhost;

  location / {
    root /usr/share/nginx/html;
    try_files $uri /index.html;
  }

  location /api/ {
    proxy_pass http://api:3000;
    proxy_read_timeout 5s;
  }
}
`;

export function dockerAnswer(route) {
  const request = route.request();
  const { pathname, searchParams } = new URL(request.url());
  const path = pathname.replace("/docker", "");
  const json = (body, status = 200) => route.fulfill({ status, json: body });
  const missing = () => json({ message: "No such container" }, 404);
  if (path.includes("0123456789ab")) return missing();
  if (/^\/containers\/[^/]+\/json$/.test(path)) return json(inspect(path.split("/")[2]));
  if (path.endsWith("/top")) {
    return json({
      Titles: ["PID", "USER", "%CPU", "RSS", "TIME", "COMMAND"],
      Processes: [
        ["4312", "root", "0.0", "9120", "00:00:00", "nginx: master process nginx -g daemon off;"],
        ["4351", "101", "3.1", "5328", "00:00:04", "nginx: worker process"],
        ["4352", "101", "0.4", "5400", "00:01:12", "nginx: worker process"],
      ],
    });
  }
  if (path.endsWith("/changes")) {
    return json([
      { Path: "/etc", Kind: 0 },
      { Path: "/etc/nginx", Kind: 0 },
      { Path: "/etc/nginx/app.conf", Kind: 0 },
      { Path: "/app.conf", Kind: 0 },
      { Path: "/access.log", Kind: 1 },
      { Path: "/run/nginx.pid", Kind: 1 },
      { Path: "/var", Kind: 0 },
      { Path: "/var/cache", Kind: 0 },
      { Path: "/var/cache/apt", Kind: 2 },
    ]);
  }
  if (path.endsWith("/archive")) {
    const where = searchParams.get("path") ?? "";
    const name = where.split("/").pop() ?? "";
    if (request.method() === "HEAD" && /bash|zsh|fish|busybox/.test(where)) return missing();
    const stat = {
      name,
      size: CONF.length,
      mode: 0o644,
      mtime: "2026-11-25T01:00:00Z",
      linkTarget: "",
    };
    const headers = {
      "X-Docker-Container-Path-Stat": Buffer.from(JSON.stringify(stat)).toString("base64"),
    };
    if (request.method() === "HEAD") return route.fulfill({ status: 200, headers });
    return route.fulfill({
      status: 200,
      headers,
      body: tarOf(name, CONF),
      contentType: "application/x-tar",
    });
  }
  if (path.endsWith("/exec")) return json({ Id: "e1" }, 201);
  if (path.endsWith("/start")) return route.fulfill({ status: 200, body: frame(LISTING) });
  if (path.startsWith("/exec/")) return json({ ExitCode: 0 });
  return json({ message: "no such thing" }, 404);
}
