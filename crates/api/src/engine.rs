//! The live model: what the Docker Engine holds, as clients keep a copy of it.
//!
//! [`crate::call::Call::Watch`] begins with [`WatchEvent::Reset`], sends everything
//! as changes, says [`WatchEvent::Live`], and goes on with changes as they
//! happen. A change carries the whole object, so that applying it twice or
//! after a missed one is harmless.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Most changes in one [`WatchEvent::Changes`], so that it fits a line.
pub const MAX_CHANGES: usize = 200;

/// Event of [`crate::call::Call::Watch`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WatchEvent {
    /// A new beginning: what was not sent again when `Live` comes is gone.
    /// Clients keep showing what they have until then.
    Reset,
    /// Some objects are new, different or gone. At most [`MAX_CHANGES`].
    Changes {
        /// In the order in which they happened.
        changes: Vec<Change>,
    },
    /// The copy is complete.
    Live,
    /// The engine can't be asked now (it sleeps, stopped, or starts): the copy
    /// is what was last known. A `Reset` follows when it is back.
    Stale,
}

/// One change of the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "what", content = "value", rename_all = "snake_case")]
pub enum Change {
    /// A container is new or different.
    Container(Box<Container>),
    /// The container with this ID is gone.
    ContainerGone(String),
    /// An image is new or different.
    Image(Image),
    /// The image with this ID is gone.
    ImageGone(String),
    /// A volume is new or different.
    Volume(Volume),
    /// The volume of this name is gone.
    VolumeGone(String),
    /// A network is new or different.
    Network(Network),
    /// The network with this ID is gone.
    NetworkGone(String),
    /// The engine reported something; nothing to keep, for lists of events.
    Happened(EngineEvent),
}

/// State of a container, in the engine's words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ContainerState {
    /// Made, never started.
    #[default]
    Created,
    /// Its process runs.
    Running,
    /// Frozen.
    Paused,
    /// Its process ended; the engine starts it again.
    Restarting,
    /// Being removed.
    Removing,
    /// Its process ended.
    Exited,
    /// Could not be removed.
    Dead,
}

/// What a container's health check says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// Not enough checks yet.
    Starting,
    /// The last check passed.
    Healthy,
    /// Too many checks failed.
    Unhealthy,
}

/// A container.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Container {
    /// Its ID, 64 hexadecimal digits.
    pub id: String,
    /// Its name, without the slash.
    pub name: String,
    /// The image as it was named when the container was made.
    pub image: String,
    /// ID of the image.
    pub image_id: String,
    /// The command, as one text.
    pub command: String,
    /// When it was made, in seconds since the Unix epoch.
    pub created: u64,
    /// Its state.
    pub state: ContainerState,
    /// Its health, if it has a check.
    pub health: Option<Health>,
    /// How its process ended, once it has.
    pub exit_code: Option<i64>,
    /// When it was last started, in seconds since the Unix epoch.
    pub started: Option<u64>,
    /// When it last ended, in seconds since the Unix epoch.
    pub finished: Option<u64>,
    /// The engine's own sentence, such as `Up 2 hours (healthy)`, of the moment
    /// when it was read.
    pub status: String,
    /// Ports.
    pub ports: Vec<Port>,
    /// The compose project it belongs to.
    pub project: Option<ProjectRef>,
    /// Networks it is on.
    pub networks: Vec<ContainerNetwork>,
    /// What is mounted in it.
    pub mounts: Vec<Mount>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
}

/// A port of a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Port {
    /// Port in the container.
    pub container: u16,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: String,
    /// Address on the host, when it is published.
    pub host_ip: Option<String>,
    /// Port on the host, when it is published.
    pub host: Option<u16>,
}

/// Membership in a compose project, from compose's own labels.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ProjectRef {
    /// Name of the project.
    pub project: String,
    /// Name of the service.
    pub service: String,
    /// Which of the service's containers.
    pub number: Option<u32>,
    /// Folder of the project on the host.
    pub folder: Option<String>,
    /// Its compose files.
    pub files: Vec<String>,
}

