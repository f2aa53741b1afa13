//! The published port for clients inside the guest, which reach dockerd's own
//! socket and not the host's.
use std::{
    collections::HashMap,
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    os::fd::OwnedFd,
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream, UdpSocket},
    sync::mpsc,
    time::timeout,
};

/// A client of a UDP port that says nothing for so long is forgotten.
const IDLE: Duration = Duration::from_secs(90);

/// Datagrams of one client that may wait.
const BEHIND: usize = 64;

const LONGEST: usize = u16::MAX as usize;

/// Serves TCP clients until accepting fails.
pub(super) async fn tcp(listener: OwnedFd, target: SocketAddr) -> io::Result<()> {
    let listener = std::net::TcpListener::from(listener);
    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    loop {
        let Ok((mut client, _)) = listener.accept().await else {
            // Out of descriptors, or a client that left: the next may do.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        tokio::spawn(async move {
            let mut container = TcpStream::connect(target).await?;
            copy_bidirectional(&mut client, &mut container).await
        });
    }
}

/// Serves UDP clients until the socket fails.
pub(super) async fn udp(socket: OwnedFd, target: SocketAddr) -> io::Result<()> {
    let socket = std::net::UdpSocket::from(socket);
    socket.set_nonblocking(true)?;
    let socket = Arc::new(UdpSocket::from_std(socket)?);
    let mut clients: HashMap<SocketAddr, mpsc::Sender<Vec<u8>>> = HashMap::new();
    let mut datagram = vec![0; LONGEST];
    loop {
        // An error is the echo of a lost datagram.
        let Ok((length, client)) = socket.recv_from(&mut datagram).await else {
            continue;
        };
        clients.retain(|_, queue| !queue.is_closed());
        let queue = clients.entry(client).or_insert_with(|| {
            let (queue, datagrams) = mpsc::channel(BEHIND);
            tokio::spawn(udp_client(Arc::clone(&socket), client, target, datagrams));
            queue
        });
        // A full queue loses datagrams, as networks do.
        let _ = queue.try_send(datagram[..length].to_vec());
    }
}

async fn udp_client(
    socket: Arc<UdpSocket>,
    client: SocketAddr,
    target: SocketAddr,
    mut datagrams: mpsc::Receiver<Vec<u8>>,
) -> io::Result<()> {
    let any: SocketAddr = match target {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let container = UdpSocket::bind(any).await?;
    container.connect(target).await?;
    let mut answer = vec![0; LONGEST];
    loop {
        let turn = timeout(IDLE, async {
            tokio::select! {
                datagram = datagrams.recv() => match datagram {
                    Some(datagram) => container.send(&datagram).await.map(|_| true),
                    None => Ok(false),
                },
                length = container.recv(&mut answer) => {
                    socket.send_to(&answer[..length?], client).await.map(|_| true)
                }
            }
        });
        match turn.await {
            Err(_) | Ok(Ok(false)) => return Ok(()),
            Ok(Ok(true) | Err(_)) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::{TcpListener, TcpStream, UdpSocket},
    };

    use super::{tcp, udp};

    #[tokio::test]
    async fn a_tcp_client_reaches_the_container() {
        let container = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap();
        tokio::spawn(tcp(listener.into(), container.local_addr().unwrap()));
        let mut client = TcpStream::connect(port).await.unwrap();
        let (mut server, _) = container.accept().await.unwrap();
        client.write_all(b"question").await.unwrap();
        client.shutdown().await.unwrap();
        let mut question = String::new();
        server.read_to_string(&mut question).await.unwrap();
        assert_eq!(question, "question");
    }

    #[tokio::test]
    async fn each_udp_client_gets_its_own_answer() {
        let container = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap();
        tokio::spawn(udp(socket.into(), container.local_addr().unwrap()));
        let mut buffer = [0; 8];
        for word in [b"one", b"two"] {
            let client = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            client.send_to(word, port).await.unwrap();
            let (length, from) = container.recv_from(&mut buffer).await.unwrap();
            container.send_to(&buffer[..length], from).await.unwrap();
            let (length, from) = client.recv_from(&mut buffer).await.unwrap();
            assert_eq!((&buffer[..length], from), (&word[..], port));
        }
    }
}
