//! What a client can ask.
use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    activity::{HistoryQuery, LogQuery},
    dashboard::{ComposeWrite, HostPath, PrefSet},
    task::TaskSpec,
};

/// A call: `method` names it, `params` holds its fields.
///
/// Each variant says what its events (if it streams) and its result are. Calls
/// without fields take no `params`; where all fields have defaults it may be
/// left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(
    tag = "method",
    content = "params",
    rename_all = "snake_case",
    deny_unknown_fields
)]
pub enum Call {
    /// Who is there? Result: [`HelloReply`]; fails with `version_mismatch`.
    Hello(Hello),
    /// Result: [`crate::status::Status`].
    Status,
    /// Starts the machine. Events: [`crate::event::Event`] while it waits.
    /// Result: [`crate::status::Status`]. Idempotent.
    Start(Start),
    /// Stops the machine. Events and result as for `Start`. Idempotent.
    Stop(Stop),
    /// Stops and starts the machine. Events and result as for `Start`.
    Restart(Restart),
    /// Writes the machine to the disk, containers and all, until the next call
    /// wakes it. Events and result as for `Start`. Idempotent.
    Suspend,
    /// Events: [`LogLine`]. Result: null, never with `follow`.
    Logs(Logs),
    /// Result: [`crate::report::ConfigReport`].
    ConfigGet,
    /// Result: [`crate::report::ConfigChange`].
    ConfigSet(ConfigSet),
    /// Result: [`crate::report::ConfigChange`].
    ConfigUnset(ConfigUnset),
    /// Result: [`crate::report::DoctorReport`].
    Doctor,
    /// Events: [`crate::event::Event`], from now on. Never ends by itself.
    Events,
    /// Result: [`crate::report::ImageReport`].
    ImageInfo,
    /// Runs a program in the guest. Must be the only call of its connection;
    /// after its (null) result the connection carries exec frames both ways.
    /// When the client closes the connection the program is ended.
    Exec(Exec),
    /// Ends the daemon. Result: null, sent before it ends.
    Quit(Quit),
    /// The live model. Events: [`crate::engine::WatchEvent`]. Never ends by itself,
    /// wakes nothing.
    Watch,
    /// Events: [`crate::engine::StatsReading`], about one a second. Never ends by
    /// itself, wakes nothing.
    ContainerStats(ContainerIds),
    /// Events: [`crate::activity::Meters`], about one a second. Never ends by itself.
    Meters,
    /// Result: [`crate::activity::History`].
    History(HistoryQuery),
    /// Events: [`crate::activity::LogBatch`]. Result: null, never with `follow`.
    ContainerLogs(LogQuery),
    /// Result: list of [`crate::activity::KeptLogs`].
    KeptLogs,
    /// Result: [`crate::activity::SpaceReport`].
    Space,
    /// Result: list of [`crate::activity::BuildRecord`], newest first.
    Builds,
    /// Result: [`crate::activity::BuildDetail`].
    Build(Reference),
    /// Begins a task, which goes on when the client leaves. Result:
    /// [`crate::task::Task`].
    TaskStart(TaskSpec),
    /// Ends a task that runs. Result: null.
    TaskCancel(TaskId),
    /// Clears a task that has ended from the list. Result: null.
    TaskClear(TaskId),
    /// Events: [`crate::task::TaskEvent`]. Never ends by itself.
    Tasks,
    /// Events: [`crate::task::TaskOutput`], from its first line on. Result: null,
    /// when the task has ended.
    TaskOutput(TaskId),
    /// Result: list of [`crate::dashboard::ComposeProject`], also such that only
    /// their file is known of.
    ComposeProjects,
    /// Reads a compose file. Result: [`crate::dashboard::ComposeFile`].
    ComposeRead(HostPath),
    /// Checks and writes a compose file. Result: [`crate::dashboard::ComposeFile`].
    ComposeWrite(ComposeWrite),
    /// Forgets a project that only its file is known of. Result: null.
    ComposeForget(Reference),
    /// Result: [`crate::dashboard::HostFolder`].
    HostFolder(HostPath),
    /// Result: [`crate::dashboard::Prefs`].
    Prefs,
    /// Result: null.
    PrefSet(PrefSet),
    /// Result: [`crate::dashboard::DashboardAddress`].
    Dashboard,
}

impl Call {
    /// Its name on the wire, for logs.
    pub fn method(&self) -> &'static str {
        match self {
            Self::Hello(_) => "hello",
            Self::Status => "status",
            Self::Start(_) => "start",
            Self::Stop(_) => "stop",
            Self::Restart(_) => "restart",
            Self::Suspend => "suspend",
            Self::Logs(_) => "logs",
            Self::ConfigGet => "config_get",
            Self::ConfigSet(_) => "config_set",
            Self::ConfigUnset(_) => "config_unset",
            Self::Doctor => "doctor",
            Self::Events => "events",
            Self::ImageInfo => "image_info",
            Self::Exec(_) => "exec",
            Self::Quit(_) => "quit",
            Self::Watch => "watch",
            Self::ContainerStats(_) => "container_stats",
            Self::Meters => "meters",
            Self::History(_) => "history",
            Self::ContainerLogs(_) => "container_logs",
            Self::KeptLogs => "kept_logs",
            Self::Space => "space",
            Self::Builds => "builds",
            Self::Build(_) => "build",
            Self::TaskStart(_) => "task_start",
            Self::TaskCancel(_) => "task_cancel",
            Self::TaskClear(_) => "task_clear",
            Self::Tasks => "tasks",
            Self::TaskOutput(_) => "task_output",
            Self::ComposeProjects => "compose_projects",
            Self::ComposeRead(_) => "compose_read",
            Self::ComposeWrite(_) => "compose_write",
            Self::ComposeForget(_) => "compose_forget",
            Self::HostFolder(_) => "host_folder",
            Self::Prefs => "prefs",
            Self::PrefSet(_) => "pref_set",
            Self::Dashboard => "dashboard",
        }
    }
}

