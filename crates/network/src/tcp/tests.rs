//! Flows against segments that no sane guest would send.

use std::task::{Context, Poll, Waker};

use proptest::prelude::{any, prop, proptest};
use smoltcp::{
    phy::ChecksumCapabilities,
    wire::{IpProtocol, IpRepr, TcpControl, TcpPacket, TcpRepr, TcpSeqNumber},
};

use super::*;

fn key() -> FlowKey {
    FlowKey {
        guest: "198.18.6.2:5000".parse().unwrap(),
        remote: "192.0.2.1:7".parse().unwrap(),
    }
}

#[derive(Debug, Clone)]
struct Segment {
    seq: i32,
    ack: Option<i32>,
    control: TcpControl,
    window: u16,
    payload: usize,
    flips: Vec<(usize, u8)>,
}

fn packet(segment: &Segment) -> Bytes {
    let payload = vec![7; segment.payload];
    let repr = TcpRepr {
        src_port: 5000,
        dst_port: 7,
        control: segment.control,
        seq_number: TcpSeqNumber(segment.seq),
        ack_number: segment.ack.map(TcpSeqNumber),
        window_len: segment.window,
        window_scale: (segment.control == TcpControl::Syn).then_some(14),
        max_seg_size: (segment.control == TcpControl::Syn).then_some(segment.window),
        sack_permitted: false,
        sack_ranges: [None; 3],
        timestamp: None,
        payload: &payload,
    };
    let (src, dst) = (key().guest.ip().into(), key().remote.ip().into());
    let ip = IpRepr::new(src, dst, IpProtocol::Tcp, repr.buffer_len(), 64);
    let mut bytes = vec![0; ip.buffer_len()];
    let caps = ChecksumCapabilities::default();
    ip.emit(&mut bytes[..], &caps);
    let mut tcp = TcpPacket::new_unchecked(&mut bytes[20..]);
    repr.emit(&mut tcp, &src, &dst, &caps);
    for (at, byte) in &segment.flips {
        // Ports stay: the packet is to find its flow.
        let at = 24 + at % (bytes.len() - 24);
        bytes[at] = *byte;
    }
    Bytes::from(bytes)
}

fn segments() -> impl proptest::strategy::Strategy<Value = Vec<Segment>> {
    use proptest::strategy::Strategy;
    let control = prop::sample::select(vec![
        TcpControl::None,
        TcpControl::Psh,
        TcpControl::Fin,
        TcpControl::Syn,
        TcpControl::Rst,
    ]);
    // Near the numbers in use, so that some of it is accepted.
    let near = -70_000..70_000i32;
    let ack = prop::option::of(near.clone());
    let flips = prop::collection::vec((0usize..80, any::<u8>()), 0..3);
    let segment = (near, ack, control, any::<u16>(), 0..2000usize, flips).prop_map(
        |(seq, ack, control, window, payload, flips)| Segment {
            seq,
            ack,
            control,
            window,
            payload,
            flips,
        },
    );
    prop::collection::vec(segment, 0..30)
}

const SYN: Segment = Segment {
    seq: -1,
    ack: None,
    control: TcpControl::Syn,
    window: 60_000,
    payload: 0,
    flips: Vec::new(),
};

/// Reads the sequence number of our SYN|ACK.
fn offer(queue: &mut mpsc::Receiver<Frame>) -> i32 {
    let frame = queue.try_recv().unwrap();
    let ip = crate::packet::split(&frame[craft::PREFIX..]).unwrap();
    let tcp = TcpPacket::new_checked(ip.payload).unwrap();
    assert!(tcp.syn() && tcp.ack());
    tcp.seq_number().0
}

/// Opens a flow, then feeds it `segments`, their acknowledgments relative to our
/// numbers. Returns at the flow's end or that of the segments.
async fn abuse(segments: Vec<Segment>) {
    let (sender, packets) = mpsc::channel(QUEUED_PACKETS);
    let (out, mut queue) = mpsc::channel(QUEUED_PACKETS);
    let (near, mut far) = tokio::io::duplex(4096);
    let mut rings = Rings::new(1 << 16).unwrap();
    let stack = Stack::accepting(&key(), 65000, &mut rings).unwrap();
    let mut pump = Pump::new(stack, near, packets, PollSender::new(out));
    let mut cx = Context::from_waker(Waker::noop());
    pump.feed(packet(&SYN));
    assert!(pump.poll(&mut cx).is_pending());
    let first = offer(&mut queue);
    tokio::io::AsyncWriteExt::write_all(&mut far, &[1; 4096])
        .await
        .unwrap();
    for mut segment in segments {
        segment.ack = segment.ack.map(|ack| first.wrapping_add(ack % 5000));
        sender.try_send(packet(&segment)).unwrap();
        if pump.poll(&mut cx) == Poll::Ready(()) {
            return;
        }
        while queue.try_recv().is_ok() {}
    }
}

proptest! {
    #[test]
    fn no_segment_breaks_a_flow(segments in segments()) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(abuse(segments));
    }
}

#[tokio::test]
async fn data_beyond_the_buffer_before_the_first_acknowledgment_is_dropped() {
    abuse(vec![Segment {
        seq: 64_635,
        ack: Some(1),
        control: TcpControl::None,
        window: 1000,
        payload: 902,
        flips: Vec::new(),
    }])
    .await;
}

#[test]
fn an_address_that_cannot_accept_has_no_stack() {
    for remote in ["224.0.0.1:80", "[ff02::1]:80", "0.0.0.0:80", "192.0.2.1:0"] {
        let mut key = key();
        key.remote = remote.parse().unwrap();
        let mut rings = Rings::new(1024).unwrap();
        assert!(
            Stack::accepting(&key, 65000, &mut rings).is_none(),
            "{remote}"
        );
    }
}
