use proptest::prelude::{any, prop, prop_assert, proptest};
use smoltcp::wire::{Icmpv4Packet, Icmpv6Packet, Ipv4Packet, UdpPacket};

use super::*;
use crate::{
    NetConfig,
    packet::{Inbound, SegmentKind, classify},
};

fn flow(guest: &str, remote: &str) -> FlowKey {
    FlowKey {
        guest: guest.parse().unwrap(),
        remote: remote.parse().unwrap(),
    }
}

fn flows() -> [FlowKey; 2] {
    [
        flow("198.18.6.2:5000", "192.0.2.1:7"),
        flow("[fd6b:6572:7468::2]:5000", "[2001:db8::1]:7"),
    ]
}

/// A segment of `flow`'s guest.
fn segment(flow: &FlowKey, control: TcpControl, ack: Option<i32>, payload: &[u8]) -> Vec<u8> {
    let repr = TcpRepr {
        src_port: flow.guest.port(),
        dst_port: flow.remote.port(),
        control,
        seq_number: TcpSeqNumber(-1),
        ack_number: ack.map(TcpSeqNumber),
        window_len: 1000,
        window_scale: None,
        max_seg_size: None,
        sack_permitted: false,
        sack_ranges: [None; 3],
        timestamp: None,
        payload,
    };
    let (src, dst) = (flow.guest.ip(), flow.remote.ip());
    let (mut frame, start) = ip_frame(src, dst, IpProtocol::Tcp, repr.buffer_len()).unwrap();
    repr.emit(
        &mut TcpPacket::new_unchecked(&mut frame[start..]),
        &src.into(),
        &dst.into(),
        &ChecksumCapabilities::default(),
    );
    frame.split_off(PREFIX)
}

fn parts(frame: &Frame) -> packet::IpParts<'_> {
    let length = u16::from_be_bytes([frame[0], frame[1]]);
    assert_eq!(usize::from(length), frame.len() - PREFIX);
    packet::split(&frame[PREFIX..]).unwrap()
}

#[test]
fn a_syn_is_reset_with_the_number_after_its_own() {
    for flow in flows() {
        let frame = reset(&segment(&flow, TcpControl::Syn, None, b"")).unwrap();
        let ip = parts(&frame);
        let tcp = TcpPacket::new_checked(ip.payload).unwrap();
        assert!(tcp.verify_checksum(&ip.src.into(), &ip.dst.into()));
        assert!(tcp.rst() && tcp.ack());
        assert_eq!(tcp.ack_number(), TcpSeqNumber(0));
        assert_eq!((ip.src, ip.dst), (flow.remote.ip(), flow.guest.ip()));
        assert_eq!((tcp.src_port(), tcp.dst_port()), (7, 5000));
    }
}

#[test]
fn a_segment_with_ack_is_reset_at_the_number_it_expects() {
    let [flow, _] = flows();
    let frame = reset(&segment(&flow, TcpControl::None, Some(77), b"data")).unwrap();
    let tcp = TcpPacket::new_checked(parts(&frame).payload).unwrap();
    assert!(tcp.rst() && !tcp.ack());
    assert_eq!(tcp.seq_number(), TcpSeqNumber(77));
}

#[test]
fn a_reset_is_never_answered() {
    let [flow, _] = flows();
    assert_eq!(reset(&segment(&flow, TcpControl::Rst, Some(1), b"")), None);
}

#[test]
fn segments_are_told_apart_by_what_they_begin() {
    let [flow, _] = flows();
    for (control, ack, kind) in [
        (TcpControl::Syn, None, SegmentKind::Open),
        (TcpControl::Syn, Some(1), SegmentKind::Other),
        (TcpControl::None, Some(1), SegmentKind::Other),
        (TcpControl::Rst, None, SegmentKind::Reset),
    ] {
        let packet = segment(&flow, control, ack, b"");
        assert_eq!(classify(&packet), Ok(Inbound::Tcp { flow, kind }));
    }
}

