//! Nouns shared by all parts: states, sizes, settings and paths.
//!
//! Plain data and pure functions; nothing here talks to a process, a socket or
//! the network.
pub mod home;
pub mod image;
pub mod size;
pub mod state;
