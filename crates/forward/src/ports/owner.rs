//! Which program holds an address.
use std::net::{IpAddr, SocketAddr};

use berth_link::proto::{ExposeRequest, Transport};
use listeners::{Listener, Protocol, SocketState};

use super::error::Owner;

/// Looks through the sockets of all processes that this user may see.
pub(super) async fn find(request: ExposeRequest) -> Owner {
    let search = tokio::task::spawn_blocking(move || match listeners::get_all() {
        Ok(all) => pick(request, all),
        Err(error) => {
            tracing::debug!(%error, "can't list the sockets of this host");
            Owner::Unknown
        }
    });
    search.await.unwrap_or(Owner::Unknown)
}

/// The one among `all` that keeps `request` from being bound. One on the very
/// address is preferred, the lowest process ID among several of a kind.
fn pick(request: ExposeRequest, all: impl IntoIterator<Item = Listener>) -> Owner {
    let holder = all
        .into_iter()
        .filter(|listener| holds(listener, &request))
        .min_by_key(|listener| (listener.socket != request.host, listener.process.pid));
    holder.map_or(Owner::Unknown, |listener| Owner::Program {
        name: listener.process.name,
        pid: listener.process.pid,
    })
}

fn holds(listener: &Listener, request: &ExposeRequest) -> bool {
    let same_kind = match request.transport {
        Transport::Tcp => {
            listener.protocol == Protocol::TCP && listener.state == SocketState::Listen
        }
        Transport::Udp => listener.protocol == Protocol::UDP,
    };
    same_kind && may_hold(listener.socket, request.host)
}

/// Like [`overlaps`], for a program that may listen on `[::]` for IPv4 as well.
fn may_hold(held: SocketAddr, asked: SocketAddr) -> bool {
    let both_families = held.is_ipv6() && held.ip().is_unspecified();
    overlaps(held, asked) || (both_families && held.port() == asked.port())
}

/// Whether two sockets of one family each can't be bound at once.
pub(super) fn overlaps(one: SocketAddr, other: SocketAddr) -> bool {
    let (a, b) = (plain(one.ip()), plain(other.ip()));
    one.port() == other.port()
        && a.is_ipv4() == b.is_ipv4()
        && (a == b || a.is_unspecified() || b.is_unspecified())
}

fn plain(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

#[cfg(test)]
mod tests {
    use berth_link::proto::{ExposeRequest, Transport};
    use listeners::{Listener, Process, Protocol, SocketState};

    use super::{overlaps, pick};
    use crate::ports::Owner;

    #[test]
    fn addresses_overlap_within_their_family_and_port() {
        let check = |a: &str, b: &str, expected| {
            let (a, b) = (a.parse().unwrap(), b.parse().unwrap());
            assert_eq!(overlaps(a, b), expected, "{a} {b}");
            assert_eq!(overlaps(b, a), expected, "{b} {a}");
        };
        check("127.0.0.1:80", "127.0.0.1:80", true);
        check("127.0.0.1:80", "0.0.0.0:80", true);
        check("[::1]:80", "[::]:80", true);
        check("127.0.0.1:80", "[::ffff:127.0.0.1]:80", true);
        check("127.0.0.1:80", "127.0.0.2:80", false);
        check("127.0.0.1:80", "127.0.0.1:81", false);
        check("0.0.0.0:80", "[::]:80", false);
    }

    fn listener(socket: &str, protocol: Protocol, state: SocketState, pid: u32) -> Listener {
        let process = Process {
            pid,
            name: format!("p{pid}"),
            path: String::new(),
        };
        Listener {
            process,
            socket: socket.parse().unwrap(),
            protocol,
            state,
        }
    }

    #[test]
    fn only_a_listener_that_is_in_the_way_is_named() {
        use SocketState::{Established, Listen, Unknown};
        let request = ExposeRequest {
            transport: Transport::Tcp,
            host: "127.0.0.1:80".parse().unwrap(),
            target: "172.17.0.2:80".parse().unwrap(),
        };
        let others = vec![
            listener("127.0.0.1:80", Protocol::TCP, Established, 1),
            listener("127.0.0.1:80", Protocol::UDP, Unknown, 2),
            listener("127.0.0.2:80", Protocol::TCP, Listen, 3),
            listener("127.0.0.1:81", Protocol::TCP, Listen, 4),
        ];
        assert_eq!(pick(request, others.clone()), Owner::Unknown);
        let dual = listener("[::]:80", Protocol::TCP, Listen, 5);
        let exact = listener("127.0.0.1:80", Protocol::TCP, Listen, 6);
        let named = |pid: u32| Owner::Program {
            name: format!("p{pid}"),
            pid,
        };
        assert_eq!(
            pick(request, [others, vec![dual.clone()]].concat()),
            named(5)
        );
        assert_eq!(pick(request, [dual, exact]), named(6));
    }
}
