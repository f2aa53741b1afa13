//! The dashboard over HTTP, on loopback: its files, the control API over a
//! WebSocket, the Docker API passed through, terminals.
//!
//! A browser is a client that also runs other people's pages, so a request is
//! believed by nothing but the token: see [`guard`](self) for Host, Origin and
//! token. What is asked goes to a [`Handler`] and to the Docker socket; this
//! crate knows neither machine nor engine.
mod assets;
mod docker;
mod guard;
mod headers;
mod listen;
mod origin;
mod refusal;
mod serve;
mod site;
mod socket;
mod terminal;
mod ticket;
mod token;
mod upgrade;

use std::{path::PathBuf, sync::Arc};

use berth_api::server::Handler;

pub use listen::{Bound, bind};

/// What the server is made of.
pub struct Parts {
    /// Answers the control API, and opens shells in the machine.
    pub handler: Arc<dyn Handler>,
    /// The Docker socket that `/docker/` is passed to.
    pub docker_socket: PathBuf,
    /// Finds the folder of the dashboard's files; asked at each page load, so
    /// that an update holds.
    pub find_ui: Box<dyn Fn() -> Option<PathBuf> + Send + Sync>,
    /// Whether the machine runs, so that a request would wake nothing.
    pub is_awake: Box<dyn Fn() -> bool + Send + Sync>,
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parts")
            .field("docker_socket", &self.docker_socket)
            .finish_non_exhaustive()
    }
}
