//! Containers: the list's entries, and the times that only `inspect` tells.
use std::collections::BTreeMap;

use berth_api::engine::{
    Container, ContainerNetwork, ContainerState, Health, Mount, Port, ProjectRef,
};
use serde::Deserialize;

use super::{nullable, positive, some};
use crate::{
    cut::{LIST, NAME, TEXT, cut, cut_owned, labels, list},
    times::seconds,
};

/// An entry of `GET /containers/json`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct Listed {
    id: String,
    #[serde(deserialize_with = "nullable")]
    names: Vec<String>,
    #[serde(deserialize_with = "nullable")]
    image: String,
    #[serde(rename = "ImageID", deserialize_with = "nullable")]
    image_id: String,
    #[serde(deserialize_with = "nullable")]
    command: String,
    #[serde(deserialize_with = "nullable")]
    created: i64,
    #[serde(deserialize_with = "nullable")]
    ports: Vec<ListedPort>,
    #[serde(deserialize_with = "nullable")]
    labels: BTreeMap<String, String>,
    #[serde(deserialize_with = "nullable")]
    state: String,
    #[serde(deserialize_with = "nullable")]
    status: String,
    #[serde(deserialize_with = "nullable")]
    network_settings: ListedNetworks,
    #[serde(deserialize_with = "nullable")]
    mounts: Vec<ListedMount>,
    #[serde(deserialize_with = "nullable")]
    health: ListedHealth,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct ListedPort {
    #[serde(rename = "IP", deserialize_with = "nullable")]
    ip: String,
    #[serde(deserialize_with = "nullable")]
    private_port: u16,
    public_port: Option<u16>,
    #[serde(rename = "Type", deserialize_with = "nullable")]
    protocol: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct ListedNetworks {
    #[serde(deserialize_with = "nullable")]
    networks: BTreeMap<String, ListedNetwork>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ListedNetwork {
    #[serde(rename = "NetworkID", deserialize_with = "nullable")]
    id: String,
    #[serde(rename = "IPAddress", deserialize_with = "nullable")]
    ipv4: String,
    #[serde(rename = "GlobalIPv6Address", deserialize_with = "nullable")]
    ipv6: String,
    #[serde(rename = "MacAddress", deserialize_with = "nullable")]
    mac: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct ListedMount {
    #[serde(rename = "Type", deserialize_with = "nullable")]
    kind: String,
    #[serde(deserialize_with = "nullable")]
    name: String,
    #[serde(deserialize_with = "nullable")]
    source: String,
    #[serde(deserialize_with = "nullable")]
    destination: String,
    #[serde(rename = "RW", deserialize_with = "nullable")]
    writable: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct ListedHealth {
    #[serde(deserialize_with = "nullable")]
    status: String,
}

/// What `GET /containers/{id}/json` says about the container's process.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct Inspected {
    #[serde(deserialize_with = "nullable")]
    state: InspectedState,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct InspectedState {
    #[serde(deserialize_with = "nullable")]
    exit_code: i64,
    #[serde(deserialize_with = "nullable")]
    started_at: String,
    #[serde(deserialize_with = "nullable")]
    finished_at: String,
}

/// When a container's process ran.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) started: Option<u64>,
    pub(crate) finished: Option<u64>,
    exit_code: i64,
}

impl From<Inspected> for Times {
    fn from(inspected: Inspected) -> Self {
        Self {
            started: seconds(&inspected.state.started_at),
            finished: seconds(&inspected.state.finished_at),
            exit_code: inspected.state.exit_code,
        }
    }
}

impl Times {
    /// Adds them to what the list said.
    pub(crate) fn fill(self, container: &mut Container) {
        container.started = self.started;
        container.finished = self.finished;
        if has_ended(container.state) && self.finished.is_some() {
            container.exit_code = Some(self.exit_code);
        }
    }
}

impl From<Listed> for Container {
    fn from(listed: Listed) -> Self {
        let state = state(&listed.state);
        let health = health(&listed.health.status).or_else(|| health_in_status(&listed.status));
        let name = listed.names.first().map(String::as_str).unwrap_or_default();
        Self {
            id: cut_owned(listed.id, NAME),
            name: cut(name.strip_prefix('/').unwrap_or(name), NAME),
            image: cut_owned(listed.image, NAME),
            image_id: cut_owned(listed.image_id, NAME),
            command: cut_owned(listed.command, TEXT),
            created: positive(listed.created).unwrap_or(0),
            state,
            health,
            exit_code: has_ended(state)
                .then(|| exit_code(&listed.status))
                .flatten(),
            started: None,
            finished: None,
            status: cut_owned(listed.status, NAME),
            ports: ports(listed.ports),
            project: project(&listed.labels),
            networks: networks(listed.network_settings.networks),
            mounts: list(listed.mounts.into_iter().map(mount), |mount| {
                mount.kind.len() + mount.source.len() + mount.target.len()
            }),
            labels: labels(listed.labels),
        }
    }
}

fn has_ended(state: ContainerState) -> bool {
    use ContainerState as S;
    matches!(state, S::Exited | S::Dead | S::Restarting)
}

fn state(text: &str) -> ContainerState {
    match text {
        "running" => ContainerState::Running,
        "paused" => ContainerState::Paused,
        "restarting" => ContainerState::Restarting,
        "removing" => ContainerState::Removing,
        "exited" => ContainerState::Exited,
        "dead" => ContainerState::Dead,
        _ => ContainerState::Created,
    }
}

fn health(text: &str) -> Option<Health> {
    match text {
        "starting" => Some(Health::Starting),
        "healthy" => Some(Health::Healthy),
        "unhealthy" => Some(Health::Unhealthy),
        _ => None,
    }
}

/// Engines before API 1.52 list the health only as part of the sentence: `Up 2
/// hours (healthy)`, `Up 3 seconds (health: starting)`.
fn health_in_status(status: &str) -> Option<Health> {
    let (_, last) = status.strip_suffix(')')?.rsplit_once('(')?;
    health(last.strip_prefix("health: ").unwrap_or(last))
}

/// The code in `Exited (137) 2 hours ago` and `Restarting (1) 5 seconds ago`.
fn exit_code(status: &str) -> Option<i64> {
    let (_, rest) = status.split_once('(')?;
    rest.split_once(')')?.0.parse().ok()
}

/// The engine lists a port once for each address that it is published on, in
/// no order.
fn ports(listed: Vec<ListedPort>) -> Vec<Port> {
    let mut ports: Vec<_> = listed
        .into_iter()
        .map(|port| Port {
            container: port.private_port,
            protocol: cut_owned(port.protocol, 16),
            host_ip: some(cut_owned(port.ip, 64)),
            host: port.public_port.filter(|port| *port != 0),
        })
        .collect();
    ports.sort_by(|a, b| {
        let key = |port: &Port| (port.container, port.host);
        (key(a), &a.protocol, &a.host_ip).cmp(&(key(b), &b.protocol, &b.host_ip))
    });
    ports.dedup();
    ports.truncate(LIST);
    ports
}

/// Labels that compose sets (docker/compose, `pkg/api/labels.go`).
fn project(labels: &BTreeMap<String, String>) -> Option<ProjectRef> {
    let label = |name: &str| labels.get(&format!("com.docker.compose.{name}"));
    let project = label("project").filter(|name| !name.is_empty())?;
    let files = label("project.config_files").map(String::as_str);
    Some(ProjectRef {
        project: cut(project, NAME),
        service: label("service").map_or_else(String::new, |name| cut(name, NAME)),
        number: label("container-number").and_then(|text| text.parse().ok()),
        folder: label("project.working_dir").map(|path| cut(path, TEXT)),
        files: files
            .unwrap_or_default()
            .split(',')
            .filter(|path| !path.is_empty())
            .take(32)
            .map(|path| cut(path, NAME))
            .collect(),
    })
}

fn networks(listed: BTreeMap<String, ListedNetwork>) -> Vec<ContainerNetwork> {
    let network = |(name, network): (String, ListedNetwork)| ContainerNetwork {
        name: cut_owned(name, NAME),
        network_id: some(cut_owned(network.id, NAME)),
        ipv4: some(cut_owned(network.ipv4, 64)),
        ipv6: some(cut_owned(network.ipv6, 64)),
        mac: some(cut_owned(network.mac, 64)),
    };
    list(listed.into_iter().map(network), |network| {
        network.name.len() + 512
    })
}

fn mount(listed: ListedMount) -> Mount {
    // A volume's source is where the engine keeps it; its name says more.
    let source = if listed.name.is_empty() {
        listed.source
    } else {
        listed.name
    };
    Mount {
        kind: cut_owned(listed.kind, 32),
        source: cut_owned(source, NAME),
        target: cut_owned(listed.destination, NAME),
        writable: listed.writable,
    }
}
