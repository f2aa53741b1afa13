//! Answers the dashboard's calls: tasks, logs, meters, space, builds, compose
//! files, preferences.
//!
//! Work that outlives a call (tasks, meters in the background, keeping logs)
//! belongs to [`Dashboard`] and ends with its token. What the machine is and how
//! programs run in it is behind [`machine::Machine`], so that all of this runs
//! against a recorded engine too.
mod archive;
mod blocking;
mod builds;
mod calls;
mod clock;
mod compose;
mod credentials;
mod docker;
mod failure;
mod folder;
mod guest;
mod logs;
pub mod machine;
mod marks;
mod meters;
mod parts;
mod prefs;
mod programs;
mod shell;
mod space;
mod store;
mod sys;
mod tasks;
#[cfg(test)]
mod testing;

pub use parts::{Dashboard, Parts};
