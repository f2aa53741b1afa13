//! Systems without the Unix resolver functions: the standard library's lookup,
//! no reverse lookup, no other record types, no pings to the outside yet.

use std::{
    io,
    net::{IpAddr, SocketAddr, ToSocketAddrs},
};

use super::{Addresses, PingSocket, Resolved};

/// WSAHOST_NOT_FOUND and WSANO_DATA of Winsock.
const HOST_NOT_FOUND: i32 = 11001;
const NO_DATA: i32 = 11004;

/// All addresses of `name` by the host's resolver. Blocks.
pub(crate) fn lookup(name: &str) -> Addresses {
    match (name, 0).to_socket_addrs() {
        Ok(found) => Resolved::Found(found.map(|address| address.ip()).collect()),
        Err(error) => match error.raw_os_error() {
            Some(HOST_NOT_FOUND) => Resolved::NoSuchName,
            Some(NO_DATA) => Resolved::NoData,
            _ => Resolved::Failed,
        },
    }
}

/// Unknown here.
pub(crate) fn reverse_lookup(_address: IpAddr) -> Resolved<String> {
    Resolved::NoSuchName
}

/// Unknown here.
pub(crate) fn nameservers() -> Vec<SocketAddr> {
    Vec::new()
}

/// # Errors
/// Always: unsupported.
pub(crate) fn ping_socket(_dst: IpAddr) -> io::Result<PingSocket> {
    Err(io::ErrorKind::Unsupported.into())
}
