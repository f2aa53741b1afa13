//! One QEMU process: started or found again, watched to its end, killed.
//!
//! The process is in a session of its own and its output goes to a file, so it
//! needs nothing from us to go on. A task waits for its end and, when it is our
//! child, reaps it; that task ends with the process and not before.
use std::{
    ffi::OsString,
    fs::OpenOptions,
    io,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::Arc,
};

use berth_machine::Accelerator;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::{origin::Origin, paths::RunPaths, sys, vsock::Vsock};

/// Which process a machine is, kept in the run folder so that a later daemon
/// finds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ProcessRecord {
    pub(crate) pid: u32,
    /// See [`sys::process_identity`].
    pub(crate) identity: String,
    accelerator: String,
    #[serde(default)]
    pub(crate) warning: Option<String>,
    /// Its vsock turned out not to work, see [`crate::vsock`].
    #[serde(default)]
    pub(crate) serial_only: bool,
    /// What it was made of; unknown where an older version of ours started it.
    #[serde(default)]
    pub(crate) origin: Option<Origin>,
}

impl ProcessRecord {
    pub(crate) fn new(
        process: &Process,
        accelerator: Accelerator,
        warning: Option<String>,
    ) -> Self {
        Self {
            pid: process.pid,
            identity: process.identity.clone(),
            accelerator: accelerator_name(accelerator).into(),
            warning,
            serial_only: false,
            origin: None,
        }
    }

    /// The same with what the machine was made of.
    pub(crate) fn with_origin(self, origin: Origin) -> Self {
        Self {
            origin: Some(origin),
            ..self
        }
    }

    /// Its vsock, as far as that is to be used.
    pub(crate) fn vsock(&self) -> Option<Vsock> {
        let vsock = self.origin.as_ref()?.vsock();
        vsock.filter(|_| !self.serial_only).cloned()
    }

    pub(crate) fn accelerator(&self) -> Accelerator {
        [Accelerator::Kvm, Accelerator::Hvf, Accelerator::Whpx]
            .into_iter()
            .find(|a| accelerator_name(*a) == self.accelerator)
            .unwrap_or(Accelerator::Emulation)
    }

    /// Writes it whole or not at all.
    pub(crate) async fn write(&self, paths: &RunPaths) -> io::Result<()> {
        let file = paths.process_record();
        let new = file.with_extension("new");
        tokio::fs::write(&new, serde_json::to_vec(self)?).await?;
        tokio::fs::rename(new, file).await
    }

    /// Reads it; one that is damaged counts as absent.
    pub(crate) async fn read(paths: &RunPaths) -> io::Result<Option<Self>> {
        match tokio::fs::read(paths.process_record()).await {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        }
    }
}

fn accelerator_name(accelerator: Accelerator) -> &'static str {
    match accelerator {
        Accelerator::Kvm => "kvm",
        Accelerator::Hvf => "hvf",
        Accelerator::Whpx => "whpx",
        Accelerator::Emulation => "tcg",
    }
}

/// The end of a process; its status is known for a child only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) status: Option<ExitStatus>,
}

/// A process that is watched. Dropping it neither ends nor abandons it.
#[derive(Debug, Clone)]
pub(crate) struct Process {
    pub(crate) pid: u32,
    identity: String,
    handle: Arc<sys::ProcessHandle>,
    ended: watch::Receiver<Option<Ended>>,
}

impl Process {
    /// Starts `program`, its output appended to `log`.
    pub(crate) fn spawn(program: &Path, arguments: &[OsString], log: &Path) -> io::Result<Self> {
        let out = OpenOptions::new().append(true).create(true).open(log)?;
        let mut command = Command::new(program);
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stderr(out.try_clone()?)
            .stdout(out);
        let mut child = sys::spawn_detached(&mut command)?;
        let pid = child.id();
        match sys::ProcessHandle::open(pid) {
            // It may be a zombie already: then nobody can adopt it either.
            Ok(handle) => {
                let identity = sys::process_identity(pid).unwrap_or_default();
                Ok(Self::watched(pid, identity, handle, Some(child)))
            }
            Err(error) => {
                child.kill()?;
                child.wait()?;
                Err(error)
            }
        }
    }

    /// Finds the recorded process again, `None` if it has ended or its PID is
    /// now another's.
    pub(crate) fn find(record: &ProcessRecord) -> Option<Self> {
        let handle = sys::ProcessHandle::open(record.pid).ok()?;
        let identity = sys::process_identity(record.pid)?;
        (identity == record.identity).then(|| Self::watched(record.pid, identity, handle, None))
    }

    fn watched(
        pid: u32,
        identity: String,
        handle: sys::ProcessHandle,
        child: Option<Child>,
    ) -> Self {
        let handle = Arc::new(handle);
        let (sender, ended) = watch::channel(None);
        tokio::spawn(watch_to_end(Arc::clone(&handle), child, sender));
        Self {
            pid,
            identity,
            handle,
            ended,
        }
    }

    /// Waits for its end.
    pub(crate) async fn ended(&self) -> Ended {
        let mut ended = self.ended.clone();
        match ended.wait_for(Option::is_some).await {
            Ok(end) => end.unwrap_or(Ended { status: None }),
            // The watching task went with its runtime: nobody knows more.
            Err(_) => Ended { status: None },
        }
    }

    /// Has it ended?
    pub(crate) fn has_ended(&self) -> bool {
        self.ended.borrow().is_some()
    }

    /// Kills it, without waiting. Fine when it has ended.
    pub(crate) fn kill(&self) -> io::Result<()> {
        self.handle.kill()
    }
}

async fn watch_to_end(
    handle: Arc<sys::ProcessHandle>,
    child: Option<Child>,
    sender: watch::Sender<Option<Ended>>,
) {
    if let Err(error) = handle.ended().await {
        tracing::error!(%error, "the end of QEMU can't be waited for");
    }
    // It has ended, so this does not block; it reaps the zombie.
    let status = child.and_then(|mut child| child.wait().ok());
    sender.send_replace(Some(Ended { status }));
}

#[cfg(test)]
mod tests;
