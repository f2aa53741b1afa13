//! The control API: what a client can ask of the daemon, declared once.
//!
//! Newline-delimited JSON over a Unix socket, one message a line, at most
//! [`wire::MAX_LINE`] bytes. A client sends [`wire::Request`]s, each with a
//! number of its own; the daemon answers each with [`wire::Reply`]s of that
//! number: any count of events, then one result or error. Calls on one
//! connection run concurrently; a client that closes it cancels its calls, and
//! [`wire::Cancel`] ends one of them.
//! After the result of [`call::Call::Exec`] the connection carries raw bytes.
//!
//! The command line and the window see this crate only.
pub mod activity;
pub mod call;
pub mod client;
pub mod dashboard;
pub mod engine;
pub mod error;
pub mod event;
pub mod exec;
pub mod report;
pub mod server;
pub mod socket;
pub mod status;
pub mod task;
pub mod wire;

/// Version of this API. Raised when an older peer can't understand a newer one.
pub const API_VERSION: u32 = 1;

/// Line that `berthd --ready-fd N` writes to `N` once its control socket
/// answers. If it can't start it writes an [`error::ApiError`] as JSON instead.
pub const READY_LINE: &str = "ready";
