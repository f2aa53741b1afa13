use super::*;
use crate::craft;

fn flow() -> FlowKey {
    FlowKey {
        guest: "198.18.6.2:5000".parse().unwrap(),
        remote: "192.0.2.1:7".parse().unwrap(),
    }
}

/// A UDP packet from `flow().remote` to `flow().guest`.
fn udp_packet(payload: &[u8]) -> Vec<u8> {
    craft::udp(&flow(), payload, 65000).unwrap()[craft::PREFIX..].to_vec()
}

fn check_v4(change: impl FnOnce(&mut Ipv4Packet<&mut [u8]>), expect: Discard) {
    let mut packet = udp_packet(b"x");
    let mut ip = Ipv4Packet::new_unchecked(&mut packet[..]);
    change(&mut ip);
    ip.fill_checksum();
    assert_eq!(classify(&packet), Err(expect));
}

#[test]
fn a_datagram_is_read_with_both_ends() {
    let packet = udp_packet(b"payload");
    let swapped = FlowKey {
        guest: flow().remote,
        remote: flow().guest,
    };
    let expect = Inbound::Udp {
        flow: swapped,
        payload: b"payload",
    };
    assert_eq!(classify(&packet), Ok(expect));
}

#[test]
fn bytes_after_the_packet_are_not_payload() {
    let mut packet = udp_packet(b"payload");
    packet.extend(b"trailer");
    assert!(matches!(
        classify(&packet),
        Ok(Inbound::Udp {
            payload: b"payload",
            ..
        })
    ));
}

#[test]
fn a_wrong_header_checksum_is_malformed() {
    let mut packet = udp_packet(b"x");
    packet[10] ^= 1;
    assert_eq!(classify(&packet), Err(Discard::Malformed));
}

#[test]
fn fragments_are_told_apart() {
    check_v4(|ip| ip.set_more_frags(true), Discard::Fragment);
    check_v4(|ip| ip.set_frag_offset(8), Discard::Fragment);
}

#[test]
fn sources_that_cannot_be_answered_are_malformed() {
    for source in ["0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255"] {
        let source = source.parse().unwrap();
        check_v4(|ip| ip.set_src_addr(source), Discard::Malformed);
    }
}

#[test]
fn lengths_beyond_the_packet_are_malformed() {
    check_v4(|ip| ip.set_total_len(1000), Discard::Malformed);
    check_v4(|ip| ip.set_total_len(21), Discard::Malformed);
    for length in 0..udp_packet(b"x").len() {
        let packet = udp_packet(b"x");
        assert_eq!(classify(&packet[..length]), Err(Discard::Malformed));
    }
}

#[test]
fn other_protocols_are_unsupported() {
    check_v4(
        |ip| ip.set_next_header(IpProtocol::Igmp),
        Discard::Unsupported,
    );
    check_v4(
        |ip| ip.set_next_header(IpProtocol::Icmpv6),
        Discard::Unsupported,
    );
}
