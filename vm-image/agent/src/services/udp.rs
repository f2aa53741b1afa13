//! Datagrams over a stream: each with its length, 16 bits big-endian, before it.
use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::UdpSocket,
};

/// Longest datagram, in bytes.
const LONGEST: usize = u16::MAX as usize;

/// Carries datagrams to and from `target` until the host ends the stream.
///
/// # Errors
/// When there is no way to the target, or the stream fails.
pub(super) async fn serve(
    stream: impl AsyncRead + AsyncWrite,
    target: SocketAddr,
) -> io::Result<()> {
    let any: SocketAddr = match target {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(any).await?;
    socket.connect(target).await?;
    let (from_host, to_host) = tokio::io::split(stream);
    tokio::select! {
        done = inward(from_host, &socket) => done,
        done = outward(&socket, to_host) => done,
    }
}

async fn inward(mut host: impl AsyncRead + Unpin, socket: &UdpSocket) -> io::Result<()> {
    let mut datagram = vec![0; LONGEST];
    loop {
        let length = match host.read_u16().await {
            Ok(length) => usize::from(length),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(error) => return Err(error),
        };
        host.read_exact(&mut datagram[..length]).await?;
        // "Port unreachable" from before, or a full buffer: datagrams get lost.
        let _ = socket.send(&datagram[..length]).await;
    }
}

async fn outward(socket: &UdpSocket, mut host: impl AsyncWrite + Unpin) -> io::Result<()> {
    let mut datagram = vec![0; 2 + LONGEST];
    loop {
        // An error here is the echo of a lost datagram, not the socket's end.
        let Ok(length) = socket.recv(&mut datagram[2..]).await else {
            continue;
        };
        let prefix = u16::try_from(length)
            .map_err(io::Error::other)?
            .to_be_bytes();
        datagram[..2].copy_from_slice(&prefix);
        host.write_all(&datagram[..2 + length]).await?;
        host.flush().await?;
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _, duplex},
        net::UdpSocket,
    };

    use super::serve;

    #[tokio::test]
    async fn datagrams_keep_their_bounds_both_ways() {
        let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let (mut host, stream) = duplex(1024);
        let serving = tokio::spawn(serve(stream, server.local_addr().unwrap()));
        host.write_all(b"\0\x03one\0\x03two").await.unwrap();
        let mut buffer = [0; 16];
        for expected in [b"one", b"two"] {
            let (length, from) = server.recv_from(&mut buffer).await.unwrap();
            assert_eq!(&buffer[..length], expected);
            server.send_to(&buffer[..length], from).await.unwrap();
        }
        let mut back = [0; 10];
        host.read_exact(&mut back).await.unwrap();
        assert_eq!(&back, b"\0\x03one\0\x03two");
        drop(host);
        serving.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn a_cut_datagram_is_an_error() {
        let (mut host, stream) = duplex(1024);
        let serving = tokio::spawn(serve(stream, "127.0.0.1:9".parse().unwrap()));
        host.write_all(b"\0\x03o").await.unwrap();
        drop(host);
        serving.await.unwrap().unwrap_err();
    }
}
