//! The QEMU backend: a machine is one QEMU process of its own session, spoken
//! to over QMP.
//!
//! This is the only crate that knows QEMU's command line and protocol. What is
//! decided ([`arguments`], [`accelerator`], [`exit`]) is pure and tested
//! without QEMU; what touches the operating system is in [`sys`].
//! `helper/daemon` names this crate, everyone else sees `berth-machine`.
mod accelerator;
mod arguments;
mod backend;
mod channel;
mod console;
mod exit;
mod launch;
mod machine;
mod origin;
mod paths;
mod preflight;
mod process;
mod program;
mod qmp;
mod restore;
mod save;
mod state;
mod sys;
mod transfer;
mod verdict;
mod vsock;

pub use backend::{QemuBackend, QemuOptions, backend};
