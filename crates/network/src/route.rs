//! Where a destination of the guest lies: a pure function of the address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::config::NetConfig;

/// Where traffic to an address goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// The host itself, that is its loopback.
    Gateway,
    /// Our own DNS server.
    Dns,
    /// That very address, by an ordinary socket.
    Outside,
    /// Nobody: an unused address of the guest's own network.
    Unreachable,
    /// Denied by policy: the host's loopback and link-local by any spelling.
    Refused,
    /// Nothing at all, not even an error: multicast, broadcast, the guest itself.
    Nowhere,
}

/// Finds the route to `dst`.
pub(crate) fn route(config: &NetConfig, dst: IpAddr) -> Route {
    match dst {
        IpAddr::V4(v4) => route_v4(config, v4),
        IpAddr::V6(v6) => route_v6(config, v6),
    }
}

/// Host addresses that stand for port `port` of the gateway, best first. Many
/// servers listen on one of the two loopbacks only, so both are tried.
pub(crate) fn loopbacks(gateway: IpAddr, port: u16) -> [SocketAddr; 2] {
    let v4 = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let v6 = SocketAddr::from((Ipv6Addr::LOCALHOST, port));
    if gateway.is_ipv4() {
        [v4, v6]
    } else {
        [v6, v4]
    }
}

fn route_v4(config: &NetConfig, dst: Ipv4Addr) -> Route {
    let octets = dst.octets();
    if dst == config.gateway_v4 {
        Route::Gateway
    } else if dst == config.dns_v4 {
        Route::Dns
    } else if dst == config.guest_v4 || dst.is_multicast() || octets[0] >= 240 {
        Route::Nowhere
    } else if dst.is_loopback() || dst.is_link_local() || octets[0] == 0 {
        Route::Refused
    } else if same_prefix(&octets, &config.guest_v4.octets(), config.prefix_v4) {
        Route::Unreachable
    } else {
        Route::Outside
    }
}

fn route_v6(config: &NetConfig, dst: Ipv6Addr) -> Route {
    if dst == config.gateway_v6 {
        Route::Gateway
    } else if dst == config.dns_v6 {
        Route::Dns
    } else if dst == config.guest_v6 || dst.is_multicast() {
        Route::Nowhere
    } else if embeds_v4(dst) || dst.is_unicast_link_local() {
        Route::Refused
    } else if same_prefix(&dst.octets(), &config.guest_v6.octets(), config.prefix_v6) {
        Route::Unreachable
    } else {
        Route::Outside
    }
}

/// `::/96` (with `::1`) and `::ffff:0:0/96`: a socket would take these for IPv4
/// addresses or the loopback, past the rules above.
fn embeds_v4(dst: Ipv6Addr) -> bool {
    let segments = dst.segments();
    segments[..5] == [0; 5] && (segments[5] == 0 || segments[5] == 0xffff)
}

fn same_prefix(a: &[u8], b: &[u8], bits: u8) -> bool {
    let bits = usize::from(bits);
    let whole = bits / 8;
    let equal = a.iter().zip(b).take(whole).all(|(a, b)| a == b);
    let rest = bits % 8;
    let mask = !(0xffu8.checked_shr(rest as u32).unwrap_or(0));
    equal
        && match (a.get(whole), b.get(whole)) {
            (Some(a), Some(b)) => (a ^ b) & mask == 0,
            _ => true,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(dst: &str, expect: Route) {
        let dst = dst.parse().unwrap();
        assert_eq!(route(&NetConfig::default(), dst), expect, "{dst}");
    }

    #[test]
    fn the_gateway_and_the_dns_address_are_served_here() {
        check("198.18.6.1", Route::Gateway);
        check("fd6b:6572:7468::1", Route::Gateway);
        check("198.18.6.53", Route::Dns);
        check("fd6b:6572:7468::53", Route::Dns);
    }

    #[test]
    fn other_addresses_leave_by_host_sockets() {
        check("1.1.1.1", Route::Outside);
        check("10.0.0.1", Route::Outside);
        check("198.18.7.1", Route::Outside);
        check("2606:4700::1111", Route::Outside);
        check("64:ff9b::101:101", Route::Outside);
    }

    #[test]
    fn no_spelling_of_the_hosts_loopback_gets_through() {
        for dst in [
            "127.0.0.1",
            "127.255.0.9",
            "0.0.0.0",
            "0.1.2.3",
            "::1",
            "::",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
        ] {
            check(dst, Route::Refused);
        }
    }

    #[test]
    fn link_local_is_refused_and_unused_neighbors_are_unreachable() {
        check("169.254.169.254", Route::Refused);
        check("fe80::1", Route::Refused);
        check("198.18.6.77", Route::Unreachable);
        check("fd6b:6572:7468::77", Route::Unreachable);
    }

    #[test]
    fn multicast_and_broadcast_go_nowhere() {
        for dst in [
            "224.0.0.251",
            "255.255.255.255",
            "240.0.0.1",
            "ff02::1",
            "198.18.6.2",
        ] {
            check(dst, Route::Nowhere);
        }
    }

    #[test]
    fn prefixes_that_end_inside_a_byte_compare_by_bit() {
        assert!(same_prefix(&[0b1010_1111], &[0b1010_0000], 4));
        assert!(!same_prefix(&[0b1011_1111], &[0b1010_0000], 4));
        assert!(same_prefix(&[1], &[2], 0));
        assert!(same_prefix(&[1, 2], &[1, 2], 16));
    }
}
