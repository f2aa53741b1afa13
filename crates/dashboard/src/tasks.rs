//! Work that takes a while: the list of tasks, and what each kind does.
pub(crate) mod build;
mod check;
mod clean_up;
mod command;
mod compose;
mod images;
mod output;
mod pull;
mod registry;
mod run;
mod stream;
mod volumes;

pub(crate) use command::Format;
pub(crate) use registry::{Handle, Tasks};
pub(crate) use run::start;
