//! getaddrinfo, getnameinfo, resolv.conf and ping sockets.
//!
//! The C functions are called directly: the standard library's wrapper loses
//! the difference between "no such name" and "try again".

use std::{
    ffi::{CStr, CString},
    io,
    net::{IpAddr, SocketAddr},
    ptr,
};

use socket2::{Domain, Protocol, SockAddr, Socket, Type};

use super::{Addresses, PingSocket, Resolved};
use crate::resolv_conf;

const RESOLV_CONF: &str = "/etc/resolv.conf";

/// Longest name that getnameinfo is given room for (NI_MAXHOST).
const NAME_ROOM: usize = 1025;

/// All addresses of `name` by the host's resolver. Blocks.
pub(crate) fn lookup(name: &str) -> Addresses {
    let Ok(name) = CString::new(name) else {
        return Resolved::NoSuchName;
    };
    // SAFETY: all-zero is a valid `addrinfo`: null pointers and AF_UNSPEC.
    let mut hints: libc::addrinfo = unsafe { std::mem::zeroed() };
    hints.ai_socktype = libc::SOCK_STREAM;
    let mut list = ptr::null_mut();
    // SAFETY: the name is NUL-terminated, the other pointers are to locals.
    let code = unsafe { libc::getaddrinfo(name.as_ptr(), ptr::null(), &hints, &mut list) };
    if code != 0 {
        return failure(code);
    }
    let addresses = collect(list);
    // SAFETY: the list came from getaddrinfo and isn't used after.
    unsafe { libc::freeaddrinfo(list) };
    if addresses.is_empty() {
        return Resolved::NoData;
    }
    Resolved::Found(addresses)
}

fn collect(mut entry: *mut libc::addrinfo) -> Vec<IpAddr> {
    let mut addresses = Vec::new();
    while !entry.is_null() {
        // SAFETY: getaddrinfo made this entry, and the list isn't freed yet.
        let info = unsafe { &*entry };
        if let Some(address) = socket_address(info)
            && !addresses.contains(&address.ip())
        {
            addresses.push(address.ip());
        }
        entry = info.ai_next;
    }
    addresses
}

fn socket_address(info: &libc::addrinfo) -> Option<SocketAddr> {
    // SAFETY: `ai_addr` points to `ai_addrlen` bytes, and never more of them are
    // copied than the storage has.
    let ((), address) = unsafe {
        SockAddr::try_init(|storage, length| {
            let room = usize::try_from(*length).unwrap_or(0);
            let size = usize::try_from(info.ai_addrlen).unwrap_or(0).min(room);
            if info.ai_addr.is_null() {
                return Err(io::ErrorKind::InvalidData.into());
            }
            ptr::copy_nonoverlapping(info.ai_addr.cast::<u8>(), storage.cast::<u8>(), size);
            *length = info.ai_addrlen;
            Ok(())
        })
    }
    .ok()?;
    address.as_socket()
}

fn failure<T>(code: libc::c_int) -> Resolved<T> {
    match code {
        NO_DATA => Resolved::NoData,
        libc::EAI_NONAME => Resolved::NoSuchName,
        _ => Resolved::Failed,
    }
}

/// EAI_NODATA, which the C library of Linux has and the `libc` crate lists for
/// few targets only; elsewhere a number that no error has.
const NO_DATA: libc::c_int = if cfg!(target_env = "gnu") {
    -5
} else {
    i32::MIN
};

/// The name of `address` by the host's resolver. Blocks.
pub(crate) fn reverse_lookup(address: IpAddr) -> Resolved<String> {
    let address = SockAddr::from(SocketAddr::new(address, 0));
    let mut name = [0u8; NAME_ROOM];
    // SAFETY: both buffers are valid for the lengths given.
    let code = unsafe {
        libc::getnameinfo(
            address.as_ptr().cast(),
            address.len(),
            name.as_mut_ptr().cast(),
            NAME_ROOM as _,
            ptr::null_mut(),
            0,
            libc::NI_NAMEREQD,
        )
    };
    if code != 0 {
        return failure(code);
    }
    match CStr::from_bytes_until_nul(&name).map(CStr::to_str) {
        Ok(Ok(name)) => Resolved::Found(name.to_owned()),
        _ => Resolved::Failed,
    }
}

/// The nameservers that the host is configured with. Blocks, shortly.
pub(crate) fn nameservers() -> Vec<SocketAddr> {
    match std::fs::read_to_string(RESOLV_CONF) {
        Ok(text) => resolv_conf::nameservers(&text),
        Err(error) => {
            tracing::debug!(%error, path = RESOLV_CONF, "no nameservers");
            Vec::new()
        }
    }
}

/// A socket that sends echo requests to hosts like `dst`. A raw one is tried
/// where the system keeps the unprivileged kind to some users.
///
/// # Errors
/// Permission denied to both.
pub(crate) fn ping_socket(dst: IpAddr) -> io::Result<PingSocket> {
    let (domain, protocol) = match dst {
        IpAddr::V4(_) => (Domain::IPV4, Protocol::ICMPV4),
        IpAddr::V6(_) => (Domain::IPV6, Protocol::ICMPV6),
    };
    let (socket, raw) = match Socket::new(domain, Type::DGRAM, Some(protocol)) {
        Ok(socket) => (socket, false),
        Err(error) => match Socket::new(domain, Type::RAW, Some(protocol)) {
            Ok(socket) => (socket, true),
            Err(_) => return Err(error),
        },
    };
    // Not a UDP socket, but it connects, sends and receives like one.
    let socket = socket.into();
    Ok(PingSocket { socket, raw })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn localhost_is_found() {
        let Resolved::Found(addresses) = lookup("localhost") else {
            panic!("localhost did not resolve");
        };
        assert!(addresses.iter().all(IpAddr::is_loopback));
    }

    #[test]
    fn error_codes_keep_their_meaning() {
        assert_eq!(failure::<()>(libc::EAI_NONAME), Resolved::NoSuchName);
        assert_eq!(failure::<()>(libc::EAI_AGAIN), Resolved::Failed);
        assert_eq!(failure::<()>(NO_DATA), Resolved::NoData);
    }

    #[test]
    fn a_name_with_a_nul_does_not_exist() {
        assert_eq!(lookup("a\0b"), Resolved::NoSuchName);
    }
}