#[test]
fn datagrams_have_right_checksums() {
    for flow in flows() {
        let frame = udp(&flow, b"odd", 1500).unwrap();
        let ip = parts(&frame);
        let datagram = UdpPacket::new_checked(ip.payload).unwrap();
        assert!(datagram.verify_checksum(&ip.src.into(), &ip.dst.into()));
        assert_eq!(datagram.payload(), b"odd");
    }
}

#[test]
fn a_datagram_beyond_the_mtu_is_not_made() {
    let [v4, v6] = flows();
    for (flow, fits) in [(v4, 1472), (v6, 1452)] {
        assert!(udp(&flow, &vec![0; fits], 1500).is_some());
        assert_eq!(udp(&flow, &vec![0; fits + 1], 1500), None);
    }
    assert_eq!(udp(&v4, &vec![0; 70_000], 100_000), None);
}

#[test]
fn errors_quote_the_packet_and_come_from_the_router() {
    let [v4, v6] = flows();
    let config = NetConfig::default();
    let packet = segment(&v4, TcpControl::Syn, None, b"");
    let frame = unreachable(&packet, config.gateway_v4.into(), Unreachable::Network).unwrap();
    let ip = parts(&frame);
    assert_eq!((ip.src, ip.dst), (config.gateway_v4.into(), v4.guest.ip()));
    let icmp = Icmpv4Packet::new_checked(ip.payload).unwrap();
    assert!(icmp.verify_checksum());
    assert_eq!(ip.payload[..2], [3, 0]);
    assert_eq!(ip.payload[8..], packet);
    let packet = segment(&v6, TcpControl::Syn, None, &[0; 2000]);
    let frame = unreachable(&packet, config.gateway_v6.into(), Unreachable::Host).unwrap();
    let ip = parts(&frame);
    let icmp = Icmpv6Packet::new_checked(ip.payload).unwrap();
    assert!(icmp.verify_checksum(&config.gateway_v6, &config.guest_v6));
    assert_eq!(ip.payload[..2], [1, 3]);
    assert!(frame.len() <= 1280);
}

#[test]
fn an_echo_request_for_a_socket_has_its_checksum() {
    let request = Echo {
        src: "198.18.6.2".parse().unwrap(),
        dst: "192.0.2.1".parse().unwrap(),
        ident: 1,
        sequence: 2,
        payload: b"odd",
    };
    let bytes = echo_request(&request);
    assert!(
        Icmpv4Packet::new_checked(&bytes[..])
            .unwrap()
            .verify_checksum()
    );
    assert_eq!(bytes[4..], [0, 1, 0, 2, b'o', b'd', b'd']);
}

fn mutate(mut packet: Vec<u8>, flips: &[(usize, u8)]) -> Vec<u8> {
    for (at, byte) in flips {
        let length = packet.len();
        packet[at % length] = *byte;
    }
    if let Ok(mut ip) = Ipv4Packet::new_checked(&mut packet[..])
        && ip.header_len() >= 20
    {
        ip.fill_checksum();
    }
    packet
}

proptest! {
    #[test]
    fn no_packet_breaks_the_way_in(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        version in prop::sample::select(vec![0x45u8, 0x46, 0x4f, 0x60]),
        flips in prop::collection::vec((0usize..120, any::<u8>()), 0..8),
    ) {
        crate::inspect(&bytes);
        let mut versioned = bytes.clone();
        if let Some(first) = versioned.first_mut() {
            *first = version;
            crate::inspect(&mutate(versioned, &[]));
        }
        for flow in flows() {
            crate::inspect(&mutate(segment(&flow, TcpControl::Syn, None, &bytes), &flips));
            let datagram = udp(&flow, &bytes, 65000).unwrap().split_off(PREFIX);
            crate::inspect(&mutate(datagram, &flips));
        }
    }

    #[test]
    fn what_we_make_we_can_read(payload in prop::collection::vec(any::<u8>(), 0..3000)) {
        for flow in flows() {
            let frame = udp(&flow, &payload, 65000).unwrap();
            let read = classify(&frame[PREFIX..]);
            prop_assert!(
                matches!(read, Ok(Inbound::Udp { payload: read, .. }) if read == payload),
                "{read:?}"
            );
        }
    }
}
