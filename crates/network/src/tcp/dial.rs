//! Dialing the real destination, and what its refusal means to the guest.

use std::{
    io::{self, ErrorKind},
    net::SocketAddr,
    time::Duration,
};

use bytes::Bytes;
use tokio::{net::TcpStream, sync::mpsc};

use crate::{
    craft::Unreachable,
    packet::{self, Inbound, SegmentKind},
};

/// How a dial ended.
#[derive(Debug)]
pub(crate) enum Dialed {
    Connected(TcpStream),
    Refused,
    Unreachable(Unreachable),
}

/// Dials `candidates` in turn, all of them within `timeout`.
pub(crate) async fn dial(candidates: &[SocketAddr], timeout: Duration) -> Dialed {
    match tokio::time::timeout(timeout, dial_each(candidates)).await {
        Ok(Ok(stream)) => Dialed::Connected(stream),
        Ok(Err(error)) => verdict(&error),
        Err(_elapsed) => Dialed::Unreachable(Unreachable::Host),
    }
}

/// Returns when the guest has given up on a connection that is being dialed.
/// Its repeated SYNs are dropped here: the answer is on its way.
pub(crate) async fn abandoned(packets: &mut mpsc::Receiver<Bytes>) {
    while let Some(packet) = packets.recv().await {
        if is_reset(&packet) {
            return;
        }
    }
}

fn is_reset(packet: &[u8]) -> bool {
    matches!(
        packet::classify(packet),
        Ok(Inbound::Tcp {
            kind: SegmentKind::Reset,
            ..
        })
    )
}

async fn dial_each(candidates: &[SocketAddr]) -> io::Result<TcpStream> {
    let mut first_error = None;
    for candidate in candidates {
        match TcpStream::connect(candidate).await {
            Ok(stream) => {
                // Latency only; a socket without it still works.
                let _unsupported = stream.set_nodelay(true);
                return Ok(stream);
            }
            // The first candidate is the one meant; its error says most.
            Err(error) => {
                first_error.get_or_insert(error);
            }
        }
    }
    Err(first_error.unwrap_or_else(|| ErrorKind::AddrNotAvailable.into()))
}

fn verdict(error: &io::Error) -> Dialed {
    match error.kind() {
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset => Dialed::Refused,
        ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
            Dialed::Unreachable(Unreachable::Network)
        }
        ErrorKind::PermissionDenied => Dialed::Unreachable(Unreachable::Prohibited),
        ErrorKind::HostUnreachable | ErrorKind::TimedOut | ErrorKind::AddrNotAvailable => {
            Dialed::Unreachable(Unreachable::Host)
        }
        _ => {
            tracing::warn!(%error, "cannot open a connection for the guest");
            Dialed::Unreachable(Unreachable::Host)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: ErrorKind, expect: Option<Unreachable>) {
        let reason = match verdict(&kind.into()) {
            Dialed::Unreachable(reason) => Some(reason),
            Dialed::Refused | Dialed::Connected(_) => None,
        };
        assert_eq!(reason, expect, "{kind:?}");
    }

    #[test]
    fn each_error_of_a_dial_reaches_the_guest_as_its_like() {
        check(ErrorKind::ConnectionRefused, None);
        check(ErrorKind::NetworkUnreachable, Some(Unreachable::Network));
        check(ErrorKind::HostUnreachable, Some(Unreachable::Host));
        check(ErrorKind::TimedOut, Some(Unreachable::Host));
        check(ErrorKind::PermissionDenied, Some(Unreachable::Prohibited));
    }

    #[tokio::test]
    async fn the_second_candidate_serves_when_the_first_refuses() {
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let refused = closed.local_addr().unwrap();
        drop(closed);
        let open = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let accepted = open.local_addr().unwrap();
        let timeout = Duration::from_secs(20);
        assert!(matches!(dial(&[refused], timeout).await, Dialed::Refused));
        assert!(matches!(
            dial(&[refused, accepted], timeout).await,
            Dialed::Connected(_)
        ));
    }
}
