//! Unix.
use std::{
    fs::Metadata,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
};

use rustix::process::{Pid, Signal, kill_process_group};

/// What a file takes on its disk, in bytes. Sparse files take less than their
/// length.
pub(crate) fn allocated(file: &Metadata) -> u64 {
    // stat(2): st_blocks counts units of 512 bytes, whatever the file system's.
    file.blocks().saturating_mul(512)
}

/// Sends the process group that `pid` leads a signal: `SIGINT`, which Docker's
/// programs take as a wish to end in order, or `SIGKILL`.
pub(crate) fn end_group(pid: u32, hard: bool) {
    let signal = if hard { Signal::KILL } else { Signal::INT };
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    if let Some(Err(error)) = pid.map(|pid| kill_process_group(pid, signal)) {
        tracing::debug!(%error, "a process group could not be signalled");
    }
}

/// A file that this user can run.
pub(crate) fn is_executable(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|facts| facts.is_file() && facts.permissions().mode() & 0o111 != 0)
}
