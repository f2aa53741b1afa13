//! An engine that was never started: it speaks enough of the Docker Engine API
//! over a Unix socket to fill a dashboard with a thousand containers, and really
//! changes when it is told to.
//!
//! Everything is made from numbers, so that two runs show the same. [`World`]
//! is what the engine holds, [`serve`] its API. Tests of the live model compare
//! with [`World::truth`].
mod body;
pub mod churn;
mod desk;
mod dial;
mod fs;
mod log;
mod request;
mod routes;
mod serve;
pub mod site;
mod vm;
mod world;

pub use dial::UnixDialer;
pub use serve::serve;
pub use world::{ContainerTruth, Options, Truth, World};
