//! Every file that this crate keeps in a machine's run folder.
use std::path::{Path, PathBuf};

/// Names of the files in [`berth_machine::MachineSpec::run_dir`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RunPaths {
    dir: PathBuf,
}

impl RunPaths {
    pub(crate) fn new(dir: &Path) -> Self {
        Self { dir: dir.into() }
    }

    /// Control socket of QEMU.
    pub(crate) fn qmp_socket(&self) -> PathBuf {
        self.dir.join("qmp.sock")
    }

    /// Host end of the byte channel.
    pub(crate) fn channel_socket(&self) -> PathBuf {
        self.dir.join("channel.sock")
    }

    /// Key to the guest's vsock while QEMU starts, see [`crate::vsock::Key`].
    pub(crate) fn vsock_key(&self) -> PathBuf {
        self.dir.join("vsock.key")
    }

    /// Where QEMU's memory passes while it is saved or restored.
    pub(crate) fn state_socket(&self) -> PathBuf {
        self.dir.join("state.sock")
    }

    /// What QEMU itself prints.
    pub(crate) fn qemu_log(&self) -> PathBuf {
        self.dir.join("qemu.log")
    }

    /// Which process the machine is, see [`crate::process::ProcessRecord`].
    pub(crate) fn process_record(&self) -> PathBuf {
        self.dir.join("qemu.json")
    }

    /// What the watchdog learned, see [`crate::verdict::Verdict`].
    pub(crate) fn verdict(&self) -> PathBuf {
        self.dir.join("accelerator.json")
    }
}
