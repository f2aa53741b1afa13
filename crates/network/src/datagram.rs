//! Waiting on a connected UDP socket for data or for an error.
//!
//! A refusal (an ICMP error that the host's kernel got) marks a socket as in
//! error, not as readable, so waiting for data alone would never hear of it.

use std::{
    io::{self, ErrorKind},
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
};

use tokio::{io::Interest, net::UdpSocket};

/// A socket of a free port that talks to `peer` only.
///
/// # Errors
/// Those of binding and connecting.
pub(crate) async fn connect(peer: SocketAddr) -> io::Result<UdpSocket> {
    let any: SocketAddr = match peer {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(any).await?;
    socket.connect(peer).await?;
    Ok(socket)
}

/// Returns when `socket` may have data. May be cancelled freely.
///
/// # Errors
/// The error that is pending on the socket, which is thereby taken off it.
pub(crate) async fn readable(socket: &UdpSocket) -> io::Result<()> {
    loop {
        let ready = socket.ready(Interest::READABLE | Interest::ERROR).await?;
        if ready.is_error() {
            take_error(socket)?;
        }
        if ready.is_readable() {
            return Ok(());
        }
    }
}

/// Receives one datagram.
///
/// # Errors
/// Like [`readable`].
pub(crate) async fn receive(socket: &UdpSocket, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        readable(socket).await?;
        match socket.try_recv(buffer) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            result => return result,
        }
    }
}

fn take_error(socket: &UdpSocket) -> io::Result<()> {
    let taken = socket.try_io(Interest::ERROR, || match socket.take_error()? {
        Some(error) => Ok(error),
        // Makes tokio wait for the next event.
        None => Err(ErrorKind::WouldBlock.into()),
    });
    match taken {
        Ok(error) => Err(error),
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_refusal_is_an_error_once() {
        let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = server.local_addr().unwrap();
        drop(server);
        let socket = connect(address).await.unwrap();
        socket.send(b"x").await.unwrap();
        let error = readable(&socket).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
        let server = UdpSocket::bind(address).await.unwrap();
        socket.send(b"y").await.unwrap();
        let mut buffer = [0; 8];
        let (_, client) = server.recv_from(&mut buffer).await.unwrap();
        server.send_to(b"z", client).await.unwrap();
        assert_eq!(receive(&socket, &mut buffer).await.unwrap(), 1);
    }
}
