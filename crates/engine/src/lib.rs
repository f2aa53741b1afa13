//! The live model of the Docker Engine: containers, images, volumes and
//! networks, kept current by the engine's own events.
//!
//! One [`Engine`] serves all clients. It follows the engine while it can be
//! dialed, wakes nothing, and keeps what was last known while it can't. Each
//! client reads an [`EngineWatch`] (everything, then what differs) and, for what
//! is on its screen, a [`StatsWatch`]. Nothing is queued for a client: one that
//! is slow gets the newest state instead of every step towards it.
//!
//! What the engine says is untrusted: objects are cut to a size that fits a
//! line, one that can't be understood costs only itself, answers are bounded.
mod connect;
mod cut;
mod dirty;
mod engine;
mod error;
mod http_client;
mod hub;
mod lookups;
mod model;
mod recheck;
mod session;
mod stats;
mod times;
mod watch;
mod wire;

pub use engine::Engine;
pub use error::EngineError;
pub use model::{Model, Sizes};
pub use stats::StatsWatch;
pub use watch::EngineWatch;
