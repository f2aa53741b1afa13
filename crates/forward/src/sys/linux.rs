use std::io;

use rustix::io::Errno;
use socket2::Socket;

/// Lets a server come back while connections of the last one linger. Linux
/// still refuses a second listener.
pub(crate) fn allow_rebinding(socket: &Socket) -> io::Result<()> {
    socket.set_reuse_address(true)
}

/// Whether the host has no such address family at all.
pub(crate) fn is_family_missing(error: &io::Error) -> bool {
    error.raw_os_error() == Some(Errno::AFNOSUPPORT.raw_os_error())
}

/// How a user may be allowed to bind `port`.
pub(crate) fn privileged_hint(port: u16) -> String {
    format!("allow it with `sudo sysctl net.ipv4.ip_unprivileged_port_start={port}`")
}

/// How to see which process holds a port, whoever owns it.
pub(crate) fn processes_hint(is_tcp: bool, port: u16) -> String {
    let kind = if is_tcp { "-ltnp" } else { "-lunp" };
    format!("`sudo ss {kind} 'sport = :{port}'` shows it")
}

/// How to see which addresses there are.
pub(crate) fn unbindable_hint() -> &'static str {
    "`ip address` lists those it has"
}
