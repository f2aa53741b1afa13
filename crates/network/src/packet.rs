//! What a packet from the guest is: a pure function from bytes.
//!
//! Packets are untrusted. Everything is checked for length before it is read;
//! the IPv4 header's checksum is verified, those of TCP, UDP and ICMP are not:
//! the channel is reliable, and the guest's kernel has just computed them.

use std::net::{IpAddr, SocketAddr};

use smoltcp::wire::{
    Icmpv4Message, Icmpv4Packet, Icmpv6Message, Icmpv6Packet, IpProtocol, Ipv4Packet, Ipv6Packet,
    TcpPacket, UdpPacket,
};

/// The two ends of a flow, as the guest sees them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct FlowKey {
    pub(crate) guest: SocketAddr,
    pub(crate) remote: SocketAddr,
}

/// A packet that something can be done with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Inbound<'a> {
    Tcp { flow: FlowKey, kind: SegmentKind },
    Udp { flow: FlowKey, payload: &'a [u8] },
    Echo(Echo<'a>),
}

/// What a TCP segment can mean to a flow that isn't there yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SegmentKind {
    /// SYN without ACK: begins a connection.
    Open,
    Reset,
    Other,
}

/// An ICMP or ICMPv6 echo request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Echo<'a> {
    pub(crate) src: IpAddr,
    pub(crate) dst: IpAddr,
    pub(crate) ident: u16,
    pub(crate) sequence: u16,
    pub(crate) payload: &'a [u8],
}

/// Why a packet goes no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Discard {
    Malformed,
    Fragment,
    Unsupported,
}

/// An IP packet taken apart, its payload cut to the length that the header names.
#[derive(Debug)]
pub(crate) struct IpParts<'a> {
    pub(crate) src: IpAddr,
    pub(crate) dst: IpAddr,
    pub(crate) protocol: IpProtocol,
    pub(crate) payload: &'a [u8],
}

/// Tells what `packet` is.
///
/// # Errors
/// The reason to drop it.
pub(crate) fn classify(packet: &[u8]) -> Result<Inbound<'_>, Discard> {
    let ip = split(packet)?;
    if !may_send(ip.src) {
        return Err(Discard::Malformed);
    }
    match ip.protocol {
        IpProtocol::Tcp => tcp(&ip),
        IpProtocol::Udp => udp(&ip),
        IpProtocol::Icmp if ip.src.is_ipv4() => echo_v4(&ip),
        IpProtocol::Icmpv6 if ip.src.is_ipv6() => echo_v6(&ip),
        _ => Err(Discard::Unsupported),
    }
}

/// Splits an IP packet of either version.
///
/// # Errors
/// When it is malformed, or a fragment.
pub(crate) fn split(packet: &[u8]) -> Result<IpParts<'_>, Discard> {
    match packet.first().map(|byte| byte >> 4) {
        Some(4) => split_v4(packet),
        Some(6) => split_v6(packet),
        _ => Err(Discard::Malformed),
    }
}

fn split_v4(packet: &[u8]) -> Result<IpParts<'_>, Discard> {
    let ip = Ipv4Packet::new_checked(packet).map_err(|_| Discard::Malformed)?;
    if ip.header_len() < 20 || !ip.verify_checksum() {
        return Err(Discard::Malformed);
    }
    if ip.more_frags() || ip.frag_offset() != 0 {
        return Err(Discard::Fragment);
    }
    Ok(IpParts {
        src: ip.src_addr().into(),
        dst: ip.dst_addr().into(),
        protocol: ip.next_header(),
        payload: ip.payload(),
    })
}

fn split_v6(packet: &[u8]) -> Result<IpParts<'_>, Discard> {
    let ip = Ipv6Packet::new_checked(packet).map_err(|_| Discard::Malformed)?;
    if ip.next_header() == IpProtocol::Ipv6Frag {
        return Err(Discard::Fragment);
    }
    Ok(IpParts {
        src: ip.src_addr().into(),
        dst: ip.dst_addr().into(),
        protocol: ip.next_header(),
        payload: ip.payload(),
    })
}

/// An answer to any other source could not arrive, or would arrive too often.
fn may_send(src: IpAddr) -> bool {
    let broadcast = matches!(src, IpAddr::V4(v4) if v4.is_broadcast());
    !src.is_multicast() && !src.is_unspecified() && !src.is_loopback() && !broadcast
}

fn tcp<'a>(ip: &IpParts<'a>) -> Result<Inbound<'a>, Discard> {
    let tcp = TcpPacket::new_checked(ip.payload).map_err(|_| Discard::Malformed)?;
    let flow = flow_key(ip, tcp.src_port(), tcp.dst_port())?;
    let kind = match (tcp.rst(), tcp.syn(), tcp.ack()) {
        (true, ..) => SegmentKind::Reset,
        (false, true, false) => SegmentKind::Open,
        _ => SegmentKind::Other,
    };
    Ok(Inbound::Tcp { flow, kind })
}

fn udp<'a>(ip: &IpParts<'a>) -> Result<Inbound<'a>, Discard> {
    let udp = UdpPacket::new_checked(ip.payload).map_err(|_| Discard::Malformed)?;
    Ok(Inbound::Udp {
        flow: flow_key(ip, udp.src_port(), udp.dst_port())?,
        payload: udp.payload(),
    })
}

fn flow_key(ip: &IpParts<'_>, src_port: u16, dst_port: u16) -> Result<FlowKey, Discard> {
    if src_port == 0 || dst_port == 0 {
        return Err(Discard::Malformed);
    }
    Ok(FlowKey {
        guest: SocketAddr::new(ip.src, src_port),
        remote: SocketAddr::new(ip.dst, dst_port),
    })
}

fn echo_v4<'a>(ip: &IpParts<'a>) -> Result<Inbound<'a>, Discard> {
    let icmp = Icmpv4Packet::new_checked(ip.payload).map_err(|_| Discard::Malformed)?;
    if icmp.msg_type() != Icmpv4Message::EchoRequest || icmp.msg_code() != 0 {
        return Err(Discard::Unsupported);
    }
    echo(ip)
}

fn echo_v6<'a>(ip: &IpParts<'a>) -> Result<Inbound<'a>, Discard> {
    let icmp = Icmpv6Packet::new_checked(ip.payload).map_err(|_| Discard::Malformed)?;
    if icmp.msg_type() != Icmpv6Message::EchoRequest || icmp.msg_code() != 0 {
        return Err(Discard::Unsupported);
    }
    echo(ip)
}

/// Both versions lay out an echo alike: type, code, checksum, identifier, sequence.
fn echo<'a>(ip: &IpParts<'a>) -> Result<Inbound<'a>, Discard> {
    let [_, _, _, _, id0, id1, seq0, seq1, payload @ ..] = ip.payload else {
        return Err(Discard::Malformed);
    };
    Ok(Inbound::Echo(Echo {
        src: ip.src,
        dst: ip.dst,
        ident: u16::from_be_bytes([*id0, *id1]),
        sequence: u16::from_be_bytes([*seq0, *seq1]),
        payload,
    }))
}

#[cfg(test)]
mod tests;
