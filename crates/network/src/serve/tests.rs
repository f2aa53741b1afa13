//! The whole network, driven by a guest's stack against real sockets of the
//! host's loopback.

mod flood;
mod guest;

use std::{io, net::SocketAddr};

use smoltcp::{socket::tcp::State, wire::IpProtocol};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, UdpSocket},
};

use self::guest::Guest;
use crate::{
    NetConfig, craft,
    packet::{Echo, FlowKey},
};

fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i % 251) as u8).collect()
}

async fn listener() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

/// A port that nothing listens on.
async fn closed_port() -> u16 {
    listener().await.1
}

/// Sends all that it receives back, and ends when the other side does.
async fn echo_back(stream: &mut TcpStream) {
    let (mut reader, mut writer) = stream.split();
    tokio::io::copy(&mut reader, &mut writer).await.unwrap();
    writer.shutdown().await.unwrap();
}

/// A packet of the guest's: `craft` makes those towards it, so the ends swap.
fn guest_udp(from: SocketAddr, to: SocketAddr, payload: &[u8]) -> Vec<u8> {
    let swapped = FlowKey {
        guest: to,
        remote: from,
    };
    let mut frame = craft::udp(&swapped, payload, 65000).unwrap();
    frame.drain(..craft::PREFIX);
    frame
}

fn ping(config: &NetConfig, v6: bool, dst: std::net::IpAddr) -> Vec<u8> {
    let src = if v6 {
        config.guest_v6.into()
    } else {
        config.guest_v4.into()
    };
    let echo = Echo {
        src: dst,
        dst: src,
        ident: 9,
        sequence: 3,
        payload: b"hello",
    };
    let mut frame = craft::echo_reply(&echo).unwrap();
    frame.drain(..craft::PREFIX);
    // A reply made into a request; the ICMP checksum isn't verified.
    let header = if v6 { 40 } else { 20 };
    frame[header] = if v6 { 128 } else { 8 };
    frame
}

#[tokio::test]
async fn a_mebibyte_comes_back_whole_through_the_gateway() {
    let (listener, port) = listener().await;
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        echo_back(&mut stream).await;
    });
    let mut guest = Guest::start(NetConfig::default());
    let handle = guest.connect_host(port);
    let sent = pattern(1 << 20);
    let received = guest.exchange_all(handle, &sent).await;
    assert!(
        received == sent,
        "{} of {} bytes",
        received.len(),
        sent.len()
    );
    server.await.unwrap();
}

#[tokio::test]
async fn the_gateway_of_ipv6_reaches_a_server_on_the_other_loopback() {
    let (listener, port) = listener().await;
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        echo_back(&mut stream).await;
    });
    let mut guest = Guest::start(NetConfig::default());
    let handle = guest.connect((guest.config.gateway_v6, port).into());
    assert_eq!(guest.exchange_all(handle, b"over six").await, b"over six");
    server.await.unwrap();
}

#[tokio::test]
async fn an_answer_that_waits_for_the_end_of_the_request_arrives() {
    let (listener, port) = listener().await;
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        stream.read_to_end(&mut request).await.unwrap();
        let answer = format!("{} bytes", request.len());
        stream.write_all(answer.as_bytes()).await.unwrap();
    });
    let mut guest = Guest::start(NetConfig::default());
    let handle = guest.connect_host(port);
    assert_eq!(
        guest.exchange_all(handle, &pattern(5000)).await,
        b"5000 bytes"
    );
}

#[tokio::test]
async fn the_guest_can_still_send_after_the_server_ended_its_side() {
    let (listener, port) = listener().await;
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.shutdown().await.unwrap();
        let mut request = Vec::new();
        stream.read_to_end(&mut request).await.unwrap();
        request
    });
    let mut guest = Guest::start(NetConfig::default());
    let handle = guest.connect_host(port);
    guest.until_state(handle, State::CloseWait).await;
    guest.socket(handle).send_slice(b"late").unwrap();
    guest.socket(handle).close();
    guest.until_state(handle, State::Closed).await;
    assert_eq!(server.await.unwrap(), b"late");
}

#[tokio::test]
async fn a_refused_connection_is_never_established() {
    let mut guest = Guest::start(NetConfig::default());
    let port = closed_port().await;
    let handle = guest.connect_host(port);
    guest
        .until(|guest| {
            let state = guest.socket(handle).state();
            assert_ne!(state, State::Established);
            state == State::Closed
        })
        .await;
    assert_eq!(guest.config.stats.snapshot().tcp_refused, 1);
}

#[tokio::test]
async fn the_hosts_loopback_is_refused_by_its_own_address() {
    let (listener, port) = listener().await;
    let mut guest = Guest::start(NetConfig::default());
    let handle = guest.connect(([127, 0, 0, 1], port).into());
    guest.until_state(handle, State::Closed).await;
    drop(listener);
}

