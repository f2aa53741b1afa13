//! What a flood of packets leaves behind: no more than the limits say.

use bytes::Bytes;
use hickory_proto::{
    op::{Message, Query},
    rr::{Name, RecordType},
};
use proptest::prelude::{any, prop, proptest};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{guest_udp, ping};
use crate::{NetConfig, serve::Switch};

/// A SYN for the DNS server, from a port of the guest.
fn syn(config: &NetConfig, port: u16) -> Vec<u8> {
    let mut packet = guest_udp(
        (config.guest_v4, port.max(1)).into(),
        (config.dns_v4, 53).into(),
        &[0; 12],
    );
    // The ports are where they were; the rest is sequence, length and flags.
    packet[9] = 6;
    packet[24..40].copy_from_slice(&[0, 0, 0, 9, 0, 0, 0, 0, 0x50, 2, 99, 0, 0, 0, 0, 0]);
    let mut ip = smoltcp::wire::Ipv4Packet::new_unchecked(&mut packet[..]);
    ip.fill_checksum();
    packet
}

fn query(config: &NetConfig, port: u16) -> Vec<u8> {
    let mut message = Message::query();
    let name = Name::from_ascii("host.docker.internal.").unwrap();
    message.add_query(Query::query(name, RecordType::A));
    let bytes = message.to_vec().unwrap();
    guest_udp(
        (config.guest_v4, port.max(1)).into(),
        (config.dns_v4, 53).into(),
        &bytes,
    )
}

fn config() -> NetConfig {
    let mut config = NetConfig::default();
    config.limits.tcp_flows = 5;
    config.limits.dns_queries = 3;
    config.limits.tcp_buffer = 4096;
    config
}

fn flood(kinds: &[(u8, u16)]) {
    let config = config();
    let (out, _queue) = mpsc::channel(16);
    let mut switch = Switch::new(config.clone(), out, CancellationToken::new());
    for (kind, port) in kinds {
        let packet = match kind % 4 {
            0 => syn(&config, *port),
            1 => query(&config, *port),
            2 => ping(&config, false, config.gateway_v4.into()),
            _ => vec![*kind; usize::from(*port % 100)],
        };
        switch.accept(Bytes::from(packet));
        assert!(switch.tcp.len() <= 5);
        assert!(switch.tasks.len() <= 8, "{}", switch.tasks.len());
    }
}

proptest! {
    #[test]
    fn no_flood_exceeds_the_limits(
        kinds in prop::collection::vec((any::<u8>(), any::<u16>()), 0..300),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { flood(&kinds) });
    }
}

#[tokio::test]
async fn ended_tasks_are_let_go_of_together() {
    let config = config();
    let (out, mut queue) = mpsc::channel(16);
    let mut switch = Switch::new(config.clone(), out, CancellationToken::new());
    for round in 0..10 {
        for port in 1..=3 {
            switch.accept(Bytes::from(query(&config, 3 * round + port)));
        }
        for _ in 0..3 {
            queue.recv().await.unwrap();
        }
        // The tasks end right after their answer, on this same thread.
        tokio::task::yield_now().await;
        switch.settle();
        assert_eq!(switch.tasks.len(), 0);
    }
    assert_eq!(config.stats.snapshot().dropped_full, 0);
}
