//! The socket that the API is served on: a Unix socket, private to the user.
//!
//! The only place that knows what kind of socket it is.
use std::{fs, io, os::unix::fs::PermissionsExt, path::Path};

/// A connection.
pub type Socket = tokio::net::UnixStream;
/// What accepts connections.
pub type Listener = tokio::net::UnixListener;
/// The half of a connection that is read.
pub type SocketReader = tokio::net::unix::OwnedReadHalf;
/// The half of a connection that is written.
pub type SocketWriter = tokio::net::unix::OwnedWriteHalf;

/// Connects to the daemon at `path`.
///
/// # Errors
/// What the system reports; [`io::ErrorKind::NotFound`] and
/// [`io::ErrorKind::ConnectionRefused`] mean that no daemon runs.
pub async fn connect(path: &Path) -> io::Result<Socket> {
    Socket::connect(path).await
}

/// Listens at `path`, for this user only. A socket that is there is replaced,
/// so the caller must hold the lock of the home.
///
/// # Errors
/// What the system reports.
pub fn bind(path: &Path) -> io::Result<Listener> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = Listener::bind(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// The user that runs the program at the other end.
///
/// # Errors
/// What the system reports.
pub fn peer_uid(socket: &Socket) -> io::Result<u32> {
    Ok(socket.peer_cred()?.uid())
}

/// The user that runs this program.
pub fn own_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}
