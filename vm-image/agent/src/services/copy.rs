//! Bytes both ways between two streams, each direction ended on its own.
use std::{io, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, split},
    net::TcpStream,
};

/// Bytes that a direction's first reads may carry: most connections are small
/// talk, and a large buffer costs each of them two maps of memory.
const SMALL: usize = 8 << 10;

/// Bytes that one read or write may carry once a read has filled the small
/// buffer. Under emulation the cost of a system call is what limits throughput.
const LARGE: usize = 128 << 10;

/// Copies until both directions have ended, or one failed.
///
/// # Errors
/// What either stream reports.
pub(super) async fn both_ways(
    host: impl AsyncRead + AsyncWrite + Unpin,
    peer: impl AsyncRead + AsyncWrite + Unpin,
) -> io::Result<()> {
    let (mut from_host, mut to_host) = split(host);
    let (mut from_peer, mut to_peer) = split(peer);
    tokio::try_join!(
        one_way(&mut from_host, &mut to_peer),
        one_way(&mut from_peer, &mut to_host),
    )?;
    Ok(())
}

async fn one_way(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
) -> io::Result<()> {
    let mut buffer = vec![0; SMALL];
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            return to.shutdown().await;
        }
        to.write_all(&buffer[..read]).await?;
        to.flush().await?;
        if read == buffer.len() {
            buffer.resize(LARGE, 0);
        }
    }
}

/// Like [`both_ways`]; a failure on the host's side becomes a reset of the
/// connection, so that the container does not take it for an orderly end.
///
/// # Errors
/// What either stream reports.
pub(super) async fn tcp(
    mut host: impl AsyncRead + AsyncWrite + Unpin,
    mut peer: TcpStream,
) -> io::Result<()> {
    peer.set_nodelay(true)?;
    let done = both_ways(&mut host, &mut peer).await;
    if done.is_err() {
        rustix::net::sockopt::set_socket_linger(&peer, Some(Duration::ZERO))?;
    }
    done
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _, duplex},
        net::{TcpListener, TcpStream},
    };

    use super::{LARGE, both_ways, tcp};

    #[tokio::test]
    async fn more_than_a_buffer_arrives_whole() {
        let (mut client, host) = duplex(LARGE);
        let (mut server, peer) = duplex(LARGE);
        let copying = tokio::spawn(both_ways(host, peer));
        let bytes: Vec<u8> = (0..3 * LARGE).map(|i| (i % 251) as u8).collect();
        let sent = bytes.clone();
        let sending = tokio::spawn(async move {
            client.write_all(&sent).await.unwrap();
            client.shutdown().await.unwrap();
            client
        });
        let mut received = Vec::new();
        server.read_to_end(&mut received).await.unwrap();
        assert!(received == bytes);
        drop(server);
        sending.await.unwrap();
        copying.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn one_direction_may_end_before_the_other() {
        let (mut client, host) = duplex(64);
        let (mut server, peer) = duplex(64);
        let copying = tokio::spawn(both_ways(host, peer));
        client.write_all(b"question").await.unwrap();
        client.shutdown().await.unwrap();
        let mut question = String::new();
        server.read_to_string(&mut question).await.unwrap();
        assert_eq!(question, "question");
        server.write_all(b"answer").await.unwrap();
        drop(server);
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert_eq!(answer, "answer");
        copying.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn a_failed_host_side_resets_the_connection() {
        struct Broken;
        impl tokio::io::AsyncRead for Broken {
            fn poll_read(
                self: std::pin::Pin<&mut Self>,
                _: &mut std::task::Context<'_>,
                _: &mut tokio::io::ReadBuf<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                std::task::Poll::Ready(Err(ErrorKind::ConnectionReset.into()))
            }
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let peer = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        let (mut container, _) = listener.accept().await.unwrap();
        tcp(tokio::io::join(Broken, tokio::io::sink()), peer)
            .await
            .unwrap_err();
        let error = container.read_u8().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    }
}
