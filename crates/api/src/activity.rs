//! What is measured and kept: meters over time, logs, space, builds.
use serde::{Deserialize, Serialize};

use crate::task::CleanUpItem;

/// Event of [`crate::call::Call::Meters`], about once a second.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Meters {
    /// When, in milliseconds since the Unix epoch.
    pub time_ms: u64,
    /// CPU of the host, in percent of all its CPUs.
    pub host_cpu_percent: f64,
    /// Memory of the host in use, in bytes.
    pub host_memory: u64,
    /// Memory of the host.
    pub host_memory_total: u64,
    /// Free bytes where the data disk lies.
    pub host_disk_free: u64,
    /// CPU of the machine's process, in percent of one CPU.
    pub vm_cpu_percent: Option<f64>,
    /// Host memory of the machine's process, in bytes.
    pub vm_memory: Option<u64>,
    /// CPU of the daemon, in percent of one CPU.
    pub daemon_cpu_percent: f64,
    /// Memory of the daemon, in bytes.
    pub daemon_memory: u64,
    /// Memory in use in the guest (without caches), in bytes.
    pub guest_memory: Option<u64>,
    /// Memory of the guest.
    pub guest_memory_total: Option<u64>,
    /// What files take on the data disk, in bytes.
    pub disk_used: Option<u64>,
    /// What the data disk takes on the host, in bytes.
    pub disk_host: u64,
    /// All containers: received since the machine's start, in bytes.
    pub network_received: Option<u64>,
    /// All containers: sent since the machine's start, in bytes.
    pub network_sent: Option<u64>,
}

/// Parameters of [`crate::call::Call::History`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default, deny_unknown_fields)]
pub struct HistoryQuery {
    /// Series: `host.cpu`, `host.memory`, `vm.cpu`, `vm.memory`, `guest.memory`,
    /// `disk.used`, `disk.host`, `network.received`, `network.sent` (both as
    /// bytes a second), or `<container id>/cpu` and `<container id>/memory`.
    pub series: Vec<String>,
    /// From, in milliseconds since the Unix epoch.
    pub since_ms: u64,
    /// Up to; now without.
    pub until_ms: Option<u64>,
    /// At most this many points of each.
    pub points: u32,
}

/// Result of [`crate::call::Call::History`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct History {
    /// One for each series that was asked for.
    pub series: Vec<Series>,
    /// What woke, started, stopped or suspended the machine in that time.
    pub marks: Vec<Mark>,
}

/// Values over time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Series {
    /// Its name.
    pub name: String,
    /// Times, in milliseconds since the Unix epoch.
    pub times_ms: Vec<u64>,
    /// Values; `None` where nothing was measured.
    pub values: Vec<Option<f64>>,
}

/// Something that happened to the machine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Mark {
    /// When, in milliseconds since the Unix epoch.
    pub time_ms: u64,
    /// `started`, `stopped`, `suspended`, `woken`, `failed`.
    pub what: String,
    /// By whom or what, one sentence.
    pub why: String,
}

/// Parameters of [`crate::call::Call::ContainerLogs`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default, deny_unknown_fields)]
pub struct LogQuery {
    /// IDs of containers, gone ones too; all that run when empty.
    pub containers: Vec<String>,
    /// At most this many of the newest lines of each, before following; all
    /// without.
    pub tail: Option<u32>,
    /// From, in milliseconds since the Unix epoch.
    pub since_ms: Option<u64>,
    /// Up to.
    pub until_ms: Option<u64>,
    /// Only lines that match this regular expression (Rust's syntax).
    pub pattern: Option<String>,
    /// Go on with new lines until the client leaves.
    pub follow: bool,
}

/// Event of [`crate::call::Call::ContainerLogs`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LogBatch {
    /// In order of time for each container; merged by time before `caught_up`.
    pub lines: Vec<LogRecord>,
    /// What was there already has been sent; from here on it is live.
    pub caught_up: bool,
}

/// One line of a container's log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LogRecord {
    /// ID of the container.
    pub container: String,
    /// When, in milliseconds since the Unix epoch.
    pub time_ms: u64,
    /// It came by the error output.
    pub stderr: bool,
    /// Without its end of line; invalid UTF-8 is replaced. At most
    /// [`MAX_LOG_LINE`] bytes.
    pub text: String,
    /// How many bytes were cut off.
    pub cut: u64,
}

/// Longest text of a [`LogRecord`], in bytes.
pub const MAX_LOG_LINE: usize = 64 << 10;

/// A container whose logs are kept though it is gone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct KeptLogs {
    /// Its ID.
    pub container: String,
    /// Its name.
    pub name: String,
    /// Its image.
    pub image: String,
    /// When it was removed, in milliseconds since the Unix epoch.
    pub removed_ms: u64,
    /// How many bytes are kept.
    pub bytes: u64,
}

/// Result of [`crate::call::Call::Space`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SpaceReport {
    /// Everything of Berth on the host, as a tree.
    pub root: SpaceNode,
    /// Free bytes of the host where the data disk lies.
    pub host_free: u64,
    /// When it was measured, in milliseconds since the Unix epoch.
    pub time_ms: u64,
}

/// Where bytes went.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SpaceNode {
    /// `berth`, `data`, `images`, `image`, `containers`, `container`, `volumes`,
    /// `volume`, `build_cache`, `cache_record`, `logs`, `kept_logs`, `system`,
    /// `suspended`, `reclaimable`, `other`.
    pub kind: String,
    /// For people: a name or a sentence; empty for groups, whose kind says it.
    pub name: String,
    /// Bytes on the host, children included.
    pub bytes: u64,
    /// How it can be removed, if it can now.
    pub remove: Option<CleanUpItem>,
    /// What keeps it from being removed, or what it is used by.
    pub note: Option<String>,
    /// When it was last used, in seconds since the Unix epoch.
    pub last_used: Option<u64>,
    /// Its parts.
    pub children: Vec<SpaceNode>,
}

/// A build that ended or runs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct BuildRecord {
    /// Its reference.
    pub id: String,
    /// Its name: a tag, or the folder.
    pub name: String,
    /// `running`, `done`, `failed` or `cancelled`.
    pub state: String,
    /// When it began, in milliseconds since the Unix epoch.
    pub started_ms: u64,
    /// How long it took, in milliseconds.
    pub took_ms: Option<u64>,
    /// Number of steps.
    pub steps: u32,
    /// How many of them came from the cache.
    pub cached: u32,
    /// The task, if it was started from here.
    pub task: Option<u64>,
    /// Why it failed.
    pub error: Option<String>,
}

/// Result of [`crate::call::Call::Build`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct BuildDetail {
    /// The build.
    pub record: BuildRecord,
    /// Its steps, in order.
    pub steps: Vec<BuildStep>,
}

/// A step of a build.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct BuildStep {
    /// Its digest.
    pub id: String,
    /// Such as `[builder 2/4] RUN make`.
    pub name: String,
    /// It came from the cache.
    pub cached: bool,
    /// When it began, in milliseconds after the build.
    pub started_ms: Option<u64>,
    /// How long it took, in milliseconds.
    pub took_ms: Option<u64>,
    /// Why it failed.
    pub error: Option<String>,
    /// What it wrote, the newest part.
    pub output: String,
}
