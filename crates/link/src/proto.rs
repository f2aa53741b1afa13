//! What host and guest say to each other: the services that a stream can be
//! opened for, and the messages inside the structured ones.
//!
//! Bytes never mean anything here by their position alone: a stream begins with
//! one header ([`GuestService`] or [`HostService`], JSON in a length-prefixed
//! frame) and is then either raw bytes or a sequence of such frames, as the
//! service says. There is no acknowledgement of an opened stream: a refusal is
//! a reset, so that opening costs no round trip.
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, net::SocketAddr};

/// Protocol version of this build. A different major number is refused, a
/// different minor one is tolerated.
pub const VERSION: Version = Version { major: 1, minor: 0 };

/// Largest structured frame that either side accepts, in bytes.
pub const MAX_FRAME: usize = 1 << 20;

/// Ports that the engine picks random host ports from: the guest's range of local
/// ports, kept clear of the ranges that hosts use for outgoing connections (32768
/// and up on Linux, 49152 and up elsewhere, IANA's range).
pub const RANDOM_PORTS: std::ops::RangeInclusive<u16> = 20000..=32767;

/// Port of the guest's vsock listener, where the machine has a vsock device. Its
/// connections carry the same bytes as the serial port, once the host has sent
/// the key that begins with [`VSOCK_KEY_PREFIX`]: a vsock asks nobody which
/// user connects, and any user of the host could. Above 1023, which vsock(7)
/// keeps for privileged programs.
pub const VSOCK_PORT: u32 = 1024;

/// How the machine's OEM string (SMBIOS structure 11, which only root of the
/// guest reads) begins that is the key to [`VSOCK_PORT`]. The host sends the
/// whole string, without an end mark.
pub const VSOCK_KEY_PREFIX: &str = "dev.berth.vsock=";

/// Version of the protocol between host and guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Changed when an older peer can't understand a newer one.
    pub major: u16,
    /// Changed when something was added that an older peer may ignore.
    pub minor: u16,
}

/// Services that the guest offers to the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "service", rename_all = "snake_case")]
pub enum GuestService {
    /// Raw bytes to the engine's own socket in the guest.
    Docker,
    /// One [`ControlRequest`] frame, answered by one [`ControlReply`] frame.
    Control,
    /// Raw bytes to a TCP address as seen in the guest.
    Tcp {
        /// Where to connect.
        target: SocketAddr,
    },
    /// UDP datagrams to and from an address as seen in the guest: each a frame
    /// with a 16-bit big-endian length before it.
    Udp {
        /// Where to send.
        target: SocketAddr,
    },
    /// Run a program in the guest; then [`ExecFrame`]s both ways.
    Exec(ExecRequest),
}

/// Services that the host offers to the guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "service", rename_all = "snake_case")]
pub enum HostService {
    /// IP packets, each with a 16-bit big-endian length before it.
    Net,
    /// Bind a host port. The host answers with one [`ExposeReply`] frame; the
    /// port stays bound until either side closes the stream.
    Expose(ExposeRequest),
    /// A stream of [`GuestEvent`] frames from guest to host.
    Events,
}

/// Transport protocol of a published port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

/// A published port: bind `host` on the host, carry traffic to `target` as
/// seen in the guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ExposeRequest {
    /// TCP or UDP.
    pub transport: Transport,
    /// The very address that was asked for, port included.
    pub host: SocketAddr,
    /// Where the traffic goes in the guest.
    pub target: SocketAddr,
}

/// Answer to [`HostService::Expose`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum ExposeReply {
    /// The port is bound and accepts connections.
    Bound,
    /// The host has no such address family; nothing is bound and nothing is
    /// wrong (`[::]` on a host without IPv6).
    Skipped,
    /// The port could not be bound.
    Refused {
        /// One sentence for the user: the port, and the program and PID that hold it.
        message: String,
    },
}

