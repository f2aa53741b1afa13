//! Packets in a byte stream: each with its length, 16 bits big-endian, before it.
use std::ops::Range;

/// Longest packet, in bytes: what the length can say.
pub(super) const MAX: usize = u16::MAX as usize;

/// Longest packet with its length.
pub(super) const FRAMED_MAX: usize = 2 + MAX;

/// What lies at the beginning of a buffer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unpacked {
    /// A whole packet.
    Packet {
        /// Where it is.
        packet: Range<usize>,
        /// Where the next one begins.
        rest: usize,
    },
    /// A part of one; more must be read.
    Partial,
}

/// Appends a packet. One that is too long for the length is dropped, like a
/// network drops what is over its MTU.
pub(super) fn pack(packet: &[u8], to: &mut Vec<u8>) {
    if let Ok(length) = u16::try_from(packet.len()) {
        to.extend_from_slice(&length.to_be_bytes());
        to.extend_from_slice(packet);
    }
}

/// The first packet in `buffer`.
pub(super) fn unpack(buffer: &[u8]) -> Unpacked {
    let Some(&[high, low]) = buffer.first_chunk() else {
        return Unpacked::Partial;
    };
    let rest = 2 + usize::from(u16::from_be_bytes([high, low]));
    if buffer.len() < rest {
        return Unpacked::Partial;
    }
    Unpacked::Packet {
        packet: 2..rest,
        rest,
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX, Unpacked, pack, unpack};

    #[test]
    fn packets_come_back_one_after_the_other() {
        let mut buffer = Vec::new();
        for packet in [&[1, 2, 3][..], &[], &[7; MAX]] {
            pack(packet, &mut buffer);
        }
        let mut at = 0;
        for length in [3, 0, MAX] {
            let Unpacked::Packet { packet, rest } = unpack(&buffer[at..]) else {
                panic!("partial at {at}");
            };
            assert_eq!(packet.len(), length);
            at += rest;
        }
        assert_eq!(at, buffer.len());
    }

    #[test]
    fn a_cut_packet_waits_for_more() {
        let mut buffer = Vec::new();
        pack(&[1, 2, 3], &mut buffer);
        for length in 0..buffer.len() {
            assert_eq!(unpack(&buffer[..length]), Unpacked::Partial);
        }
    }

    #[test]
    fn a_packet_over_the_limit_is_dropped_whole() {
        let mut buffer = Vec::new();
        pack(&[0; MAX + 1], &mut buffer);
        assert!(buffer.is_empty());
    }
}