/// A container's place on a network.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ContainerNetwork {
    /// Name of the network.
    pub name: String,
    /// ID of the network, once the container was started.
    pub network_id: Option<String>,
    /// IPv4 address.
    pub ipv4: Option<String>,
    /// IPv6 address.
    pub ipv6: Option<String>,
    /// Hardware address.
    pub mac: Option<String>,
}

/// Something mounted in a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Mount {
    /// `bind`, `volume`, `tmpfs`, ...
    pub kind: String,
    /// Name of the volume, or path on the host.
    pub source: String,
    /// Path in the container.
    pub target: String,
    /// It can be written.
    pub writable: bool,
}

/// An image.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Image {
    /// Its ID, `sha256:...`.
    pub id: String,
    /// Names, such as `nginx:1`; none for a dangling one.
    pub tags: Vec<String>,
    /// Names with digest.
    pub digests: Vec<String>,
    /// When it was built, in seconds since the Unix epoch.
    pub created: u64,
    /// Size of all its layers, in bytes.
    pub size: u64,
    /// Bytes shared with other images, once somebody asked for them.
    pub shared: Option<u64>,
    /// Such as `linux/amd64`, where the engine says so.
    pub platform: Option<String>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
}

/// A volume.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Volume {
    /// Its name.
    pub name: String,
    /// Its driver.
    pub driver: String,
    /// Where it is in the guest.
    pub mountpoint: String,
    /// When it was made, in seconds since the Unix epoch.
    pub created: Option<u64>,
    /// The name is a generated one.
    pub anonymous: bool,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// The driver's options.
    pub options: BTreeMap<String, String>,
    /// Bytes in it, once somebody asked for them.
    pub size: Option<u64>,
}

/// A network.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Network {
    /// Its ID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its driver, such as `bridge`.
    pub driver: String,
    /// `local` or `swarm`.
    pub scope: String,
    /// Without a way out.
    pub internal: bool,
    /// Containers can be connected by hand.
    pub attachable: bool,
    /// It has IPv6.
    pub ipv6: bool,
    /// Address ranges.
    pub subnets: Vec<Subnet>,
    /// When it was made, in seconds since the Unix epoch.
    pub created: Option<u64>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
}

/// An address range of a network.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Subnet {
    /// Such as `172.18.0.0/16`.
    pub subnet: String,
    /// Address of the gateway.
    pub gateway: Option<String>,
}

/// Something that the engine reported.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct EngineEvent {
    /// When, in milliseconds since the Unix epoch.
    pub time_ms: u64,
    /// `container`, `image`, `volume`, `network`, ...
    pub object: String,
    /// Such as `start`, `die`, `exec_create: sh`.
    pub action: String,
    /// ID or name of the object.
    pub id: String,
    /// Its name for people, where the engine says it.
    pub name: String,
    /// More, such as `exitCode`.
    pub attributes: BTreeMap<String, String>,
}

/// Event of [`crate::call::Call::ContainerStats`]: one reading of each
/// container that was asked for and runs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct StatsReading {
    /// When, in milliseconds since the Unix epoch.
    pub time_ms: u64,
    /// One for each container.
    pub containers: Vec<ContainerStats>,
}

/// What a container uses.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ContainerStats {
    /// ID of the container.
    pub id: String,
    /// CPU time since the reading before, in percent of one CPU.
    pub cpu_percent: f64,
    /// Memory, without the page cache that can be dropped, in bytes.
    pub memory: u64,
    /// Its limit; the guest's memory without one.
    pub memory_limit: u64,
    /// Received over all networks since its start, in bytes.
    pub network_received: u64,
    /// Sent over all networks since its start, in bytes.
    pub network_sent: u64,
    /// Read from disks since its start, in bytes.
    pub disk_read: u64,
    /// Written to disks since its start, in bytes.
    pub disk_written: u64,
    /// Number of processes and threads.
    pub pids: u64,
}
