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
//! - A saved state is restored at most once: [`Backend::restore`] removes it
//!   before the guest's CPUs run, because from then on the data disk changes
//!   under what the state remembers of it.
//! - All methods may be called concurrently.
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

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
    /// The machine can be saved to a file and restored, see [`Machine::save`].
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
    /// The machine could not be saved; it goes on running, unless it ended.
    #[error("the virtual machine could not be saved: {message}")]
    Save {
        /// What went wrong.
        message: String,
        /// What to do.
        hint: String,
    },
    /// The saved state can't be used, now or later. Start the machine instead
    /// and remove the state.
    #[error("the saved state of the virtual machine can't be used: {reason}")]
    Stale {
        /// Why, such as `the data disk was changed since`.
        reason: String,
    },
    /// The backend can't do this at all, see [`Features`].
    #[error("this hypervisor can't {what}")]
    Unsupported {
        /// What was asked, as a verb, such as `save a virtual machine`.
        what: &'static str,
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
            | Self::Start { hint, .. }
            | Self::Save { hint, .. } => Some(hint),
            Self::Command { .. }
            | Self::Stale { .. }
            | Self::Unsupported { .. }
            | Self::Gone
            | Self::Io { .. } => None,
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

    /// Goes on with the machine that [`Machine::save`] wrote to `file`. The
    /// spec must be the one that it was started with; its run folder and
    /// console log may differ.
    ///
    /// `file` is removed before the guest's CPUs run, so that no state is
    /// restored twice; while it is there, the guest has not run. Dropping the
    /// future leaves nothing running.
    ///
    /// # Errors
    /// [`MachineError::Stale`] where the state does not fit what is there now
    /// or is damaged, before anything is started as far as that can be known;
    /// the caller removes the file and starts the machine.
    /// [`MachineError::Unsupported`], and any other; nothing is left running.
    async fn restore(
        &self,
        _spec: &MachineSpec,
        _file: &Path,
    ) -> Result<Arc<dyn Machine>, MachineError> {
        Err(MachineError::Unsupported {
            what: "restore a virtual machine",
        })
    }
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

    /// Pauses the machine, writes out its disks, writes its memory and devices
    /// to `file` (whole or not at all, replacing an older state), and ends it.
    /// [`Machine::exited`] then tells an orderly end. An open channel ends with
    /// the machine; what was under way in it is lost.
    ///
    /// Where it fails, or where its future is dropped before the file is
    /// complete, the machine goes on and `file` is as it was before.
    ///
    /// # Errors
    /// [`MachineError::Save`], [`MachineError::Gone`],
    /// [`MachineError::Unsupported`].
    async fn save(&self, _file: &Path) -> Result<(), MachineError> {
        Err(MachineError::Unsupported {
            what: "save a virtual machine",
        })
    }
}
