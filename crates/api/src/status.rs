//! The state of everything, as `berth status` and the window show it.
use std::{net::SocketAddr, path::PathBuf};

use berth_link::proto::Transport;
use berth_model::{
    size::ByteSize,
    state::{RestartCost, VmState},
};
use serde::{Deserialize, Serialize};

/// Result of [`crate::call::Call::Status`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Status {
    /// The daemon.
    pub daemon: DaemonStatus,
    /// The virtual machine.
    pub vm: VmStatus,
    /// The Docker Engine in it.
    pub engine: EngineStatus,
    /// How clients reach the engine.
    pub docker: DockerEndpoint,
    /// Host ports that are bound now.
    pub ports: Vec<PortStatus>,
    /// The last thing that went wrong and is worth knowing.
    pub last_incident: Option<Incident>,
    /// Key of the VM image in use, `None` if there is none.
    pub image: Option<String>,
    /// What is wrong or unusual now, one sentence each.
    pub warnings: Vec<String>,
}

impl Status {
    /// Every warning once: of the hypervisor first, then all others.
    pub fn all_warnings(&self) -> impl Iterator<Item = &str> {
        let backend = self.vm.backend.as_ref();
        let slow = backend.and_then(|backend| backend.warning.as_deref());
        let others = self.warnings.iter().map(String::as_str);
        slow.into_iter()
            .chain(others.filter(move |other| slow != Some(*other)))
    }
}

/// The daemon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DaemonStatus {
    /// Its version.
    pub version: String,
    /// Its process.
    pub pid: u32,
    /// Since when, in seconds.
    pub uptime_seconds: u64,
}

/// The virtual machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct VmStatus {
    /// Its state: `state`, and fields that go with it.
    #[serde(flatten)]
    pub state: VmState,
    /// The hypervisor, `None` if none was found.
    pub backend: Option<BackendStatus>,
    /// Process that is the machine, where there is one.
    pub pid: Option<u32>,
    /// How long it has been running, in seconds.
    pub uptime_seconds: Option<u64>,
    /// Number of CPUs.
    pub cpus: u32,
    /// Memory.
    pub memory_bytes: ByteSize,
    /// The data disk.
    pub disk: DiskStatus,
    /// Stages of the newest boot, in order.
    pub stages: Vec<BootStage>,
    /// What the settings now in the file need before they hold.
    pub pending: RestartCost,
}

/// The hypervisor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct BackendStatus {
    /// Such as `QEMU`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What runs the guest's instructions, such as `KVM`.
    pub accelerator: String,
    /// Why that is not the fast one, and what to do.
    pub warning: Option<String>,
}

/// The data disk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DiskStatus {
    /// Its size as the guest sees it.
    pub size_bytes: ByteSize,
    /// What it takes on the host; it is sparse.
    pub host_used_bytes: ByteSize,
    /// What files take in it, known while the guest runs.
    pub guest_used_bytes: Option<ByteSize>,
}

/// One stage of a boot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct BootStage {
    /// Short name, such as `kernel`.
    pub name: String,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
}

/// The Docker Engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum EngineStatus {
    /// The machine does not run.
    Stopped,
    /// It does not answer yet.
    Starting,
    /// It answers.
    Running {
        /// Its version, such as `28.5.2`.
        version: String,
    },
    /// Being shut down.
    Stopping,
    /// It can't be started, or died and is being started again.
    Failed {
        /// The part that failed, such as `containerd`.
        part: String,
        /// Why, one sentence.
        cause: String,
    },
}

/// How clients reach the engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DockerEndpoint {
    /// The socket.
    pub socket: PathBuf,
    /// The Docker context; belongs to the user's Docker client, so a client of
    /// this API fills it in, not the daemon.
    #[serde(default)]
    pub context: Option<DockerContext>,
}

/// A Docker context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DockerContext {
    /// Its name.
    pub name: String,
    /// It leads to our socket.
    pub present: bool,
    /// Docker clients use it unless told otherwise.
    pub selected: bool,
}

/// A bound host port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PortStatus {
    /// TCP or UDP.
    #[cfg_attr(feature = "typescript", ts(type = "\"tcp\" | \"udp\""))]
    pub transport: Transport,
    /// Address and port on the host.
    pub host: SocketAddr,
    /// Where traffic goes in the guest.
    pub target: SocketAddr,
    /// Open connections (TCP) or flows (UDP).
    pub connections: u32,
}

/// Something that went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Incident {
    /// What happened, one sentence.
    pub what: String,
    /// When, in seconds since the Unix epoch.
    pub unix_seconds: u64,
    /// What the user can do, one sentence.
    pub next_step: Option<String>,
}
