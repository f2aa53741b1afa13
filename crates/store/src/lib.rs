//! What the dashboard remembers: meters over time, logs of containers that are
//! gone, builds, compose projects, preferences. One `SQLite` file.
//!
//! Nothing in it can't be lost: a damaged file is put aside and a new one begun
//! ([`Opened::put_aside`]), and a full disk fails single calls. Calls block for
//! a moment; callers on an asynchronous runtime send them to its blocking threads.
mod builds;
mod error;
mod logs;
mod marks;
mod meters;
mod open;
mod prefs;
mod projects;
mod schema;

use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

pub use error::StoreError;
pub use logs::{Keep, LogLimits};
pub use meters::{Sample, Step};
pub use open::Opened;
pub use projects::RememberedProject;

/// The database. Calls of several threads wait for each other.
#[derive(Debug)]
pub struct Store {
    connection: Mutex<Connection>,
}

impl Store {
    /// A transaction that fails leaves nothing behind, so a panic of another
    /// thread does not harm the connection.
    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// `SQLite` has signed numbers only; what doesn't fit is cut off.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
