//! What the dashboard is made of.
use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use berth_api::{call::Call, error::ApiError, event::Event};
use berth_engine::Engine;
use berth_model::home::Home;
use berth_store::Store;
use bollard::Docker;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::{
    logs,
    machine::Machine,
    marks::{self, Reasons},
    meters::{self, Sampling},
    programs::Programs,
    store,
    tasks::Tasks,
};

/// What the dashboard is made from.
pub struct Parts {
    /// The engine, as it is followed without being woken.
    pub engine: Engine,
    /// The virtual machine.
    pub machine: Arc<dyn Machine>,
    /// Where everything lies.
    pub home: Home,
    /// The Docker socket that tasks use; a request on it wakes the machine.
    pub docker_socket: PathBuf,
    /// Folders that Docker's programs are looked for in, before all others.
    pub programs: Vec<PathBuf>,
    /// Where warnings go.
    pub events: broadcast::Sender<Event>,
    /// Free bytes on the disk that holds this path.
    pub free_space: fn(&std::path::Path) -> u64,
    /// Ends everything.
    pub quit: CancellationToken,
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts")
            .field("home", &self.home)
            .finish_non_exhaustive()
    }
}

/// Answers the dashboard's calls. Cheap to clone.
#[derive(Clone)]
pub struct Dashboard {
    pub(crate) inner: Arc<Inner>,
}

impl fmt::Debug for Dashboard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dashboard").finish_non_exhaustive()
    }
}

pub(crate) struct Inner {
    pub(crate) engine: Engine,
    pub(crate) machine: Arc<dyn Machine>,
    pub(crate) home: Home,
    pub(crate) docker_socket: PathBuf,
    pub(crate) docker: Docker,
    pub(crate) store: Arc<Store>,
    pub(crate) tasks: Tasks,
    pub(crate) programs: Programs,
    pub(crate) reasons: Reasons,
    pub(crate) sampling: Sampling,
    pub(crate) free_space: fn(&std::path::Path) -> u64,
    pub(crate) quit: CancellationToken,
}

impl Dashboard {
    /// Opens what it remembers and starts its work in the background. Must be
    /// called on a runtime.
    ///
    /// # Errors
    /// When not even a database in memory can be had.
    pub fn new(parts: Parts) -> Result<Self, ApiError> {
        let store = store::open(&parts.home, &parts.events)?;
        let docker = engine_client(&parts.docker_socket)?;
        let inner = Inner {
            engine: parts.engine,
            reasons: Reasons::default(),
            sampling: Sampling::default(),
            machine: parts.machine,
            programs: Programs::new(&parts.docker_socket, parts.programs),
            docker_socket: parts.docker_socket,
            home: parts.home,
            docker,
            store: Arc::new(store),
            tasks: Tasks::new(parts.quit.child_token()),
            free_space: parts.free_space,
            quit: parts.quit,
        };
        let inner = Arc::new(inner);
        let quit = inner.quit.clone();
        tokio::spawn(
            quit.clone()
                .run_until_cancelled_owned(marks::keep(Arc::clone(&inner))),
        );
        tokio::spawn(
            quit.clone()
                .run_until_cancelled_owned(meters::run(Arc::clone(&inner))),
        );
        tokio::spawn(quit.run_until_cancelled_owned(logs::keep::run(Arc::clone(&inner))));
        Ok(Self { inner })
    }
}

impl Dashboard {
    /// Notes a call for the machine, so that charts can tell what changed its
    /// state.
    pub fn heard(&self, call: &Call) {
        self.inner.reasons.heard(call);
    }

    /// Waits until tasks have ended, some seconds at most; `quit` has told them.
    pub async fn ended(&self) {
        let tracker = self.inner.tasks.tracker();
        tracker.close();
        if tokio::time::timeout(GRACE, tracker.wait()).await.is_err() {
            tracing::warn!("some tasks did not end in time");
        }
    }
}

/// How long tasks may take to end.
const GRACE: Duration = Duration::from_secs(12);

/// A task may take as long as it takes; what hangs can be cancelled.
const TIMEOUT_SECONDS: u64 = 24 * 3600;

/// Versions newer than the engine's are refused; this one all of today speak.
const VERSION: bollard::ClientVersion = bollard::ClientVersion {
    major_version: 1,
    minor_version: 44,
};

fn engine_client(socket: &std::path::Path) -> Result<Docker, ApiError> {
    let socket = socket.to_string_lossy();
    Docker::connect_with_unix(&socket, TIMEOUT_SECONDS, &VERSION)
        .map_err(|error| ApiError::internal(&error))
}
