//! Packets that we make ourselves: resets, ICMP errors, UDP, echo replies.
//!
//! Each comes as a [`Frame`], its length prefix already in front.

use std::net::IpAddr;

use smoltcp::{
    phy::ChecksumCapabilities,
    wire::{
        IpAddress, IpProtocol, IpRepr, TcpControl, TcpPacket, TcpRepr, TcpSeqNumber, UdpRepr,
        checksum,
    },
};

use crate::packet::{self, Echo, FlowKey};

/// A packet behind its big-endian `u16` length, ready for the stream.
pub(crate) type Frame = Vec<u8>;

/// Bytes of a frame before the packet.
pub(crate) const PREFIX: usize = 2;

const HOP_LIMIT: u8 = 64;

/// Bytes of the offending packet that an ICMP error quotes at most: all of it
/// within the 576 bytes of RFC 1812, 4.3.2.3; IPv6 would take more, needs no more.
const QUOTED: usize = 576 - 20 - 8;

/// Why a destination can't be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreachable {
    Network,
    Host,
    Port,
    Prohibited,
}

/// An empty frame for a packet of `length` bytes, which must fit in a `u16`.
pub(crate) fn frame(length: usize) -> Frame {
    let mut frame = vec![0; PREFIX + length];
    let prefix = u16::try_from(length).unwrap_or(u16::MAX);
    frame[..PREFIX].copy_from_slice(&prefix.to_be_bytes());
    frame
}

/// The reset that answers a TCP segment which nobody wants (RFC 9293, 3.10.7.1).
/// None for what isn't TCP, or is a reset itself.
pub(crate) fn reset(packet: &[u8]) -> Option<Frame> {
    let ip = packet::split(packet).ok()?;
    let tcp = TcpPacket::new_checked(ip.payload).ok()?;
    if tcp.rst() || tcp.src_port() == 0 || tcp.dst_port() == 0 {
        return None;
    }
    let length = ip.payload.len() - usize::from(tcp.header_len());
    let (seq_number, ack_number) = if tcp.ack() {
        (tcp.ack_number(), None)
    } else {
        let consumed = length + usize::from(tcp.syn()) + usize::from(tcp.fin());
        (TcpSeqNumber(0), Some(tcp.seq_number() + consumed))
    };
    let repr = TcpRepr {
        src_port: tcp.dst_port(),
        dst_port: tcp.src_port(),
        control: TcpControl::Rst,
        seq_number,
        ack_number,
        window_len: 0,
        window_scale: None,
        max_seg_size: None,
        sack_permitted: false,
        sack_ranges: [None; 3],
        timestamp: None,
        payload: &[],
    };
    let (src, dst) = (IpAddress::from(ip.dst), IpAddress::from(ip.src));
    let (mut frame, start) = ip_frame(ip.dst, ip.src, IpProtocol::Tcp, repr.buffer_len())?;
    repr.emit(
        &mut TcpPacket::new_unchecked(&mut frame[start..]),
        &src,
        &dst,
        &ChecksumCapabilities::default(),
    );
    Some(frame)
}

/// The ICMP error to the sender of `packet`, coming from `router`, or from the
/// destination itself where only its port is unreachable.
pub(crate) fn unreachable(packet: &[u8], router: IpAddr, reason: Unreachable) -> Option<Frame> {
    let ip = packet::split(packet).ok()?;
    let from = if reason == Unreachable::Port {
        ip.dst
    } else {
        router
    };
    let quoted = &packet[..packet.len().min(QUOTED)];
    let (kind, code) = unreachable_code(ip.src.is_ipv4(), reason);
    icmp(from, ip.src, [kind, code], [0; 4], quoted)
}

/// Numbers of RFC 792 (and 1812, 5.2.7.1), and of RFC 4443, 3.1.
fn unreachable_code(v4: bool, reason: Unreachable) -> (u8, u8) {
    match (v4, reason) {
        (true, Unreachable::Network) => (3, 0),
        (true, Unreachable::Host) => (3, 1),
        (true, Unreachable::Port) => (3, 3),
        (true, Unreachable::Prohibited) => (3, 13),
        (false, Unreachable::Network) => (1, 0),
        (false, Unreachable::Prohibited) => (1, 1),
        (false, Unreachable::Host) => (1, 3),
        (false, Unreachable::Port) => (1, 4),
    }
}

