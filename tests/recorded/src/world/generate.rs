//! Makes a believable engine from numbers.
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    Container, Health, Held, Image, Network, Options, Port, Run, Volume, clock::now_seconds,
    hostile, id, mix,
};
use crate::{fs::Fs, log::LogPlan};

/// A service: name, image, command, port in the container, has a volume.
type Service = (&'static str, &'static str, &'static str, u16, bool);

const SERVICES: [Service; 12] = [
    (
        "web",
        "nginx:1.29-alpine",
        "/docker-entrypoint.sh nginx -g 'daemon off;'",
        80,
        false,
    ),
    (
        "api",
        "ghcr.io/acme/api:2.14.0",
        "node --enable-source-maps dist/server.js",
        3000,
        false,
    ),
    (
        "db",
        "postgres:17-alpine",
        "docker-entrypoint.sh postgres",
        5432,
        true,
    ),
    (
        "cache",
        "redis:8-alpine",
        "docker-entrypoint.sh redis-server --save 60 1",
        6379,
        true,
    ),
    (
        "worker",
        "ghcr.io/acme/api:2.14.0",
        "node dist/worker.js",
        0,
        false,
    ),
    (
        "queue",
        "rabbitmq:4-management",
        "docker-entrypoint.sh rabbitmq-server",
        15672,
        true,
    ),
    (
        "search",
        "opensearchproject/opensearch:3",
        "./opensearch-docker-entrypoint.sh opensearch",
        9200,
        true,
    ),
    ("mail", "axllent/mailpit:v1.27", "/mailpit", 8025, false),
    (
        "metrics",
        "prom/prometheus:v3.5.0",
        "/bin/prometheus --config.file=/etc/prometheus/prometheus.yml",
        9090,
        true,
    ),
    ("grafana", "grafana/grafana:12.1.0", "/run.sh", 3000, true),
    (
        "migrate",
        "ghcr.io/acme/api:2.14.0",
        "node dist/migrate.js",
        0,
        false,
    ),
    (
        "minio",
        "minio/minio:latest",
        "minio server /data --console-address :9001",
        9001,
        true,
    ),
];

const PROJECTS: [&str; 16] = [
    "shop",
    "billing",
    "website",
    "analytics",
    "auth",
    "gitea",
    "nextcloud",
    "home-assistant",
    "paperless",
    "immich",
    "blog",
    "crm",
    "chat",
    "media",
    "ci",
    "observability",
];

const LOOSE: [(&str, &str, &str); 6] = [
    ("dev-shell", "debian:trixie", "bash"),
    ("scratchpad", "python:3.14-slim", "python3"),
    (
        "registry",
        "registry:3",
        "/entrypoint.sh /etc/distribution/config.yml",
    ),
    (
        "busybox-test",
        "busybox:1.37",
        "sh -c 'while true; do date; sleep 5; done'",
    ),
    (
        "buildx_buildkit_default0",
        "moby/buildkit:buildx-stable-1",
        "buildkitd",
    ),
    ("portainer-agent", "portainer/agent:2.33", "./agent"),
];

pub(super) fn all(options: &Options) -> Held {
    let mut held = Held::default();
    networks(&mut held, options);
    images(&mut held, options);
    for n in 0..options.containers {
        let container = container(&mut held, n, options);
        held.containers.insert(container.id.clone(), container);
    }
    volumes(&mut held, options);
    held
}

fn project(n: usize) -> String {
    let round = n / PROJECTS.len();
    match round {
        0 => PROJECTS[n].to_owned(),
        _ => format!("{}-{}", PROJECTS[n % PROJECTS.len()], round + 1),
    }
}

fn days_ago(days: u64) -> u64 {
    // Minutes apart, so that no two are the same.
    now_seconds().saturating_sub(days * 86_400)
}

fn network(n: u64, name: &str, driver: &str, labels: BTreeMap<String, String>) -> Network {
    let bridge = driver == "bridge";
    Network {
        id: id("network", n),
        name: name.to_owned(),
        driver: driver.to_owned(),
        internal: n % 9 == 5,
        attachable: false,
        ipv6: n % 5 == 4,
        subnet: if bridge {
            format!("172.{}.{}.0/24", 17 + n / 250, n % 250)
        } else {
            String::new()
        },
        gateway: if bridge {
            format!("172.{}.{}.1", 17 + n / 250, n % 250)
        } else {
            String::new()
        },
        created: days_ago(30).saturating_sub(n * 60),
        labels,
    }
}

fn networks(held: &mut Held, options: &Options) {
    let projects = options.containers.div_ceil(SERVICES.len());
    let own = ["bridge", "host", "none"]
        .iter()
        .zip(["bridge", "host", "null"]);
    let mut all: Vec<_> = own
        .zip(0..)
        .map(|((name, driver), n)| network(n, name, driver, BTreeMap::new()))
        .collect();
    for n in 0..projects {
        let project = project(n);
        let labels = BTreeMap::from([
            (
                "com.docker.compose.network".to_owned(),
                "default".to_owned(),
            ),
            ("com.docker.compose.project".to_owned(), project.clone()),
        ]);
        all.push(network(
            3 + n as u64,
            &format!("{project}_default"),
            "bridge",
            labels,
        ));
    }
    for network in all {
        held.networks.insert(network.id.clone(), network);
    }
}

fn images(held: &mut Held, options: &Options) {
    let known: BTreeSet<&str> = SERVICES
        .iter()
        .map(|service| service.1)
        .chain(LOOSE.iter().map(|loose| loose.1))
        .collect();
    let names = known.into_iter().map(str::to_owned);
    let more = (0..).map(|n: usize| {
        let service = SERVICES[n % SERVICES.len()].0;
        format!(
            "registry.example.com/{}/{service}:{}.{}.{}",
            project(n / 12),
            n % 5,
            n % 17,
            n % 31
        )
    });
    for (n, name) in names.chain(more).take(options.images).enumerate() {
        let mut image = image(n as u64, &name);
        if options.hostile && n > 20 && n % 50 == 21 {
            image.tags = BTreeSet::from([format!("{}:latest", hostile::name(n / 50))]);
            image.labels = hostile::labels(n / 50 + 1);
        }
        held.images.insert(image.id.clone(), image);
    }
}

fn image(n: u64, name: &str) -> Image {
    let dangling = n > 20 && n.is_multiple_of(11);
    let size = 3_000_000 + mix(n) % (1 << (20 + mix(n ^ 5) % 9));
    let repository = name
        .rsplit_once(':')
        .map_or(name, |(repository, _)| repository);
    Image {
        id: format!("sha256:{}", id("image", n)),
        tags: if dangling {
            BTreeSet::new()
        } else {
            BTreeSet::from([name.to_owned()])
        },
        digests: vec![format!("{repository}@sha256:{}", id("digest", n))],
        created: days_ago(1 + mix(n) % 400).saturating_sub(n),
        size,
        shared: size / 3,
        labels: BTreeMap::from([
            (
                "org.opencontainers.image.title".to_owned(),
                repository.to_owned(),
            ),
            (
                "maintainer".to_owned(),
                "The Acme Team <team@example.com>".to_owned(),
            ),
        ]),
        cmd: vec!["/bin/sh".to_owned()],
        seed: n,
    }
}

/// The image of this name, pulled now if the options had no room for it.
fn image_for(held: &mut Held, name: &str) -> String {
    if let Some(id) = held.image_id(name) {
        return id;
    }
    let n = name.bytes().fold(5_000_000, |sum, byte| {
        sum * 31 % 1_000_003 + u64::from(byte)
    });
    let image = image(n * 11 + 1, name);
    let id = image.id.clone();
    held.images.insert(id.clone(), image);
    id
}

fn run(n: usize) -> (Run, i64) {
    match mix(n as u64) % 100 {
        0..72 => (Run::Running, 0),
        72..75 => (Run::Paused, 0),
        75..77 => (Run::Restarting, 1),
        77..79 => (Run::Created, 0),
        79..90 => (Run::Exited, 0),
        90..94 => (Run::Exited, 1),
        94..97 => (Run::Exited, 137),
        97..99 => (Run::Exited, 143),
        _ => (Run::Dead, 255),
    }
}

fn container(held: &mut Held, n: usize, options: &Options) -> Container {
    let seed = n as u64;
    let loose = n % 17 == 16;
    let (run, exit_code) = run(n);
    let created = days_ago(1 + mix(seed ^ 1) % 20).saturating_sub(seed);
    let mut made = if loose {
        loose_one(n)
    } else {
        of_a_project(held, n)
    };
    made.id = id("container", seed);
    made.created = created;
    made.run = run;
    made.exit_code = exit_code;
    made.started = (run != Run::Created).then(|| created + 3 + seed % 50);
    made.finished = matches!(run, Run::Exited | Run::Dead | Run::Restarting).then(|| {
        (created + 100 + mix(seed) % 500_000).min(now_seconds().saturating_sub(60 + seed))
    });
    made.seed = mix(seed);
    if options.hostile && n % 25 == 7 {
        made.name = hostile::name(n / 25);
        made.labels = hostile::labels(n / 25);
        made.log = LogPlan::hostile(n / 25);
    }
    if n == 1 {
        made.log = LogPlan::Million;
        made.name = "log-million".to_owned();
        // A line every 50 ms makes a million in fourteen hours.
        (made.run, made.finished) = (Run::Running, None);
        made.started = Some(now_seconds() - 50_000);
    }
    made.image_id = image_for(held, &made.image);
    made
}

fn plain(name: String, image: &str, command: &str) -> Container {
    Container {
        id: String::new(),
        name,
        image: image.to_owned(),
        image_id: String::new(),
        cmd: command.split(' ').map(str::to_owned).collect(),
        env: vec![
            "PATH=/usr/local/bin:/usr/bin:/bin".to_owned(),
            "NODE_ENV=production".to_owned(),
            "DATABASE_URL=postgres://app:secret@db:5432/app".to_owned(),
        ],
        labels: BTreeMap::new(),
        created: 0,
        run: Run::Created,
        health: None,
        exit_code: 0,
        started: None,
        finished: None,
        ports: Vec::new(),
        networks: BTreeMap::new(),
        mounts: Vec::new(),
        tty: false,
        restart: "no".to_owned(),
        auto_remove: false,
        host_config: Value::Null,
        fs: Fs::of_a_container(),
        log: LogPlan::of(image),
        seed: 0,
    }
}

/// A container without anything, to be filled from a request.
pub(crate) fn blank(name: String, image: &str) -> Container {
    plain(name, image, "sh")
}

fn loose_one(n: usize) -> Container {
    let (name, image, command) = LOOSE[n / 17 % LOOSE.len()];
    let round = n / 17 / LOOSE.len();
    let name = if round == 0 {
        name.to_owned()
    } else {
        format!("{name}-{round}")
    };
    let mut made = plain(name, image, command);
    made.tty = command == "bash";
    let address = format!("172.17.0.{}", 2 + n % 250);
    made.networks
        .insert("bridge".to_owned(), (id("network", 0), address));
    made
}

fn of_a_project(held: &Held, n: usize) -> Container {
    let (service, image, command, port, keeps) = SERVICES[n % SERVICES.len()];
    let number = n / SERVICES.len();
    let project = project(number);
    let mut made = plain(format!("{project}-{service}-1"), image, command);
    let folder = format!("/home/dev/projects/{project}");
    let label = |name: &str, value: &str| (format!("com.docker.compose.{name}"), value.to_owned());
    made.labels = BTreeMap::from([
        label("project", &project),
        label("service", service),
        label("container-number", "1"),
        label("oneoff", "False"),
        label("project.working_dir", &folder),
        label("project.config_files", &format!("{folder}/compose.yaml")),
        label("config-hash", &id("hash", n as u64)),
        label("version", "2.39.1"),
    ]);
    let network = format!("{project}_default");
    let network_id = held.network_id(&network).unwrap_or_default();
    let address = format!("172.{}.{}.{}", 17 + number / 250, number % 250, 2 + n % 12);
    made.networks.insert(network, (network_id, address));
    made.restart = "unless-stopped".to_owned();
    if port != 0 {
        // A database is published to this host only, a worker not at all.
        let host = u16::try_from(8000 + n % 20_000).ok().filter(|_| n % 3 != 1);
        let host_ip = if keeps { "127.0.0.1" } else { "0.0.0.0" };
        let (protocol, host_ip) = ("tcp".to_owned(), host_ip.to_owned());
        made.ports.push(Port {
            inner: port,
            protocol,
            host,
            host_ip,
        });
        made.health = match mix(n as u64 ^ 7) % 10 {
            0..5 => Some(Health::Healthy),
            5 => Some(Health::Unhealthy),
            6 => Some(Health::Starting),
            _ => None,
        };
    }
    if keeps {
        let volume = format!("{project}_{service}-data");
        made.mounts
            .push(("volume".to_owned(), volume, "/data".to_owned(), true));
    }
    if service == "web" {
        let conf = format!("{folder}/nginx.conf");
        made.mounts.push((
            "bind".to_owned(),
            conf,
            "/etc/nginx/nginx.conf".to_owned(),
            false,
        ));
    }
    made
}

fn volumes(held: &mut Held, options: &Options) {
    let used: Vec<String> = held
        .containers
        .values()
        .flat_map(|c| &c.mounts)
        .filter(|mount| mount.0 == "volume")
        .map(|mount| mount.1.clone())
        .collect();
    let more = (0..).map(|n: usize| match n % 3 {
        0 => id("volume", n as u64),
        1 => format!("backup-2026-{:02}-{:02}", 1 + n / 28 % 12, 1 + n % 28),
        _ => format!("old_{}_data_{n}", project(n % 40)),
    });
    let names = used.into_iter().chain(more).take(options.volumes.max(1));
    for (n, mut name) in names.enumerate() {
        if options.hostile && n % 40 == 33 {
            name = hostile::name(n / 40);
        }
        let project = name.split_once('_').map(|(project, _)| project.to_owned());
        let mut labels = BTreeMap::new();
        if let Some(project) = project.filter(|_| !name.starts_with("old")) {
            labels.insert("com.docker.compose.project".to_owned(), project);
        }
        let volume = Volume {
            driver: "local".to_owned(),
            created: days_ago(1 + mix(n as u64) % 100).saturating_sub(n as u64),
            labels,
            options: BTreeMap::new(),
            size: mix(n as u64 ^ 3) % (1 << (12 + mix(n as u64 ^ 4) % 20)),
            fs: Fs::of_a_volume(),
            name: name.clone(),
        };
        held.volumes.insert(name, volume);
    }
}
