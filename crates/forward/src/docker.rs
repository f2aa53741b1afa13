//! The Docker socket on the host: a proxy that understands no more than it must.
//!
//! Each client connection is one stream to the engine. Bytes pass unchanged; of
//! the requests only heads and body framing are read, to find the next head on
//! a connection that is kept alive, and responses are not read at all except to
//! learn whether the engine accepted an upgrade. From then on the connection is
//! raw, with half-closes kept. Bodies that may name folders of the host are the
//! one thing looked into, see [`check_create`].
mod body;
mod connection;
mod downstream;
mod head;
mod input;
mod mounts;
mod reply;
mod start;
#[cfg(unix)]
mod unix;
mod upstream;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use berth_link::{Dialer, Stream};

pub use mounts::{Checked, CreateError, MountRules, check_create};

/// Clients served at once by default; more wait in the socket's backlog.
const CONNECTIONS: usize = 4096;
/// How long connections may go on by default once the listener is cancelled.
const DRAIN: Duration = Duration::from_secs(2);

/// The proxy between clients and the engine. Cheap to clone.
#[derive(Clone)]
pub struct DockerProxy {
    dialer: Arc<dyn Dialer>,
    rules: Arc<MountRules>,
    active: Arc<AtomicUsize>,
    connections: usize,
    drain: Duration,
}

impl DockerProxy {
    /// A proxy that opens streams with `dialer` and checks mounts by `rules`.
    #[must_use]
    pub fn new(dialer: Arc<dyn Dialer>, rules: MountRules) -> Self {
        Self {
            dialer,
            rules: Arc::new(rules),
            active: Arc::default(),
            connections: CONNECTIONS,
            drain: DRAIN,
        }
    }

    /// The same with other limits: `connections` served at once, and the time
    /// they may go on after the listener was cancelled.
    #[must_use]
    pub fn with_limits(mut self, connections: usize, drain: Duration) -> Self {
        self.connections = connections;
        self.drain = drain;
        self
    }

    /// Connections that are open now, idle ones included.
    #[must_use]
    pub fn active(&self) -> usize {
        self.active.load(Ordering::Relaxed)
    }

    /// Serves one client until the connection ends. Nothing is dialed before
    /// the first request has come, so that a mere connect wakes nobody.
    pub async fn serve_connection(&self, client: impl Stream) {
        let _counted = Counted::new(&self.active);
        connection::serve(client, &*self.dialer, &self.rules).await;
    }
}

impl fmt::Debug for DockerProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DockerProxy")
            .field("rules", &self.rules)
            .field("active", &self.active)
            .finish_non_exhaustive()
    }
}

struct Counted<'a>(&'a AtomicUsize);

impl<'a> Counted<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
