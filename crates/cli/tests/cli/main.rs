//! The real program against a fake daemon in a home of its own.
#![expect(clippy::unwrap_used, reason = "a test may fail anywhere")]

mod daemon;
mod fixture;
mod offline;
mod terminal;
mod with_daemon;