/// What the host asks of the agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum ControlRequest {
    /// Boot report and engine state.
    Info,
    /// Set the guest's wall clock.
    SetClock {
        /// Nanoseconds since the Unix epoch, UTC.
        unix_nanos: i64,
    },
    /// Apply settings; only those that differ cause a restart of the engine.
    Configure(EngineConfig),
    /// Stop containers with their stop signals, then the engine, unmount and
    /// power off. Answered before the power goes.
    Shutdown {
        /// How long containers may take, in seconds, before they are killed.
        grace_seconds: u32,
    },
    /// Grow the data file system to the size of its disk.
    GrowData,
    /// The newest lines of a log in the guest.
    Logs {
        /// `agent`, `dockerd`, `containerd` or `kernel`.
        source: String,
        /// How many lines at most.
        lines: u32,
    },
}

/// Answer to a [`ControlRequest`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "one at a time is made, sent and taken apart"
)]
pub enum ControlReply {
    /// Done, nothing to say.
    Done,
    /// Answer to [`ControlRequest::Info`].
    Info(GuestInfo),
    /// Answer to [`ControlRequest::Logs`].
    Logs {
        /// Lines, oldest first.
        lines: Vec<String>,
    },
    /// The request failed.
    Failed {
        /// What went wrong, one sentence.
        message: String,
    },
}

/// Settings that the host gives to the engine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EngineConfig {
    /// Proxy variables for the engine (`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`).
    pub proxy: BTreeMap<String, String>,
    /// PEM certificates that the engine trusts besides its own bundle.
    pub ca_certificates: String,
    /// Keys merged over Berth's own `daemon.json`.
    pub daemon_json: serde_json::Map<String, serde_json::Value>,
}

/// Boot report and engine state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GuestInfo {
    /// Version of the agent.
    pub agent_version: String,
    /// Kernel release.
    pub kernel: String,
    /// Random for each boot (`/proc/sys/kernel/random/boot_id`).
    pub boot_id: String,
    /// Stages passed so far, in order of completion.
    pub stages: Vec<BootStage>,
    /// State of the engine.
    pub engine: EngineState,
    /// Size of the data file system, in bytes.
    pub data_bytes: u64,
    /// Free space on it, in bytes.
    pub data_free_bytes: u64,
    /// Memory of the guest, in bytes.
    pub memory_bytes: u64,
    /// Memory that programs could still take, in bytes.
    pub memory_available_bytes: u64,
    /// Received over the guest's network since its start, in bytes.
    #[serde(default)]
    pub network_received: Option<u64>,
    /// Sent over it.
    #[serde(default)]
    pub network_sent: Option<u64>,
}

/// One stage of the guest's boot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BootStage {
    /// Short name: `kernel`, `root`, `data`, `network`, `containerd`, `dockerd`.
    pub name: String,
    /// When it ended, in milliseconds since the kernel started.
    pub ended_ms: u64,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
}

/// State of the engine in the guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum EngineState {
    /// Not answering yet.
    Starting,
    /// `/_ping` answers.
    Running {
        /// Its version, such as `28.5.2`.
        version: String,
    },
    /// It can't be started, or died and is being restarted.
    Failed {
        /// The part that failed: `data`, `containerd`, `dockerd`.
        part: String,
        /// Why, one sentence.
        cause: String,
        /// The last lines that it wrote.
        log: Vec<String>,
    },
    /// Being shut down.
    Stopping,
}

/// What the guest reports without being asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum GuestEvent {
    /// A boot stage ended.
    Stage(BootStage),
    /// The engine's state changed.
    Engine(EngineState),
    /// A published port could not be bound again after the host came back.
    PortLost {
        /// Which one.
        port: ExposeRequest,
        /// Why.
        message: String,
    },
}

/// Program to run in the guest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExecRequest {
    /// Program and arguments; empty means a login shell.
    pub argv: Vec<String>,
    /// Additional environment.
    pub env: BTreeMap<String, String>,
    /// Give it a terminal.
    pub tty: bool,
    /// Size of the terminal: columns, rows.
    pub size: (u16, u16),
}

/// Frames of an exec session. Bytes travel base-free: a frame is one type
/// byte and its payload inside the usual length prefix, see `exec`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExecFrame {
    /// To the program's standard input; empty means end of input.
    Stdin(Vec<u8>),
    /// From its standard output.
    Stdout(Vec<u8>),
    /// From its standard error.
    Stderr(Vec<u8>),
    /// New terminal size: columns, rows.
    Resize(u16, u16),
    /// It ended with this exit code (128 + signal when killed).
    Exit(i32),
    /// It could not be started.
    Failed(String),
}
