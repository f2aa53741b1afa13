//! The whole server in this process, against a fake handler and a fake engine.
#![expect(clippy::unwrap_used, reason = "a test may fail anywhere")]

mod assets;
mod docker;
mod engine;
mod fixture;
mod guard;
mod handler;
mod socket;
mod terminal;
mod ticket;