/// The reply to an echo request.
pub(crate) fn echo_reply(request: &Echo<'_>) -> Option<Frame> {
    let kind = if request.src.is_ipv4() { 0 } else { 129 };
    let [id0, id1] = request.ident.to_be_bytes();
    let [seq0, seq1] = request.sequence.to_be_bytes();
    let rest = [id0, id1, seq0, seq1];
    icmp(request.dst, request.src, [kind, 0], rest, request.payload)
}

/// An echo request as bytes for a ping socket, checksum left to the kernel for
/// IPv6 and filled in for IPv4.
pub(crate) fn echo_request(request: &Echo<'_>) -> Vec<u8> {
    let v4 = request.src.is_ipv4();
    let mut bytes = Vec::with_capacity(8 + request.payload.len());
    bytes.extend([if v4 { 8 } else { 128 }, 0, 0, 0]);
    bytes.extend(request.ident.to_be_bytes());
    bytes.extend(request.sequence.to_be_bytes());
    bytes.extend(request.payload);
    if v4 {
        let sum = !checksum::data(&bytes);
        bytes[2..4].copy_from_slice(&sum.to_be_bytes());
    }
    bytes
}

/// A datagram from the remote end of `flow` to the guest. None when it doesn't
/// fit into a packet of `mtu` bytes.
pub(crate) fn udp(flow: &FlowKey, payload: &[u8], mtu: usize) -> Option<Frame> {
    let headers = if flow.guest.is_ipv4() { 28 } else { 48 };
    if payload.len() + headers > mtu {
        return None;
    }
    let repr = UdpRepr {
        src_port: flow.remote.port(),
        dst_port: flow.guest.port(),
    };
    let (src, dst) = (flow.remote.ip(), flow.guest.ip());
    let (mut frame, start) = ip_frame(src, dst, IpProtocol::Udp, 8 + payload.len())?;
    repr.emit(
        &mut smoltcp::wire::UdpPacket::new_unchecked(&mut frame[start..]),
        &src.into(),
        &dst.into(),
        payload.len(),
        |buffer| buffer.copy_from_slice(payload),
        &ChecksumCapabilities::default(),
    );
    Some(frame)
}

fn icmp(src: IpAddr, dst: IpAddr, head: [u8; 2], rest: [u8; 4], data: &[u8]) -> Option<Frame> {
    let protocol = if src.is_ipv4() {
        IpProtocol::Icmp
    } else {
        IpProtocol::Icmpv6
    };
    let (mut frame, start) = ip_frame(src, dst, protocol, 8 + data.len())?;
    let body = &mut frame[start..];
    body[..2].copy_from_slice(&head);
    body[4..8].copy_from_slice(&rest);
    body[8..].copy_from_slice(data);
    let sum = checksum::data(body);
    let sum = match (src, dst) {
        (IpAddr::V6(src), IpAddr::V6(dst)) => {
            let length = u32::try_from(8 + data.len()).ok()?;
            let pseudo = checksum::pseudo_header_v6(&src, &dst, protocol, length);
            !checksum::combine(&[pseudo, sum])
        }
        _ => !sum,
    };
    body[2..4].copy_from_slice(&sum.to_be_bytes());
    Some(frame)
}

/// A frame with its IP header written, and where the payload starts. None when
/// the versions differ or the packet would exceed 65535 bytes.
fn ip_frame(
    src: IpAddr,
    dst: IpAddr,
    protocol: IpProtocol,
    payload: usize,
) -> Option<(Frame, usize)> {
    if src.is_ipv4() != dst.is_ipv4() || payload > usize::from(u16::MAX) - 40 {
        return None;
    }
    let repr = IpRepr::new(src.into(), dst.into(), protocol, payload, HOP_LIMIT);
    let start = PREFIX + repr.header_len();
    let mut frame = frame(repr.header_len() + payload);
    repr.emit(&mut frame[PREFIX..], &ChecksumCapabilities::default());
    Some((frame, start))
}

#[cfg(test)]
mod tests;
