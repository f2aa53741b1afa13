//! What the operating system does for us in its own way.
#[cfg(unix)]
mod unix;

#[cfg(unix)]
pub(crate) use unix::{allocated, end_group, is_executable};
