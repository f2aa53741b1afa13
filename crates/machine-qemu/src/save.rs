//! Saving a machine: its memory goes to a file and its process ends.
//!
//! Order: pause, stream, name the disk's last state, publish the file, end the
//! process. Up to the publication everything can be undone, and is where a step
//! fails or the caller goes; from then on the machine is the file. Where this
//! process dies in between, QEMU stays paused, and the next one that adopts it
//! lets it go on (see [`resume`]).
use std::{
    convert::Infallible,
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use berth_machine::MachineError;
use serde_json::{Value, json};
use tokio::{
    net::{UnixListener, UnixStream},
    sync::{Mutex, oneshot},
    task::spawn_blocking,
    time::{MissedTickBehavior, interval},
};

use crate::{
    origin::{DiskIdentity, Origin},
    paths::RunPaths,
    process::Process,
    qmp::{Qmp, QmpError},
    state::{PartialState, StateHead},
    transfer::{Interrupt, receive},
};

/// How often QEMU is asked how far it is. It has an event for that too, which
/// may get lost in a full queue where an answer can't.
const ASK_EVERY: Duration = Duration::from_millis(20);

/// In bytes a second: more than any memory moves. QEMU's own limit is 128 MiB
/// a second, to leave some network to others.
const BANDWIDTH: u64 = 1 << 40;

/// Why a machine was not saved.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SaveError {
    #[error("an older version of Berth started it, which did not note from what")]
    UnknownOrigin,
    #[error("it is being saved already")]
    Busy,
    #[error("it was cancelled")]
    Cancelled,
    #[error("QEMU refused '{command}'")]
    Qmp {
        command: &'static str,
        #[source]
        source: QmpError,
    },
    #[error("QEMU gave up: {0}")]
    GivenUp(String),
    #[error("{what}")]
    Io {
        what: String,
        #[source]
        source: io::Error,
    },
}

impl SaveError {
    fn into_machine_error(self) -> MachineError {
        let hint = match &self {
            Self::Busy => "wait until it is done",
            Self::UnknownOrigin => "stop it and start it again once",
            Self::Io { source, .. } if is_full(source.kind()) => {
                "free some space on that disk, or stop the virtual machine instead"
            }
            _ => "try again, or stop the virtual machine instead",
        };
        let source = std::error::Error::source(&self);
        let reason = source
            .map(|source| format!(": {source}"))
            .unwrap_or_default();
        MachineError::Save {
            message: format!("{self}{reason}"),
            hint: hint.into(),
        }
    }
}

