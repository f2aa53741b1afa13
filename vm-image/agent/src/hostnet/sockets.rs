//! The kernel's tables of sockets, and which of them the host shall have.
use std::{
    collections::HashSet,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use berth_link::proto::{ExposeRequest, Transport};

/// Which of the tables in `/proc/net`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    /// `tcp` and `tcp6`.
    Tcp,
    /// `udp` and `udp6`.
    Udp,
}

/// A socket that waits for clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Socket {
    /// TCP or UDP.
    pub(super) transport: Transport,
    /// Its address.
    pub(super) local: SocketAddr,
    /// Number by which a process' descriptors name it.
    pub(super) inode: u64,
}

/// States in the tables: net/tcp_states.h. An unconnected UDP socket is said
/// to be "closed".
const LISTEN: &str = "0A";
const UNCONNECTED: &str = "07";

/// Ports that the kernel gives to UDP clients (see the boot's sysctls): a
/// socket there waits for an answer, not for clients.
const EPHEMERAL: std::ops::RangeInclusive<u16> = 20_000..=32_767;

/// Sockets in a table that wait for clients. Lines that make no sense are
/// skipped.
pub(super) fn parse(text: &str, table: Table) -> Vec<Socket> {
    text.lines()
        .skip(1)
        .filter_map(|line| socket(line, table))
        .collect()
}

fn socket(line: &str, table: Table) -> Option<Socket> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (transport, waiting) = match table {
        Table::Tcp => (Transport::Tcp, LISTEN),
        Table::Udp => (Transport::Udp, UNCONNECTED),
    };
    if *words.get(3)? != waiting {
        return None;
    }
    let local = address(words.get(1)?)?;
    if table == Table::Udp && EPHEMERAL.contains(&local.port()) {
        return None;
    }
    Some(Socket {
        transport,
        local,
        inode: words.get(9)?.parse().ok()?,
    })
}

/// `0100007F:0050`: 32-bit words of the address in the machine's byte order,
/// the port as a number.
fn address(text: &str) -> Option<SocketAddr> {
    let (address, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let word = |at: usize| {
        let digits = address.get(at..at + 8)?;
        Some(u32::from_str_radix(digits, 16).ok()?.to_ne_bytes())
    };
    let ip: IpAddr = match address.len() {
        8 => Ipv4Addr::from(word(0)?).into(),
        32 => {
            let mut bytes = [0; 16];
            for (number, part) in bytes.chunks_exact_mut(4).enumerate() {
                part.copy_from_slice(&word(number * 8)?);
            }
            Ipv6Addr::from(bytes).into()
        }
        _ => return None,
    };
    Some((ip, port).into())
}

/// What to bind on the host for these sockets: those on every address and
/// those on the loopback. Other addresses are the guest's and mean nothing
/// there.
pub(super) fn exposures(sockets: &[Socket]) -> HashSet<ExposeRequest> {
    sockets
        .iter()
        .flat_map(|socket| of_socket(socket).into_iter().flatten())
        .collect()
}

fn of_socket(socket: &Socket) -> [Option<ExposeRequest>; 2] {
    let expose = |host: IpAddr, target: IpAddr| {
        let port = socket.local.port();
        Some(ExposeRequest {
            transport: socket.transport,
            host: (host, port).into(),
            target: (target, port).into(),
        })
    };
    let v4 = || expose(Ipv4Addr::UNSPECIFIED.into(), Ipv4Addr::LOCALHOST.into());
    match socket.local.ip().to_canonical() {
        ip if ip.is_loopback() => [expose(ip, ip), None],
        IpAddr::V4(ip) if ip.is_unspecified() => [v4(), None],
        // Such a socket takes IPv4 too, unless told not to: the table does not
        // say, and then a client is refused, as it would be without us.
        IpAddr::V6(ip) if ip.is_unspecified() => {
            [expose(ip.into(), Ipv6Addr::LOCALHOST.into()), v4()]
        }
        _ => [None, None],
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, net::SocketAddr};

    use berth_link::proto::Transport;

    use super::{Socket, Table, exposures, parse};

    const TCP: &str = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1 0
   1: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4243 1 0
   2: 0100007F:0050 0100007F:8888 01 00000000:00000000 00:00000000 00000000     0        0 4244 1 0
   3: garbage
   4: 0100007F:XYZ1 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4245 1 0
";
    const TCP6: &str = "\
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 7 1 0
";
    const UDP: &str = "\
   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
   10: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0 0
   11: 00000000:5000 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 2 2 0 0
   12: 0100007F:0036 0100007F:0035 01 00000000:00000000 00:00000000 00000000     0        0 3 2 0 0
";

    fn waiting(text: &str, table: Table) -> Vec<(String, u64)> {
        parse(text, table)
            .into_iter()
            .map(|s| (s.local.to_string(), s.inode))
            .collect()
    }

    fn exposed(local: &str) -> HashSet<(String, String)> {
        let local: SocketAddr = local.parse().unwrap();
        exposures(&[Socket {
            transport: Transport::Tcp,
            local,
            inode: 1,
        }])
        .into_iter()
        .map(|port| (port.host.to_string(), port.target.to_string()))
        .collect()
    }

    fn check(local: &str, expected: &[(&str, &str)]) {
        let expected = expected
            .iter()
            .map(|&(a, b)| (a.into(), b.into()))
            .collect();
        assert_eq!(exposed(local), expected);
    }

    #[test]
    fn listening_tcp_sockets_are_read() {
        let expected = [("0.0.0.0:8080".into(), 4242), ("127.0.0.1:80".into(), 4243)];
        assert_eq!(waiting(TCP, Table::Tcp), expected);
        assert_eq!(waiting(TCP6, Table::Tcp), [("[::1]:22".into(), 7)]);
    }

    #[test]
    fn udp_servers_are_read_and_clients_are_not() {
        assert_eq!(waiting(UDP, Table::Udp), [("0.0.0.0:53".into(), 1)]);
    }

    #[test]
    fn an_empty_table_has_no_sockets() {
        assert!(parse("", Table::Tcp).is_empty());
    }

    #[test]
    fn every_address_of_the_guest_is_every_address_of_the_host() {
        check("0.0.0.0:80", &[("0.0.0.0:80", "127.0.0.1:80")]);
        check(
            "[::]:80",
            &[("[::]:80", "[::1]:80"), ("0.0.0.0:80", "127.0.0.1:80")],
        );
    }

    #[test]
    fn the_loopback_stays_the_loopback() {
        check("127.0.0.1:80", &[("127.0.0.1:80", "127.0.0.1:80")]);
        check("[::1]:80", &[("[::1]:80", "[::1]:80")]);
        check("[::ffff:127.0.0.1]:80", &[("127.0.0.1:80", "127.0.0.1:80")]);
    }

    #[test]
    fn addresses_that_only_the_guest_has_are_left_out() {
        for local in ["172.17.0.1:80", "198.18.6.2:80", "[fd6b:6572:7468::2]:80"] {
            check(local, &[]);
        }
    }
}
