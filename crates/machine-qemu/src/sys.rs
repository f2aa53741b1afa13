//! What differs between operating systems, one file each: processes of their
//! own session, waiting for the end of a process that isn't our child, and the
//! facts that decide on the accelerator.
#[cfg(target_os = "linux")]
mod linux;

#[cfg(target_os = "linux")]
pub(crate) use linux::{ProcessHandle, host_facts, host_kernel, process_identity, spawn_detached};
