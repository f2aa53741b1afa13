//! What a hypervisor backend is, what it can do, and the choice of one.
//!
//! A backend gives four things: CPUs and memory, disks, one byte channel, and
//! (as data in [`Features`]) save and restore. Everything else is ours and is
//! written once, above this crate. The contract:
//!
//! - [`Backend::probe`] changes nothing and may be called at any time.
//! - [`Backend::start`] returns when the guest's CPUs run, not when it booted.
//!   Dropping its future undoes what it did.
//! - [`Backend::adopt`] finds a machine that an earlier process of ours started
//!   with the same [`MachineSpec::run_dir`], and never starts one.
//! - A [`Machine`] outlives its handle where [`Features::survives_owner`] says
//!   so: dropping the handle stops nothing.
//! - [`Machine::open_channel`] may be called again at any time; a new channel
//!   ends the one before it.
//! - All methods may be called concurrently.
use std::{fmt, path::PathBuf, sync::Arc};

use async_trait::async_trait;
use tokio::io::{AsyncRead, AsyncWrite};

/// A machine to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineSpec {
    /// Folder for sockets, PID files and logs of this machine; exists, private
    /// to the user, on a path short enough for Unix sockets.
    pub run_dir: PathBuf,
    /// Uncompressed kernel.
    pub kernel: PathBuf,
    /// Initial RAM disk.
    pub initrd: PathBuf,
    /// Read-only root image.
    pub root_image: PathBuf,
    /// Writable disk, raw and sparse.
    pub data_disk: PathBuf,
    /// Kernel command line, without the console.
    pub cmdline: String,
    /// Number of CPUs.
    pub cpus: u32,
    /// Memory, in bytes.
    pub memory_bytes: u64,
    /// Serial console output goes here.
    pub console_log: PathBuf,
}

/// What a backend can do, as data, so that callers never ask which one it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Features {
    /// The machine goes on when the process that started it dies.
    pub survives_owner: bool,
    /// The machine can be saved to a file and restored.
    pub save_restore: bool,
    /// The data disk can grow while the machine runs.
    pub online_grow: bool,
}

/// What a probe found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackendInfo {
    /// Name for people, such as `QEMU`.
    pub name: &'static str,
    /// Version of the hypervisor program or system.
    pub version: String,
    /// What will run the guest's instructions.
    pub accelerator: Accelerator,
    /// Why it is not the fast one, and what to do; `None` when it is.
    pub slow_because: Option<String>,
    /// What it can do.
    pub features: Features,
}

/// What runs the guest's instructions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accelerator {
    /// Linux KVM.
    Kvm,
    /// macOS Hypervisor.framework.
    Hvf,
    /// Windows Hypervisor Platform.
    Whpx,
    /// Software emulation: correct and slow.
    Emulation,
}

impl fmt::Display for Accelerator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kvm => "KVM",
            Self::Hvf => "HVF",
            Self::Whpx => "WHPX",
            Self::Emulation => "software emulation",
        })
    }
}

/// Why a machine can't be had, with the next step in [`MachineError::hint`].
#[derive(Debug, thiserror::Error)]
pub enum MachineError {
    /// The hypervisor is not installed.
    #[error("{program} is not installed")]
    Missing {
        /// Program that was looked for.
        program: String,
        /// How to get it.
        hint: String,
    },
    /// The hypervisor is there but this user may not use it.
    #[error("no permission for {what}")]
    Permission {
        /// What is refused.
        what: String,
        /// How to get it.
        hint: String,
    },
    /// The hypervisor refused to start the machine.
    #[error("the virtual machine did not start: {message}")]
    Start {
        /// What it said.
        message: String,
        /// What to do.
        hint: String,
    },
    /// The running machine does not do what was asked.
    #[error("the virtual machine refused '{command}': {message}")]
    Command {
        /// What was asked.
        command: String,
        /// What it answered.
        message: String,
    },
    /// The machine is not running.
    #[error("the virtual machine is not running")]
    Gone,
    /// A file or socket operation failed.
    #[error("{what}")]
    Io {
        /// What was tried.
        what: String,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
}

impl MachineError {
    /// The next step for the user, if there is one.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Missing { hint, .. }
            | Self::Permission { hint, .. }
            | Self::Start { hint, .. } => Some(hint),
            Self::Command { .. } | Self::Gone | Self::Io { .. } => None,
        }
    }
}

/// How a machine ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exit {
    /// It powered off by itself.
    pub orderly: bool,
    /// One sentence, such as `QEMU was killed by signal 9`.
    pub description: String,
}

/// A byte channel into the guest.
pub trait Channel: AsyncRead + AsyncWrite + Send + Unpin + 'static {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin + 'static> Channel for T {}

/// A hypervisor.
#[async_trait]
pub trait Backend: Send + Sync + fmt::Debug {
    /// Is it there, may we use it, and what can it do?
    ///
    /// # Errors
    /// [`MachineError::Missing`] and [`MachineError::Permission`].
    async fn probe(&self) -> Result<BackendInfo, MachineError>;

    /// Starts a machine.
    ///
    /// # Errors
    /// Any [`MachineError`]; nothing is left running.
    async fn start(&self, spec: &MachineSpec) -> Result<Arc<dyn Machine>, MachineError>;

    /// Takes over a running machine, `None` if there is none.
    ///
    /// # Errors
    /// Any [`MachineError`].
    async fn adopt(&self, spec: &MachineSpec) -> Result<Option<Arc<dyn Machine>>, MachineError>;
}

/// A running machine.
#[async_trait]
pub trait Machine: Send + Sync + fmt::Debug {
    /// What runs its instructions, known once it runs.
    fn accelerator(&self) -> Accelerator;

    /// A plain warning about how it runs (fell back to emulation), if any.
    fn warning(&self) -> Option<String>;

    /// Process that is the machine, where there is one.
    fn pid(&self) -> Option<u32>;

    /// Connects to the channel.
    ///
    /// # Errors
    /// [`MachineError::Gone`], [`MachineError::Io`].
    async fn open_channel(&self) -> Result<Box<dyn Channel>, MachineError>;

    /// Waits for its end. May be called by several callers.
    async fn exited(&self) -> Exit;

    /// Ends it at once, as pulling the plug does. Idempotent.
    ///
    /// # Errors
    /// [`MachineError::Io`].
    async fn kill(&self) -> Result<(), MachineError>;

    /// Tells it that the data disk's file has grown to this many bytes.
    ///
    /// # Errors
    /// [`MachineError::Command`], [`MachineError::Gone`].
    async fn grow_data_disk(&self, bytes: u64) -> Result<(), MachineError>;
}