/// Parameters of [`Call::Hello`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// Version of the client program.
    pub client_version: String,
    /// [`crate::API_VERSION`] of the client.
    pub api: u32,
}

/// Result of [`Call::Hello`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct HelloReply {
    /// Version of the daemon.
    pub daemon_version: String,
    /// [`crate::API_VERSION`] of the daemon.
    pub api: u32,
    /// Process ID of the daemon.
    pub pid: u32,
}

/// Parameters of [`Call::Start`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default, deny_unknown_fields)]
pub struct Start {
    /// Answer when the engine answers or the start has failed; else at once.
    pub wait: bool,
}

impl Default for Start {
    fn default() -> Self {
        Self { wait: true }
    }
}

/// Parameters of [`Call::Stop`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default, deny_unknown_fields)]
pub struct Stop {
    /// How long containers may take, in seconds; the daemon's default if unset.
    pub grace_seconds: Option<u32>,
    /// Pull the plug.
    pub force: bool,
}

/// Parameters of [`Call::Restart`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default, deny_unknown_fields)]
pub struct Restart {
    /// As for [`Stop`].
    pub grace_seconds: Option<u32>,
    /// As for [`Stop`].
    pub force: bool,
    /// As for [`Start`].
    pub wait: bool,
}

impl Default for Restart {
    fn default() -> Self {
        Self {
            grace_seconds: None,
            force: false,
            wait: true,
        }
    }
}

/// Parameters of [`Call::Logs`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default, deny_unknown_fields)]
pub struct Logs {
    /// Which log.
    pub source: LogSource,
    /// How many of its newest lines.
    pub lines: u32,
    /// Then go on with new lines until the client leaves.
    pub follow: bool,
}

impl Default for Logs {
    fn default() -> Self {
        Self {
            source: LogSource::Daemon,
            lines: 200,
            follow: false,
        }
    }
}

/// Event of [`Call::Logs`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LogLine {
    /// Without its end of line.
    pub line: String,
}

/// A log that can be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum LogSource {
    /// The daemon.
    #[default]
    Daemon,
    /// The guest's serial console.
    Console,
    /// The agent in the guest.
    Agent,
    /// The Docker Engine.
    Dockerd,
    /// containerd.
    Containerd,
    /// The guest's kernel.
    Kernel,
    /// The hypervisor program.
    Qemu,
}

impl LogSource {
    /// All of them, in the order in which people are offered them.
    pub const ALL: [Self; 7] = [
        Self::Daemon,
        Self::Console,
        Self::Agent,
        Self::Dockerd,
        Self::Containerd,
        Self::Kernel,
        Self::Qemu,
    ];

    /// Its name, on the wire too.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Daemon => "daemon",
            Self::Console => "console",
            Self::Agent => "agent",
            Self::Dockerd => "dockerd",
            Self::Containerd => "containerd",
            Self::Kernel => "kernel",
            Self::Qemu => "qemu",
        }
    }
}

impl fmt::Display for LogSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A name that is no [`LogSource`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no log '{0}': it is one of daemon, console, agent, dockerd, containerd, kernel, qemu"
)]
pub struct UnknownLog(String);

impl FromStr for LogSource {
    type Err = UnknownLog;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.into_iter();
        all.find(|source| source.name() == name)
            .ok_or_else(|| UnknownLog(name.to_owned()))
    }
}

/// Parameters of [`Call::ConfigSet`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ConfigSet {
    /// A key of the settings, such as `memory`.
    pub key: String,
    /// Its value as a person writes it, such as `4GiB`.
    pub value: String,
}

/// Parameters of [`Call::ConfigUnset`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ConfigUnset {
    /// A key of the settings.
    pub key: String,
}

/// Parameters of [`Call::Exec`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default, deny_unknown_fields)]
pub struct Exec {
    /// Program and arguments; empty means a login shell.
    pub argv: Vec<String>,
    /// Additional environment.
    pub env: BTreeMap<String, String>,
    /// Give it a terminal.
    pub tty: bool,
    /// Size of the terminal: columns, rows.
    pub size: (u16, u16),
}

impl From<Exec> for berth_link::proto::ExecRequest {
    fn from(exec: Exec) -> Self {
        Self {
            argv: exec.argv,
            env: exec.env,
            tty: exec.tty,
            size: exec.size,
        }
    }
}

/// Parameters of [`Call::Quit`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default, deny_unknown_fields)]
pub struct Quit {
    /// Stop the machine first; else it goes on where the hypervisor allows it.
    pub stop_vm: bool,
}

/// Parameters of [`Call::ContainerStats`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default, deny_unknown_fields)]
pub struct ContainerIds {
    /// IDs of containers; all that run when empty.
    pub ids: Vec<String>,
}

/// Parameters of calls about one task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct TaskId {
    /// Its number.
    pub id: u64,
}

/// Parameters of calls about one thing that has a name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Its name or ID.
    pub id: String,
}
