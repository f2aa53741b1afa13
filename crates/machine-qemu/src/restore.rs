//! Restoring a machine from its saved state.
//!
//! Order: compare, load, look at the data disk again, spend the state, record
//! the process, let the CPUs run. The state is spent before the CPUs run and
//! not after: the guest's memory and its file system agree only as long as
//! nothing was written, so a state that stays behind a running guest, even for
//! the moment in which the computer loses power, could be restored onto a disk
//! that has moved on, and would destroy it. The worst that this order costs is
//! a state that is gone though the guest never ran; then it boots, as after a
//! loss of power.
use std::{fs::File, io, path::Path, time::Duration};

use berth_machine::{Accelerator, MachineError};
use serde_json::{Value, json};
use tokio::{
    task::spawn_blocking,
    time::{MissedTickBehavior, interval},
};

use crate::{
    launch::{HalfStarted, ended_early},
    origin::{DiskIdentity, Origin},
    paths::RunPaths,
    qmp::{Qmp, QmpError},
    state::{self, StateHead},
    transfer::{Interrupt, SendError, send},
    vsock::{self, Blame},
};

/// How often QEMU is asked whether it has loaded everything.
const ASK_EVERY: Duration = Duration::from_millis(20);

/// A state that can be used as far as it is known.
#[derive(Debug)]
pub(crate) struct SavedState {
    pub(crate) head: StateHead,
    stream: File,
}

impl SavedState {
    /// Opens `file`.
    ///
    /// # Errors
    /// [`MachineError::Stale`] where it is absent or no state,
    /// [`MachineError::Io`].
    pub(crate) async fn open(file: &Path) -> Result<Self, MachineError> {
        let path = file.to_owned();
        let opened = spawn_blocking(move || state::open(&path)).await;
        match opened.map_err(io::Error::other).flatten() {
            Ok((stream, Some(head))) => Ok(Self { head, stream }),
            Ok((_, None)) => Err(stale("it is damaged or of another version of Berth")),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Err(stale("it is not there")),
            Err(source) => Err(MachineError::Io {
                what: format!("could not read {}", file.display()),
                source,
            }),
        }
    }

    /// Does it fit a machine of this origin and its data disk?
    ///
    /// # Errors
    /// [`MachineError::Stale`].
    pub(crate) fn compare(&self, now: &Origin) -> Result<(), MachineError> {
        if let Some(reason) = self.head.origin.misfit(now) {
            return Err(stale(reason));
        }
        self.check_disk(now.data_disk())
    }

    /// Is the data disk as it was when the machine was saved?
    ///
    /// # Errors
    /// [`MachineError::Stale`].
    pub(crate) fn check_disk(&self, disk: &Path) -> Result<(), MachineError> {
        match DiskIdentity::look(disk) {
            Ok(identity) if identity == self.head.disk => Ok(()),
            Ok(_) => Err(stale("the data disk was changed since it was saved")),
            Err(error) => Err(stale(format!("the data disk can't be looked at: {error}"))),
        }
    }

    /// What to run it with: what it ran with, where that can be had.
    ///
    /// One that was emulated can go on so anywhere, even where there is
    /// something faster by now: slow is better than lost.
    ///
    /// # Errors
    /// [`MachineError::Stale`].
    pub(crate) fn accelerator(&self, available: Accelerator) -> Result<Accelerator, MachineError> {
        match self.head.origin.accelerator() {
            Some(then) if then == available => Ok(then),
            Some(Accelerator::Emulation) => Ok(Accelerator::Emulation),
            Some(then) => Err(stale(format!(
                "it ran with {then}, which can't be used now"
            ))),
            None => Err(stale("it ran with an unknown accelerator")),
        }
    }

