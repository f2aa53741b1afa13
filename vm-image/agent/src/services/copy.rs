//! Bytes both ways between two streams, each direction ended on its own.
use std::{io, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncWrite, copy_bidirectional_with_sizes},
    net::TcpStream,
};

/// Bytes that one read or write may carry. Under emulation the cost of a
/// system call is what limits throughput.
const BUFFER: usize = 128 << 10;

/// Copies until both directions have ended, or one failed.
///
/// # Errors
/// What either stream reports.
pub(super) async fn both_ways(
    mut host: impl AsyncRead + AsyncWrite + Unpin,
    mut peer: impl AsyncRead + AsyncWrite + Unpin,
) -> io::Result<()> {
    copy_bidirectional_with_sizes(&mut host, &mut peer, BUFFER, BUFFER).await?;
    Ok(())
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

    use super::{both_ways, tcp};

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
