//! What differs between operating systems, one file each: processes of their
//! own session, waiting for the end of a process that isn't our child, and the
//! facts that decide on the accelerator; files that survive a loss of power.
#[cfg(target_os = "linux")]
mod linux;
#[cfg(unix)]
mod unix;

#[cfg(target_os = "linux")]
pub(crate) use linux::{
    ProcessHandle, connect_vsock, host_facts, host_kernel, process_identity, processor,
    spawn_detached, vsock_device,
};
#[cfg(unix)]
pub(crate) use unix::{inode, open_private, random, sync_folder};
