//! Counters of one network, cheap enough to bump per packet.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Live counters. Only ever grow, but for the `*_open` gauges.
#[derive(Debug, Default)]
pub struct Stats {
    pub(crate) from_guest_packets: Counter,
    pub(crate) from_guest_bytes: Counter,
    pub(crate) to_guest_packets: Counter,
    pub(crate) to_guest_bytes: Counter,
    pub(crate) tcp_opened: Counter,
    pub(crate) tcp_open: Counter,
    pub(crate) tcp_refused: Counter,
    pub(crate) udp_opened: Counter,
    pub(crate) udp_open: Counter,
    pub(crate) dns_queries: Counter,
    pub(crate) dropped_malformed: Counter,
    pub(crate) dropped_fragments: Counter,
    pub(crate) dropped_unsupported: Counter,
    pub(crate) dropped_full: Counter,
}

/// A reading of [`Stats`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// IP packets received from the guest.
    pub from_guest_packets: u64,
    /// Bytes of those, IP headers included.
    pub from_guest_bytes: u64,
    /// IP packets sent to the guest.
    pub to_guest_packets: u64,
    /// Bytes of those, IP headers included.
    pub to_guest_bytes: u64,
    /// TCP connections the guest began.
    pub tcp_opened: u64,
    /// TCP connections that are open or being dialed now.
    pub tcp_open: u64,
    /// TCP connections that the destination, its network or our policy denied.
    pub tcp_refused: u64,
    /// UDP flows begun.
    pub udp_opened: u64,
    /// UDP flows alive now.
    pub udp_open: u64,
    /// DNS queries received, over UDP and TCP.
    pub dns_queries: u64,
    /// Packets dropped because they were not valid IP, TCP, UDP or ICMP.
    pub dropped_malformed: u64,
    /// IP fragments dropped: there is no reassembly.
    pub dropped_fragments: u64,
    /// Valid packets dropped: other protocols, multicast, broadcast.
    pub dropped_unsupported: u64,
    /// Packets dropped because a queue or table was full.
    pub dropped_full: u64,
}

impl Stats {
    /// Reads all counters; not one atomic moment, close enough for a display.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            from_guest_packets: self.from_guest_packets.get(),
            from_guest_bytes: self.from_guest_bytes.get(),
            to_guest_packets: self.to_guest_packets.get(),
            to_guest_bytes: self.to_guest_bytes.get(),
            tcp_opened: self.tcp_opened.get(),
            tcp_open: self.tcp_open.get(),
            tcp_refused: self.tcp_refused.get(),
            udp_opened: self.udp_opened.get(),
            udp_open: self.udp_open.get(),
            dns_queries: self.dns_queries.get(),
            dropped_malformed: self.dropped_malformed.get(),
            dropped_fragments: self.dropped_fragments.get(),
            dropped_unsupported: self.dropped_unsupported.get(),
            dropped_full: self.dropped_full.get(),
        }
    }
}

/// One counter; relaxed, for nothing is ordered by it.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, amount: u64) {
        self.0.fetch_add(amount, Relaxed);
    }

    pub(crate) fn set(&self, value: usize) {
        self.0.store(value as u64, Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}