fn is_full(kind: io::ErrorKind) -> bool {
    matches!(
        kind,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

fn io_error(what: impl Into<String>) -> impl FnOnce(io::Error) -> SaveError {
    let what = what.into();
    |source| SaveError::Io { what, source }
}

/// A machine as far as saving it goes.
#[derive(Debug, Clone)]
pub(crate) struct Saver {
    pub(crate) process: Process,
    pub(crate) qmp: Arc<Qmp>,
    pub(crate) paths: RunPaths,
    pub(crate) origin: Option<Origin>,
    /// Set before the process of a saved machine is ended.
    pub(crate) saved: Arc<AtomicBool>,
    /// One save at a time.
    pub(crate) turn: Arc<Mutex<()>>,
}

impl Saver {
    /// Saves to `file` and ends the process with `end`, or lets the machine go
    /// on. It goes on as well when the sender of `cancelled` is dropped before
    /// the file is complete.
    ///
    /// # Errors
    /// [`MachineError::Save`], [`MachineError::Gone`].
    pub(crate) async fn save(
        self,
        file: PathBuf,
        cancelled: oneshot::Receiver<Infallible>,
        end: impl Future<Output = Result<(), MachineError>>,
    ) -> Result<(), MachineError> {
        let Ok(_turn) = self.turn.try_lock() else {
            return Err(SaveError::Busy.into_machine_error());
        };
        let written = tokio::select! {
            biased;
            _ = cancelled => Err(SaveError::Cancelled),
            written = self.write(&file) => written,
        };
        let published = match written {
            Ok(partial) => publish(partial, file.clone()).await,
            Err(error) => Err(error),
        };
        if let Err(error) = published {
            return Err(self.undo(error).await);
        }
        self.saved.store(true, Ordering::Release);
        if let Err(error) = end.await {
            // It runs on, so the file must not be taken for its last state.
            self.saved.store(false, Ordering::Release);
            remove(&file).await;
            self.undo(SaveError::Cancelled).await;
            return Err(error);
        }
        Ok(())
    }

    /// Writes the whole state under a temporary name.
    async fn write(&self, file: &Path) -> Result<PartialState, SaveError> {
        let origin = self.origin.clone().ok_or(SaveError::UnknownOrigin)?;
        let (partial, writer) = create(file.to_owned()).await?;
        let listener = Listener::bind(self.paths.state_socket())?;
        self.command("stop", Value::Null).await?;
        let parameters = json!({"max-bandwidth": BANDWIDTH});
        self.command("migrate-set-parameters", parameters).await?;
        let uri = format!("unix:{}", listener.path.display());
        self.command("migrate", json!({"uri": uri})).await?;
        let stream = self.accept(listener).await?;
        let _interrupt = Interrupt::new(&stream).map_err(io_error("could not watch QEMU"))?;
        let receiving = spawn_blocking(move || receive(stream, writer));
        let (received, settled) = tokio::join!(receiving, settled(&self.qmp));
        let failed = io_error(format!("could not write {}", file.display()));
        let bytes = received
            .map_err(io::Error::other)
            .flatten()
            .map_err(failed)?;
        tracing::debug!(bytes, "received the machine's state");
        completed(&settled.map_err(refused("query-migrate"))?)?;
        finish(partial, origin).await
    }

    /// QEMU's connection, unless it gives up before.
    async fn accept(
        &self,
        listener: Listener,
    ) -> Result<std::os::unix::net::UnixStream, SaveError> {
        let stream = tokio::select! {
            accepted = listener.socket.accept() => accepted.map(|(stream, _)| stream),
            settled = settled(&self.qmp) => {
                let settled = settled.map_err(refused("query-migrate"))?;
                return Err(SaveError::GivenUp(reason(&settled)));
            }
        };
        let blocking = |stream: UnixStream| {
            let stream = stream.into_std()?;
            stream.set_nonblocking(false)?;
            Ok(stream)
        };
        stream
            .and_then(blocking)
            .map_err(io_error("QEMU did not connect"))
    }

    async fn command(&self, command: &'static str, arguments: Value) -> Result<Value, SaveError> {
        let answer = self.qmp.execute(command, arguments).await;
        answer.map_err(refused(command))
    }

    /// Lets the machine go on after a save that failed.
    async fn undo(&self, error: SaveError) -> MachineError {
        if let Err(error) = resume(&self.qmp).await {
            if self.process.has_ended() {
                return MachineError::Gone;
            }
            tracing::error!(%error, "the machine does not go on after a failed save");
        }
        error.into_machine_error()
    }
}

fn refused(command: &'static str) -> impl FnOnce(QmpError) -> SaveError {
    move |source| SaveError::Qmp { command, source }
}

/// The socket for QEMU; dropping it removes its name.
#[derive(Debug)]
struct Listener {
    path: PathBuf,
    socket: UnixListener,
}

impl Listener {
    fn bind(path: PathBuf) -> Result<Self, SaveError> {
        // One of a save that was cut short may be there still.
        let _ = std::fs::remove_file(&path);
        let bound = UnixListener::bind(&path);
        let socket = bound.map_err(io_error("could not listen for QEMU"))?;
        Ok(Self { path, socket })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // Where it fails, the next save or start removes it.
        let _ = std::fs::remove_file(&self.path);
    }
}

async fn create(file: PathBuf) -> Result<(PartialState, std::fs::File), SaveError> {
    let failed = io_error(format!("could not create {}", file.display()));
    let created = spawn_blocking(move || PartialState::create(&file)).await;
    created.map_err(io::Error::other).flatten().map_err(failed)
}

/// Completes the file. The guest's disks are given up by now: no write of QEMU
/// can follow, and what it wrote is made to last together with its time, which
/// is what the state will be held against.
async fn finish(partial: PartialState, origin: Origin) -> Result<PartialState, SaveError> {
    let finished = spawn_blocking(move || {
        std::fs::File::open(origin.data_disk())?.sync_all()?;
        let disk = DiskIdentity::look(origin.data_disk())?;
        partial.finish(&StateHead { origin, disk })?;
        Ok(partial)
    });
    let finished = finished.await.map_err(io::Error::other).flatten();
    finished.map_err(io_error("could not complete the state"))
}

async fn publish(mut partial: PartialState, file: PathBuf) -> Result<(), SaveError> {
    let failed = io_error(format!("could not name {}", file.display()));
    let published = spawn_blocking(move || {
        partial.publish().inspect_err(|_| {
            // Half published is not published: the machine will go on.
            let _ = std::fs::remove_file(&file);
        })
    });
    published
        .await
        .map_err(io::Error::other)
        .flatten()
        .map_err(failed)
}

async fn remove(file: &Path) {
    if let Err(error) = tokio::fs::remove_file(file).await {
        tracing::error!(%error, "could not remove a state that is no longer true");
    }
}

/// Waits until QEMU's migration, if there was one, is over; returns the answer
/// of `query-migrate`. Source: QEMU's `qapi/migration.json`.
async fn settled(qmp: &Qmp) -> Result<Value, QmpError> {
    let mut ticks = interval(ASK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let answer = qmp.execute("query-migrate", Value::Null).await?;
        match answer["status"].as_str() {
            None | Some("none" | "completed" | "failed" | "cancelled") => return Ok(answer),
            Some(_) => {}
        }
    }
}

fn completed(answer: &Value) -> Result<(), SaveError> {
    match answer["status"].as_str() {
        Some("completed") => Ok(()),
        _ => Err(SaveError::GivenUp(reason(answer))),
    }
}

/// QEMU's own words, else the state that it reports.
fn reason(answer: &Value) -> String {
    let words = [&answer["error-desc"], &answer["status"]];
    let said = words.into_iter().find_map(Value::as_str);
    said.unwrap_or("no reason").to_owned()
}

/// Lets a machine go on that was paused for a save, however far that came. A
/// completed one has given its disks up and takes them back.
///
/// # Errors
/// Those of `cont`.
pub(crate) async fn resume(qmp: &Qmp) -> Result<(), QmpError> {
    // It is refused where no migration is under way, which is as well.
    let _ = qmp.execute("migrate_cancel", Value::Null).await;
    settled(qmp).await?;
    let mut ticks = interval(ASK_EVERY);
    loop {
        ticks.tick().await;
        let status = qmp.execute("query-status", Value::Null).await?;
        // QEMU tears a migration down after it has announced its end.
        if status["status"] != "finish-migrate" {
            return qmp.execute("cont", Value::Null).await.map(drop);
        }
    }
}

/// Lets an adopted machine go on whose save was cut short.
///
/// # Errors
/// Those of the commands.
pub(crate) async fn resume_if_paused(qmp: &Qmp) -> Result<(), QmpError> {
    let status = qmp.execute("query-status", Value::Null).await?;
    match status["status"].as_str() {
        Some("paused" | "postmigrate" | "finish-migrate") => {
            tracing::warn!("the machine was paused by a save that was cut short; it goes on");
            resume(qmp).await
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
pub(crate) mod tests;
