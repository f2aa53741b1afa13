//! What the network looks like to the guest, and what it may use up here.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
    time::Duration,
};

use crate::stats::Stats;

/// Addresses, names and limits of the guest's network. `Default` is what the
/// agent configures on its side, so change both or none.
#[derive(Debug, Clone)]
pub struct NetConfig {
    /// Stands for the host: connections to it reach the host's loopback.
    pub gateway_v4: Ipv4Addr,
    /// The guest's own address.
    pub guest_v4: Ipv4Addr,
    /// Answers DNS on port 53, UDP and TCP.
    pub dns_v4: Ipv4Addr,
    /// Length of the guest's IPv4 prefix in bits; other addresses in it are unreachable.
    pub prefix_v4: u8,
    /// Stands for the host, like `gateway_v4`.
    pub gateway_v6: Ipv6Addr,
    /// The guest's own address.
    pub guest_v6: Ipv6Addr,
    /// Answers DNS on port 53, UDP and TCP.
    pub dns_v6: Ipv6Addr,
    /// Length of the guest's IPv6 prefix in bits; other addresses in it are unreachable.
    pub prefix_v6: u8,
    /// Largest IP packet in bytes, both ways. Values below 1280 count as 1280.
    pub mtu: u16,
    /// Names that resolve to the gateway, without the trailing dot, any case.
    pub host_names: Vec<String>,
    /// Bounds on what the guest can make this process hold.
    pub limits: Limits,
    /// Counters, for the caller to keep a clone of.
    pub stats: Arc<Stats>,
}

/// Bounds on what the guest can make this process hold.
#[derive(Debug, Clone)]
pub struct Limits {
    /// TCP connections, those being dialed included. Above it: reset.
    pub tcp_flows: usize,
    /// Bytes of each of a connection's two buffers. Memory is used as it fills.
    pub tcp_buffer: usize,
    /// How long the destination may take to accept.
    pub dial_timeout: Duration,
    /// UDP flows. Above it the one idle longest makes way.
    pub udp_flows: usize,
    /// How long a UDP flow lives without a datagram.
    pub udp_idle: Duration,
    /// How long a UDP flow to a foreign port 53 lives without a datagram.
    pub udp_dns_idle: Duration,
    /// Ping flows. Above it the one idle longest makes way.
    pub echo_flows: usize,
    /// DNS queries being answered at once. Above it: dropped, the guest asks again.
    pub dns_queries: usize,
}

impl Default for NetConfig {
    fn default() -> Self {
        let v6 = |last| Ipv6Addr::new(0xfd6b, 0x6572, 0x7468, 0, 0, 0, 0, last);
        Self {
            gateway_v4: Ipv4Addr::new(198, 18, 6, 1),
            guest_v4: Ipv4Addr::new(198, 18, 6, 2),
            dns_v4: Ipv4Addr::new(198, 18, 6, 53),
            prefix_v4: 24,
            gateway_v6: v6(1),
            guest_v6: v6(2),
            dns_v6: v6(0x53),
            prefix_v6: 64,
            mtu: 65000,
            host_names: [
                "host.docker.internal",
                "gateway.docker.internal",
                "host.berth.internal",
                "host.containers.internal",
            ]
            .map(str::to_owned)
            .to_vec(),
            limits: Limits::default(),
            stats: Arc::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tcp_flows: 4096,
            tcp_buffer: 1 << 20,
            dial_timeout: Duration::from_secs(20),
            udp_flows: 2048,
            udp_idle: Duration::from_secs(60),
            udp_dns_idle: Duration::from_secs(10),
            echo_flows: 128,
            dns_queries: 256,
        }
    }
}

impl NetConfig {
    /// The MTU with the least that IPv6 allows as floor (RFC 8200, section 5).
    pub(crate) fn effective_mtu(&self) -> usize {
        usize::from(self.mtu.max(1280))
    }

    pub(crate) fn gateway_for(&self, peer: IpAddr) -> IpAddr {
        match peer {
            IpAddr::V4(_) => self.gateway_v4.into(),
            IpAddr::V6(_) => self.gateway_v6.into(),
        }
    }
}