#[tokio::test]
async fn an_unused_address_of_the_network_is_unreachable() {
    let mut guest = Guest::start(NetConfig::default());
    guest.connect(([198, 18, 6, 99], 80).into());
    let (src, protocol, payload) = guest.receive_other().await;
    assert_eq!(src, guest.config.gateway_v4);
    assert_eq!(protocol, IpProtocol::Icmp);
    assert_eq!(payload[..2], [3, 1]);
}

#[tokio::test]
async fn a_reset_of_the_server_reaches_the_guest() {
    let (listener, port) = listener().await;
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_zero_linger().unwrap();
    });
    let mut guest = Guest::start(NetConfig::default());
    let handle = guest.connect_host(port);
    guest.until_state(handle, State::Closed).await;
}

#[tokio::test]
async fn a_reset_of_the_guest_reaches_the_server() {
    let (listener, port) = listener().await;
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.read_u8().await.unwrap_err().kind()
    });
    let mut guest = Guest::start(NetConfig::default());
    let handle = guest.connect_host(port);
    guest.until_state(handle, State::Established).await;
    guest.socket(handle).abort();
    guest
        .until(|guest| guest.config.stats.snapshot().tcp_open == 0)
        .await;
    assert_eq!(server.await.unwrap(), io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_server_that_does_not_read_holds_the_guest_back() {
    let (listener, port) = listener().await;
    let mut guest = Guest::start(NetConfig::default());
    let handle = guest.connect_host(port);
    guest.until_state(handle, State::Established).await;
    let (mut stream, _) = listener.accept().await.unwrap();
    let data = pattern(64 << 20);
    let mut sent = 0;
    // Quiet means that nothing could be sent in twenty rounds.
    let mut quiet = 0;
    guest
        .until(|guest| {
            let count = guest.socket(handle).send_slice(&data[sent..]).unwrap();
            sent += count;
            quiet = if count == 0 { quiet + 1 } else { 0 };
            quiet == 20
        })
        .await;
    assert!(sent < data.len());
    let reader = tokio::spawn(async move {
        let mut received = Vec::new();
        stream.read_to_end(&mut received).await.unwrap();
        received
    });
    guest.socket(handle).close();
    guest.until(|_| reader.is_finished()).await;
    assert!(reader.await.unwrap() == data[..sent]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_connections_run_at_once() {
    let (listener, port) = listener().await;
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move { echo_back(&mut stream).await });
        }
    });
    let mut config = NetConfig::default();
    config.limits.tcp_buffer = 64 * 1024;
    let mut guest = Guest::start(config);
    let handles: Vec<_> = (0..500).map(|_| guest.connect_host(port)).collect();
    let mut closed = vec![false; handles.len()];
    guest
        .until(|guest| {
            for (index, handle) in handles.iter().enumerate() {
                let socket = guest.socket(*handle);
                if socket.may_send() && socket.state() == State::Established && !closed[index] {
                    socket.send_slice(&index.to_be_bytes()).unwrap();
                    socket.close();
                    closed[index] = true;
                }
            }
            handles
                .iter()
                .all(|handle| guest.socket(*handle).state() == State::TimeWait)
        })
        .await;
    for (index, handle) in handles.iter().enumerate() {
        let mut echoed = [0; 8];
        guest.socket(*handle).recv_slice(&mut echoed).unwrap();
        assert_eq!(echoed, index.to_be_bytes());
    }
    guest
        .until(|guest| guest.config.stats.snapshot().tcp_open == 0)
        .await;
    assert_eq!(guest.config.stats.snapshot().tcp_opened, 500);
}

#[tokio::test]
async fn connections_above_the_limit_are_reset() {
    let (listener, port) = listener().await;
    let mut config = NetConfig::default();
    config.limits.tcp_flows = 1;
    let mut guest = Guest::start(config);
    let first = guest.connect_host(port);
    guest.until_state(first, State::Established).await;
    let second = guest.connect_host(port);
    guest.until_state(second, State::Closed).await;
    assert_eq!(guest.socket(first).state(), State::Established);
    drop(listener);
}

#[tokio::test]
async fn a_cut_stream_takes_connections_and_tasks_along() {
    let (listener, port) = listener().await;
    let mut guest = Guest::start(NetConfig::default());
    let handle = guest.connect_host(port);
    guest.until_state(handle, State::Established).await;
    let (mut stream, _) = listener.accept().await.unwrap();
    let stats = guest.config.stats.clone();
    guest.cut().await.unwrap();
    let error = stream.read_u8().await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    assert_eq!(stats.snapshot().tcp_open, 0);
    let alive = tokio::runtime::Handle::current()
        .metrics()
        .num_alive_tasks();
    assert_eq!(alive, 0);
}

#[tokio::test]
async fn a_stop_ends_the_network_while_the_stream_is_open() {
    let (listener, port) = listener().await;
    let mut guest = Guest::start(NetConfig::default());
    let handle = guest.connect_host(port);
    guest.until_state(handle, State::Established).await;
    guest.stop.cancel();
    (&mut guest.served).await.unwrap().unwrap();
    let (mut stream, _) = listener.accept().await.unwrap();
    stream.read_u8().await.unwrap_err();
}

