//! The virtual machine's life.
//!
//! One task, the supervisor, owns the machine. Everybody else holds a [`Vm`]:
//! it states what is desired (up or down) and watches what is ([`Snapshot`]).
//! Wishes are levels, not messages, so that two clients that both want it up
//! want one thing, and a stop overtakes a start that is under way.
mod dialer;
mod quiet;
mod snapshot;
mod supervisor;
#[cfg(test)]
mod tests;

use std::{path::PathBuf, sync::Arc, time::Duration};

use berth_api::event::Event;
use berth_link::proto::EngineConfig;
use berth_machine::Backend;
use berth_model::{home::Home, state::VmState};
use tokio::sync::{broadcast, watch};
use tokio_util::sync::CancellationToken;

pub use dialer::EngineDialer;
pub use quiet::QuietDialer;
pub use snapshot::Snapshot;
pub(crate) use supervisor::engine_status;

use crate::{failure::Failure, session::Serve};

/// What the settings say about the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Number of CPUs.
    pub cpus: u32,
    /// Memory, in bytes.
    pub memory_bytes: u64,
    /// Size of the data disk, in bytes.
    pub disk_bytes: u64,
    /// Settings of the engine.
    pub engine: EngineConfig,
}

/// How long things may take before they count as failed.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// From the start of the machine to the agent's first word.
    pub handshake: Duration,
    /// From there to the engine's first answer.
    pub engine: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        // Emulation on a busy machine takes a minute; hardware takes a second.
        // Waiting too long costs less than giving up on a boot that goes on.
        Self {
            handshake: Duration::from_secs(240),
            engine: Duration::from_secs(300),
        }
    }
}

/// What the supervisor is made of.
pub struct Parts {
    /// The hypervisor.
    pub backend: Arc<dyn Backend>,
    /// Where everything lies.
    pub home: Home,
    /// Finds the image's folder; asked at each start, so that an update holds.
    pub find_image: Box<dyn Fn() -> Option<PathBuf> + Send + Sync>,
    /// Free bytes on the disk that holds this path.
    pub free_space: Box<dyn Fn(&std::path::Path) -> u64 + Send + Sync>,
    /// The settings, read at each start.
    pub settings: watch::Receiver<Settings>,
    /// Serves what the guest asks of the host.
    pub serve: Serve,
    /// Where events go.
    pub events: broadcast::Sender<Event>,
    /// Limits.
    pub patience: Patience,
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parts")
            .field("backend", &self.backend)
            .finish_non_exhaustive()
    }
}

/// How to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopMode {
    /// Containers get their stop signals and this many seconds.
    Orderly(u32),
    /// The plug is pulled.
    Force,
}

/// Grace for containers when nobody says otherwise, in seconds: Docker's own.
pub const DEFAULT_GRACE: u32 = 10;

/// What the machine shall be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Up,
    /// On the disk, to be woken by the next call.
    Asleep,
    Down,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Desired {
    /// Counts wishes, so that an outcome can be matched to one.
    serial: u64,
    level: Level,
    stop: StopMode,
    /// It is the user who wants it down, and not the system that shuts down.
    by_user: bool,
}

/// A handle on the machine. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Vm {
    desired: Arc<watch::Sender<Desired>>,
    snapshot: watch::Receiver<Snapshot>,
}

/// Starts the supervisor. It ends when `quit` is cancelled, and leaves a
/// machine that can go on alone running.
pub fn supervise(parts: Parts, quit: CancellationToken) -> (Vm, tokio::task::JoinHandle<()>) {
    let first = Desired {
        serial: 0,
        level: Level::Down,
        stop: StopMode::Orderly(DEFAULT_GRACE),
        by_user: false,
    };
    let (desired, wishes) = watch::channel(first);
    let (snapshots, snapshot) = watch::channel(Snapshot::default());
    let desired = Arc::new(desired);
    let supervisor =
        supervisor::Supervisor::new(parts, wishes, Arc::clone(&desired), snapshots, quit);
    let task = tokio::spawn(supervisor.run());
    (Vm { desired, snapshot }, task)
}

impl Vm {
    /// What is now.
    pub fn snapshot(&self) -> Snapshot {
        self.snapshot.borrow().clone()
    }

    /// Watches what is.
    pub fn watch(&self) -> watch::Receiver<Snapshot> {
        self.snapshot.clone()
    }

    /// Wishes the machine up. Answers at once; see [`Vm::outcome`].
    pub fn want_up(&self) -> u64 {
        self.wish(|desired| desired.level = Level::Up)
    }

    /// Wishes the machine onto the disk, once it runs. Answers at once; see
    /// [`Vm::outcome`].
    pub fn want_asleep(&self) -> u64 {
        self.wish(|desired| desired.level = Level::Asleep)
    }

    /// The user wishes the machine down: nothing but the user starts it again.
    /// Answers at once; see [`Vm::outcome`].
    pub fn want_down(&self, mode: StopMode) -> u64 {
        self.wish(|desired| {
            desired.level = Level::Down;
            desired.stop = mode;
            desired.by_user = true;
        })
    }

    /// The daemon ends and takes the machine with it; the next daemon may start
    /// it again. Answers at once; see [`Vm::outcome`].
    pub fn wind_up(&self, mode: StopMode) -> u64 {
        self.wish(|desired| {
            desired.level = Level::Down;
            desired.stop = mode;
            desired.by_user = false;
        })
    }

    fn wish(&self, change: impl FnOnce(&mut Desired)) -> u64 {
        let mut serial = 0;
        self.desired.send_modify(|desired| {
            desired.serial += 1;
            change(desired);
            serial = desired.serial;
        });
        serial
    }

    /// Waits until the wish of this number, or a later one, is fulfilled.
    ///
    /// # Errors
    /// Why it failed.
    pub async fn outcome(&self, serial: u64) -> Result<(), Failure> {
        let mut snapshot = self.snapshot.clone();
        let settled = snapshot
            .wait_for(|s| s.served >= serial && s.is_settled())
            .await;
        match settled {
            Ok(snapshot) => match (&snapshot.state, &snapshot.failure, &snapshot.refused) {
                (VmState::Failed { .. }, Some(failure), _) => Err(failure.clone()),
                (_, _, Some((wish, failure))) if *wish == serial => Err(failure.clone()),
                _ => Ok(()),
            },
            Err(_) => Err(shutting_down()),
        }
    }
}

fn shutting_down() -> Failure {
    use berth_api::error::ErrorCode;
    let next = "run the command again";
    Failure::new(
        "daemon",
        ErrorCode::ShuttingDown,
        "berthd is shutting down",
        next,
    )
}
