//! What the host's operating system does for us, chosen here and only here.

#[cfg_attr(unix, path = "sys/unix.rs")]
#[cfg_attr(not(unix), path = "sys/other.rs")]
mod imp;

use std::net::{IpAddr, UdpSocket};

pub(crate) use imp::{lookup, nameservers, ping_socket, reverse_lookup};

/// What the host's resolver says of a name or an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Resolved<T> {
    Found(T),
    /// The name exists, but has nothing of this kind.
    NoData,
    NoSuchName,
    /// It may work later, or the resolver is broken.
    Failed,
}

/// Addresses of a name.
pub(crate) type Addresses = Resolved<Vec<IpAddr>>;

/// A socket for echo requests and replies, used like a connected UDP socket.
#[derive(Debug)]
pub(crate) struct PingSocket {
    pub(crate) socket: UdpSocket,
    /// It sees all ICMP of its peer, and sends identifiers as they are. The other
    /// kind has an identifier of its own, and sees only the replies to that.
    pub(crate) raw: bool,
}
