//! Forwarding a query to the host's nameservers, unchanged.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::Transport;
use crate::{datagram, sys};

/// How long a nameserver may take before the next one is asked.
const SERVER_TIMEOUT: Duration = Duration::from_secs(3);

/// Bit of the third header byte that says "cut short" (RFC 1035, 4.1.1).
const TRUNCATED: u8 = 0x02;

/// The first answer that a nameserver of the host gives; None when none does.
pub(crate) async fn forward(query: &[u8], transport: Transport) -> Option<Vec<u8>> {
    let servers = tokio::task::spawn_blocking(sys::nameservers).await.ok()?;
    forward_to(&servers, query, transport).await
}

/// [`forward`] with the servers given.
pub(crate) async fn forward_to(
    servers: &[SocketAddr],
    query: &[u8],
    transport: Transport,
) -> Option<Vec<u8>> {
    for server in servers {
        match timeout(SERVER_TIMEOUT, ask(*server, query, transport)).await {
            Ok(Ok(answer)) => return Some(answer),
            Ok(Err(error)) => tracing::debug!(%server, %error, "a nameserver failed"),
            Err(_elapsed) => tracing::debug!(%server, "a nameserver took too long"),
        }
    }
    None
}

/// Asks over UDP, then over TCP if that was cut short and the client can take
/// more than a datagram.
async fn ask(server: SocketAddr, query: &[u8], transport: Transport) -> io::Result<Vec<u8>> {
    let answer = ask_udp(server, query).await?;
    let truncated = answer.get(2).is_some_and(|flags| flags & TRUNCATED != 0);
    if truncated && transport == Transport::Tcp {
        return ask_tcp(server, query).await;
    }
    Ok(answer)
}

async fn ask_udp(server: SocketAddr, query: &[u8]) -> io::Result<Vec<u8>> {
    let socket = datagram::connect(server).await?;
    socket.send(query).await?;
    let mut buffer = vec![0; usize::from(u16::MAX)];
    loop {
        let length = datagram::receive(&socket, &mut buffer).await?;
        if is_answer(query, &buffer[..length]) {
            buffer.truncate(length);
            return Ok(buffer);
        }
    }
}

async fn ask_tcp(server: SocketAddr, query: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(server).await?;
    let length = u16::try_from(query.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    let mut framed = length.to_be_bytes().to_vec();
    framed.extend(query);
    stream.write_all(&framed).await?;
    let mut answer = vec![0; usize::from(stream.read_u16().await?)];
    stream.read_exact(&mut answer).await?;
    if !is_answer(query, &answer) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok(answer)
}

/// Same identifier, and marked as a response.
fn is_answer(query: &[u8], answer: &[u8]) -> bool {
    answer.len() >= 12 && answer[..2] == query[..2] && answer[2] & 0x80 != 0
}

#[cfg(test)]
mod tests {
    use tokio::net::UdpSocket;

    use super::*;

    const QUERY: [u8; 12] = [7, 7, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    fn response(flags: u8) -> Vec<u8> {
        let mut bytes = QUERY.to_vec();
        bytes[2] = 0x80 | flags;
        bytes
    }

    #[tokio::test]
    async fn stray_datagrams_are_passed_over() {
        let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = server.local_addr().unwrap();
        let serve = async {
            let mut buffer = [0; 512];
            let (_, client) = server.recv_from(&mut buffer).await.unwrap();
            for datagram in [&b"x"[..], &QUERY, &response(0)] {
                server.send_to(datagram, client).await.unwrap();
            }
        };
        let servers = [address];
        let (answer, ()) = tokio::join!(forward_to(&servers, &QUERY, Transport::Udp), serve);
        assert_eq!(answer, Some(response(0)));
    }

    #[tokio::test]
    async fn a_cut_answer_is_fetched_whole_for_a_client_on_tcp() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = UdpSocket::bind(address).await.unwrap();
        let serve = async {
            let mut buffer = [0; 512];
            let (_, client) = server.recv_from(&mut buffer).await.unwrap();
            server.send_to(&response(TRUNCATED), client).await.unwrap();
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut query = [0; 14];
            stream.read_exact(&mut query).await.unwrap();
            let whole = [&[0, 12][..], &response(1)].concat();
            stream.write_all(&whole).await.unwrap();
        };
        let servers = [address];
        let (answer, ()) = tokio::join!(forward_to(&servers, &QUERY, Transport::Tcp), serve);
        assert_eq!(answer, Some(response(1)));
    }

    #[tokio::test]
    async fn without_nameservers_there_is_no_answer() {
        assert_eq!(forward_to(&[], &QUERY, Transport::Udp).await, None);
    }
}