    /// Hands the stream to a QEMU that waits for it and returns when all of it
    /// was found whole and is loaded. The CPUs do not run yet.
    ///
    /// # Errors
    /// [`MachineError::Stale`] where QEMU can't load it, [`MachineError::Io`].
    pub(crate) async fn load(
        &self,
        started: &HalfStarted,
        paths: &RunPaths,
    ) -> Result<(), MachineError> {
        let qmp = started.qmp()?;
        let socket = paths.state_socket();
        let uri = format!("unix:{}", socket.display());
        command(qmp, "migrate-incoming", json!({"uri": uri})).await?;
        let failed = |source| MachineError::Io {
            what: "could not hand the saved state to QEMU".into(),
            source,
        };
        let connect = || {
            let stream = std::os::unix::net::UnixStream::connect(&socket)?;
            let interrupt = Interrupt::new(&stream)?;
            Ok((stream, interrupt, self.stream.try_clone()?))
        };
        let (stream, _interrupt, file) = connect().map_err(failed)?;
        let sent = spawn_blocking(move || send(file, stream)).await;
        match sent.map_err(|error| failed(io::Error::other(error)))? {
            Err(error @ SendError::Damaged(_)) => return Err(stale(error.to_string())),
            // QEMU's last words say more than the broken connection.
            Err(SendError::Refused(_)) | Ok(()) => {}
        }
        tokio::select! {
            biased;
            ended = started.process.ended() => {
                let error = ended_early(ended.status, paths).await;
                Err(stale(format!("QEMU could not load it ({error})")))
            }
            loaded = loaded(qmp) => loaded,
        }
    }
}

fn stale(reason: impl Into<String>) -> MachineError {
    MachineError::Stale {
        reason: reason.into(),
    }
}

/// A machine whose vsock can't be had again does not fit this host any more.
pub(crate) fn blame_vsock(error: MachineError) -> MachineError {
    match vsock::blame(&error) {
        Blame::Other => error,
        Blame::Taken => stale("another virtual machine has its vsock number"),
        Blame::Vsock => stale(format!("its vsock can't be had ({error})")),
    }
}

async fn command(
    qmp: &Qmp,
    command: &'static str,
    arguments: Value,
) -> Result<Value, MachineError> {
    let answer = qmp.execute(command, arguments).await;
    answer.map_err(|error: QmpError| MachineError::Command {
        command: command.into(),
        message: error.to_string(),
    })
}

/// Waits until QEMU no longer waits for a state. A QEMU that can't load one
/// ends. Source: QEMU's `qapi/run-state.json`.
async fn loaded(qmp: &Qmp) -> Result<(), MachineError> {
    let mut ticks = interval(ASK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Ok(answer) = qmp.execute("query-status", Value::Null).await else {
            // It is about to end, and its end says why.
            return std::future::pending().await;
        };
        match answer["status"].as_str() {
            Some("inmigrate") => {}
            Some("paused") => return Ok(()),
            other => {
                let status = other.unwrap_or("unknown");
                return Err(stale(format!("QEMU loaded it into the state '{status}'")));
            }
        }
    }
}

/// Makes sure that `file` is never restored again.
///
/// # Errors
/// [`MachineError::Io`]; then the machine must not run.
pub(crate) async fn spend(file: &Path) -> Result<(), MachineError> {
    let path = file.to_owned();
    let spent = spawn_blocking(move || state::spend(&path)).await;
    let spent = spent.map_err(io::Error::other).flatten();
    spent.map_err(|source| MachineError::Io {
        what: format!("could not remove the saved state {}", file.display()),
        source,
    })
}

/// Lets the CPUs run and returns when they do.
///
/// The second command matters: by its answer QEMU has told the guest that the
/// channel of before is closed, so that a connection which follows is a new one
/// for the guest too.
///
/// # Errors
/// [`MachineError::Command`].
pub(crate) async fn run(qmp: &Qmp) -> Result<(), MachineError> {
    command(qmp, "cont", Value::Null).await?;
    command(qmp, "query-status", Value::Null).await.map(drop)
}

#[cfg(test)]
mod tests;