#[tokio::test]
async fn a_segment_of_an_unknown_connection_is_reset() {
    let (listener, port) = listener().await;
    let mut first = Guest::start(NetConfig::default());
    let handle = first.connect_host(port);
    first.until_state(handle, State::Established).await;
    // Another network, as after a restart of ours, knows nothing of it.
    let fresh = Guest::start(NetConfig::default());
    let mut second = first.moved_to(fresh);
    second.socket(handle).send_slice(b"anyone?").unwrap();
    second.until_state(handle, State::Closed).await;
    drop(listener);
}

#[tokio::test]
async fn datagrams_go_to_the_hosts_loopback_and_back() {
    let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let port = server.local_addr().unwrap().port();
    let mut guest = Guest::start(NetConfig::default());
    let from = (guest.config.guest_v4, 5000).into();
    let to = (guest.config.gateway_v4, port).into();
    let large = pattern(60_000);
    guest.send_packet(&guest_udp(from, to, &large)).await;
    let mut buffer = vec![0; 65536];
    let (length, client) = server.recv_from(&mut buffer).await.unwrap();
    assert!(buffer[..length] == large);
    server.send_to(b"back", client).await.unwrap();
    let (src, protocol, payload) = guest.receive_other().await;
    assert_eq!((src, protocol), (to.ip(), IpProtocol::Udp));
    assert_eq!(payload[8..], *b"back");
    assert_eq!(payload[..2], port.to_be_bytes());
}

#[tokio::test]
async fn a_closed_udp_port_of_the_host_is_told_to_the_guest() {
    let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let port = server.local_addr().unwrap().port();
    drop(server);
    let mut guest = Guest::start(NetConfig::default());
    let from = (guest.config.guest_v4, 5000).into();
    let to = (guest.config.gateway_v4, port).into();
    let packet = guest_udp(from, to, b"x");
    guest.send_packet(&packet).await;
    let (_, protocol, payload) = guest.receive_other().await;
    assert_eq!(protocol, IpProtocol::Icmp);
    assert_eq!(payload[..2], [3, 3]);
    assert_eq!(payload[8..], packet);
}

#[tokio::test]
async fn the_gateway_answers_pings_of_both_families() {
    let mut guest = Guest::start(NetConfig::default());
    let (v4, v6) = (guest.config.gateway_v4, guest.config.gateway_v6);
    let packet = ping(&guest.config, false, v4.into());
    guest.send_packet(&packet).await;
    let (src, protocol, payload) = guest.receive_other().await;
    assert_eq!((src, protocol), (v4.into(), IpProtocol::Icmp));
    assert_eq!((payload[0], &payload[4..]), (0, &b"\0\x09\0\x03hello"[..]));
    let packet = ping(&guest.config, true, v6.into());
    guest.send_packet(&packet).await;
    let (src, protocol, payload) = guest.receive_other().await;
    assert_eq!((src, protocol), (v6.into(), IpProtocol::Icmpv6));
    assert_eq!(payload[0], 129);
}

#[tokio::test]
async fn dns_answers_over_udp_and_tcp() {
    use hickory_proto::{
        op::{Message, Query},
        rr::{Name, RData, RecordType},
    };
    let mut query = Message::query();
    let name = Name::from_ascii("host.docker.internal.").unwrap();
    query.add_query(Query::query(name, RecordType::A));
    let bytes = query.to_vec().unwrap();
    let check = |answer: &[u8], config: &NetConfig| {
        let answer = Message::from_vec(answer).unwrap();
        assert_eq!(answer.metadata.id, query.metadata.id);
        assert_eq!(answer.answers[0].data, RData::A(config.gateway_v4.into()));
    };
    let mut guest = Guest::start(NetConfig::default());
    let dns = (guest.config.dns_v4, 53).into();
    let from = (guest.config.guest_v4, 5000).into();
    guest.send_packet(&guest_udp(from, dns, &bytes)).await;
    let (_, _, payload) = guest.receive_other().await;
    check(&payload[8..], &guest.config);
    let handle = guest.connect(dns);
    let framed = [
        &u16::try_from(bytes.len()).unwrap().to_be_bytes()[..],
        &bytes,
    ]
    .concat();
    let answer = guest.exchange_all(handle, &framed).await;
    check(&answer[2..], &guest.config);
    assert_eq!(guest.config.stats.snapshot().dns_queries, 2);
}

#[tokio::test]
async fn garbage_is_counted_and_changes_nothing() {
    let mut guest = Guest::start(NetConfig::default());
    for packet in [&b""[..], b"x", &[0x45; 20], &[0x60; 60], &[0xff; 9000]] {
        guest.send_packet(packet).await;
    }
    guest
        .until(|guest| guest.config.stats.snapshot().dropped_malformed == 5)
        .await;
    let packet = ping(&guest.config, false, guest.config.gateway_v4.into());
    guest.send_packet(&packet).await;
    guest.receive_other().await;
}
