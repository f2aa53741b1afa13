//! Binding the very address that was asked for.
use std::{io, net::SocketAddr};

use berth_link::proto::{ExposeRequest, Transport};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, UdpSocket};

use crate::sys;

/// Clients that may wait to be accepted. The kernel lowers it to its own limit.
const BACKLOG: i32 = 4096;

/// A bound socket.
#[derive(Debug)]
pub(super) enum Bound {
    Tcp(TcpListener),
    Udp(UdpSocket),
}

/// Binds, and for TCP listens, so that clients can connect from here on.
///
/// # Errors
/// What the system reports, as it reports it.
pub(super) fn bind(request: ExposeRequest) -> io::Result<Bound> {
    match request.transport {
        Transport::Tcp => tcp(request.host).map(Bound::Tcp),
        Transport::Udp => udp(request.host).map(Bound::Udp),
    }
}

fn tcp(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = socket(address, Type::STREAM, Protocol::TCP)?;
    sys::allow_rebinding(&socket)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

fn udp(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = socket(address, Type::DGRAM, Protocol::UDP)?;
    socket.bind(&address.into())?;
    UdpSocket::from_std(socket.into())
}

/// IPv6 sockets are for IPv6 only: the guest asks for `0.0.0.0` and `[::]`
/// separately, and one must not stand in the other's way.
fn socket(address: SocketAddr, kind: Type, protocol: Protocol) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), kind, Some(protocol))?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    Ok(socket)
}
