//! A flow's life, its clock paused.

use std::io::ErrorKind;

use tokio::{net::UdpSocket, sync::mpsc};

use super::*;

struct Running {
    flow: tokio::task::JoinHandle<()>,
    packets: Option<mpsc::Sender<Bytes>>,
    out: mpsc::Receiver<Frame>,
    server: UdpSocket,
    key: FlowKey,
    stop: CancellationToken,
}

async fn start(remote: &str) -> Running {
    let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let key = FlowKey {
        guest: "198.18.6.2:5000".parse().unwrap(),
        remote: remote.parse().unwrap(),
    };
    let (sender, packets) = mpsc::channel(QUEUED_PACKETS);
    let (out, queue) = mpsc::channel(8);
    let stop = CancellationToken::new();
    let flow = Flow {
        key,
        peer: server.local_addr().unwrap(),
        packets,
        out,
        config: Arc::default(),
        stop: stop.clone(),
    };
    Running {
        flow: tokio::spawn(flow.run()),
        packets: Some(sender),
        out: queue,
        server,
        key,
        stop,
    }
}

impl Running {
    /// A datagram of the guest's, and who the server takes for its sender.
    async fn send(&self, payload: &[u8]) -> SocketAddr {
        let from_guest = FlowKey {
            guest: self.key.remote,
            remote: self.key.guest,
        };
        let mut packet = craft::udp(&from_guest, payload, 65000).unwrap();
        let packet = Bytes::from(packet.split_off(craft::PREFIX));
        let sender = self.packets.as_ref().unwrap();
        sender.send(packet).await.unwrap();
        let mut buffer = [0; 64];
        let (length, client) = self.server.recv_from(&mut buffer).await.unwrap();
        assert_eq!(buffer[..length], *payload);
        client
    }
}

async fn check_idle(remote: &str, idle: Duration) {
    let running = start(remote).await;
    let begun = Instant::now();
    // Both clocks stand still while anything else can run.
    running.flow.await.unwrap();
    let lived = begun.elapsed();
    assert!(lived >= idle && lived < idle * 2, "{remote}: {lived:?}");
}

#[tokio::test(start_paused = true)]
async fn an_idle_flow_ends_and_one_to_a_name_server_sooner() {
    check_idle("192.0.2.1:9", Duration::from_secs(60)).await;
    check_idle("192.0.2.1:53", Duration::from_secs(10)).await;
}

#[tokio::test]
async fn all_datagrams_of_a_flow_come_from_one_port() {
    let mut running = start("192.0.2.1:9").await;
    let client = running.send(b"one").await;
    assert_eq!(running.send(b"two").await, client);
    running.server.send_to(b"", client).await.unwrap();
    let frame = running.out.recv().await.unwrap();
    assert_eq!(frame.len(), craft::PREFIX + 28);
}

#[tokio::test]
async fn an_evicted_flow_ends() {
    let mut running = start("192.0.2.1:9").await;
    running.send(b"one").await;
    running.packets = None;
    running.flow.await.unwrap();
}

#[tokio::test]
async fn a_stopped_flow_ends() {
    let running = start("192.0.2.1:9").await;
    running.send(b"one").await;
    running.stop.cancel();
    running.flow.await.unwrap();
}

#[test]
fn only_errors_of_the_network_are_told_to_the_guest() {
    for (kind, expect) in [
        (ErrorKind::ConnectionRefused, Some(Unreachable::Port)),
        (ErrorKind::NetworkUnreachable, Some(Unreachable::Network)),
        (ErrorKind::HostUnreachable, Some(Unreachable::Host)),
        (ErrorKind::PermissionDenied, Some(Unreachable::Prohibited)),
        (ErrorKind::OutOfMemory, None),
    ] {
        assert_eq!(reason(&kind.into()), expect, "{kind:?}");
    }
}
