//! The nameservers of a `resolv.conf(5)`: a pure function of its text.

use std::net::{IpAddr, Ipv6Addr, SocketAddr, SocketAddrV6};

/// The C library looks at this many only (MAXNS).
const MAX_SERVERS: usize = 3;

/// Nameservers in order, on port 53. Lines that make no sense are skipped, as
/// the C library does. A scope of IPv6 counts when it is a number.
pub(crate) fn nameservers(text: &str) -> Vec<SocketAddr> {
    text.lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            (words.next() == Some("nameserver")).then_some(())?;
            server(words.next()?)
        })
        .take(MAX_SERVERS)
        .collect()
}

fn server(word: &str) -> Option<SocketAddr> {
    if let Ok(address) = word.parse::<IpAddr>() {
        return Some(SocketAddr::new(address, 53));
    }
    let (address, scope) = word.split_once('%')?;
    let address: Ipv6Addr = address.parse().ok()?;
    Some(SocketAddrV6::new(address, 53, 0, scope.parse().ok()?).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let servers: Vec<_> = nameservers(text).iter().map(ToString::to_string).collect();
        assert_eq!(servers, expect, "{text:?}");
    }

    #[test]
    fn servers_are_read_in_order() {
        check(
            "# by hand\nsearch example.org\nnameserver 192.0.2.1\n\tnameserver\t2001:db8::1 # two\n",
            &["192.0.2.1:53", "[2001:db8::1]:53"],
        );
    }

    #[test]
    fn only_the_first_three_count() {
        let text = "nameserver 10.0.0.1\n".repeat(5);
        check(&text, &["10.0.0.1:53"; 3]);
    }

    #[test]
    fn nonsense_is_skipped() {
        check(
            "nameserver\nnameserver x\nnameservers 1.1.1.1\n;nameserver 1.1.1.1\n",
            &[],
        );
        check("", &[]);
    }

    #[test]
    fn a_numeric_scope_is_kept() {
        check(
            "nameserver fe80::1%3\nnameserver fe80::1%eth0",
            &["[fe80::1%3]:53"],
        );
    }
}
