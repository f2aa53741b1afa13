//! Nouns shared by all parts: states, sizes, settings and paths.
//!
//! Plain data and pure functions. The system is asked only for the size of the
//! host, and files are touched only to keep the user's settings.
pub mod atomic;
pub mod config;
pub mod home;
pub mod host;
pub mod image;
pub mod size;
pub mod state;
