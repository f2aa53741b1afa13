//! Unix.
use std::{
    fs::{self, File},
    io,
    os::{
        fd::{FromRawFd, OwnedFd},
        unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt},
    },
    path::Path,
};

use tokio::{
    net::UnixListener,
    signal::unix::{SignalKind, signal},
};

/// A descriptor that our starter left open for us; `None` if it is not open or
/// one of the standard three.
pub(crate) fn inherited_file(fd: i32) -> Option<File> {
    if fd <= 2 || !Path::new(&format!("/dev/fd/{fd}")).exists() {
        return None;
    }
    // SAFETY: it is open, was passed to us for this purpose, and nothing else in
    // this process has been told its number.
    let fd = unsafe { OwnedFd::from_raw_fd(fd) };
    let _ = rustix::io::fcntl_setfd(&fd, rustix::io::FdFlags::CLOEXEC);
    Some(File::from(fd))
}

/// Makes a folder for this user only, or checks that it is one.
pub(crate) fn make_private(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)?;
    let found = fs::metadata(path)?;
    if found.uid() != rustix::process::geteuid().as_raw() {
        let text = "it belongs to another user";
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, text));
    }
    if found.mode() & 0o077 != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    }
    // Root may write anywhere, but not where the mount says no.
    rustix::fs::access(
        path,
        rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK,
    )?;
    Ok(())
}

/// Listens for Docker clients of this user.
pub(crate) fn bind_docker_socket(path: &Path) -> io::Result<UnixListener> {
    berth_api::socket::bind(path)
}

/// Free bytes for this user on the disk that holds `path`; no limit when the
/// system doesn't say.
pub(crate) fn free_space(path: &Path) -> u64 {
    rustix::fs::statvfs(path).map_or(u64::MAX, |found| {
        found.f_bavail.saturating_mul(found.f_frsize)
    })
}

/// Allows as many descriptors as the system lets us have: each published
/// connection is one.
pub(crate) fn raise_descriptor_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%error, "the limit of open files can't be raised");
    }
}

/// Waits for a signal that asks us to stop.
pub(crate) async fn stop_signal() -> io::Result<&'static str> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    // A closed terminal is no reason to stop.
    let mut hangup = signal(SignalKind::hangup())?;
    loop {
        tokio::select! {
            _ = terminate.recv() => return Ok("SIGTERM"),
            _ = interrupt.recv() => return Ok("SIGINT"),
            _ = hangup.recv() => {}
        }
    }
}
