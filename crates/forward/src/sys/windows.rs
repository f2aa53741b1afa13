use std::io;

use socket2::Socket;

/// `WSAEAFNOSUPPORT`
const FAMILY_MISSING: i32 = 10047;

/// Nothing: on Windows the option would let two listeners share a port, and a
/// server can come back without it.
#[expect(clippy::unnecessary_wraps, reason = "other hosts can fail")]
pub(crate) fn allow_rebinding(_socket: &Socket) -> io::Result<()> {
    Ok(())
}

/// Whether the host has no such address family at all.
pub(crate) fn is_family_missing(error: &io::Error) -> bool {
    error.raw_os_error() == Some(FAMILY_MISSING)
}

/// Windows reserves ranges of ports, and says access denied for those.
pub(crate) fn privileged_hint(_port: u16) -> String {
    "`netsh interface ipv4 show excludedportrange tcp` lists the ports that Windows reserves"
        .to_owned()
}

/// How to see which process holds a port, whoever owns it.
pub(crate) fn processes_hint(_is_tcp: bool, port: u16) -> String {
    format!("`netstat -abno` as administrator shows it (look for :{port})")
}

/// How to see which addresses there are.
pub(crate) fn unbindable_hint() -> &'static str {
    "`ipconfig` lists those it has"
}
