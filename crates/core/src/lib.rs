//! Behaviour: the virtual machine's life, what it needs on disk, and the
//! control API's answers. No main, no sockets, no concrete backend.
pub mod control;
pub mod disk;
pub mod engine_config;
pub mod failure;
pub mod image;
pub mod journal;
pub mod session;
mod sys;
pub mod vm;
