//! Pings to the outside, by the host's unprivileged ping sockets.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Once},
    time::Duration,
};

use bytes::Bytes;
use tokio::{net::UdpSocket, sync::mpsc, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::{
    config::NetConfig,
    craft::{self, Frame},
    packet::{self, Echo, Inbound},
    sys,
};

/// Requests that may wait for a flow before more are dropped.
pub(crate) const QUEUED_PACKETS: usize = 32;

/// How long a flow lives without a packet.
const IDLE: Duration = Duration::from_secs(30);

static NO_PING: Once = Once::new();

/// One pinging program of the guest and what it pings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct EchoKey {
    pub(crate) src: IpAddr,
    pub(crate) dst: IpAddr,
    pub(crate) ident: u16,
}

/// All that a new flow needs.
#[derive(Debug)]
pub(crate) struct Flow {
    pub(crate) key: EchoKey,
    /// Packets of the guest, the first one included.
    pub(crate) packets: mpsc::Receiver<Bytes>,
    pub(crate) out: mpsc::Sender<Frame>,
    pub(crate) config: Arc<NetConfig>,
    pub(crate) stop: CancellationToken,
}

enum Event {
    Packet(Option<Bytes>),
    Reply(io::Result<usize>),
    Ended,
}

impl Flow {
    /// Runs the flow until it is idle too long, evicted, or `stop`.
    pub(crate) async fn run(mut self) {
        let Some((socket, raw)) = open(self.key.dst) else {
            return;
        };
        let mut buffer = vec![0; usize::from(u16::MAX)];
        let mut deadline = Instant::now() + IDLE;
        loop {
            let event = tokio::select! {
                packet = self.packets.recv() => Event::Packet(packet),
                reply = socket.recv(&mut buffer) => Event::Reply(reply),
                () = tokio::time::sleep_until(deadline) => Event::Ended,
                () = self.stop.cancelled() => Event::Ended,
            };
            match event {
                Event::Packet(Some(packet)) => request(&socket, &packet).await,
                Event::Reply(Ok(length)) => self.reply(&buffer[..length], raw).await,
                // Such as host unreachable: a ping shows that by silence.
                Event::Reply(Err(_)) => continue,
                Event::Packet(None) | Event::Ended => return,
            }
            deadline = Instant::now() + IDLE;
        }
    }

    async fn reply(&self, message: &[u8], raw: bool) {
        let Some((ident, sequence, payload)) = parse_reply(self.key.dst, message) else {
            return;
        };
        if raw && ident != self.key.ident {
            return;
        }
        let echo = Echo {
            src: self.key.src,
            dst: self.key.dst,
            ident: self.key.ident,
            sequence,
            payload,
        };
        let fits = payload.len() + 48 <= self.config.effective_mtu();
        if let Some(frame) = craft::echo_reply(&echo).filter(|_| fits) {
            // A closed queue means that the network is going down anyway.
            let _closed = self.out.send(frame).await;
        }
    }
}

fn open(dst: IpAddr) -> Option<(UdpSocket, bool)> {
    let opened = sys::ping_socket(dst).and_then(|ping| {
        ping.socket.connect(SocketAddr::new(dst, 0))?;
        ping.socket.set_nonblocking(true)?;
        Ok((UdpSocket::from_std(ping.socket)?, ping.raw))
    });
    match opened {
        Ok(opened) => Some(opened),
        Err(error) => {
            NO_PING.call_once(|| {
                tracing::warn!(
                    %error,
                    "containers cannot ping beyond this host; \
                     on Linux, net.ipv4.ping_group_range must include your group"
                );
            });
            None
        }
    }
}

async fn request(socket: &UdpSocket, packet: &[u8]) {
    if let Ok(Inbound::Echo(echo)) = packet::classify(packet) {
        // Lost like any ping.
        let _lost = socket.send(&craft::echo_request(&echo)).await;
    }
}

/// Identifier, sequence and payload of an echo reply. Some systems hand out the IPv4 header
/// in front of it; an echo reply itself begins with its type, 0 or 129.
fn parse_reply(dst: IpAddr, message: &[u8]) -> Option<(u16, u16, &[u8])> {
    let (kind, message) = match (dst, message.first()?) {
        (IpAddr::V4(_), 0x45..=0x4f) => (0, packet::split(message).ok()?.payload),
        (IpAddr::V4(_), _) => (0, message),
        (IpAddr::V6(_), _) => (129, message),
    };
    match message {
        [first, 0, _, _, id0, id1, seq0, seq1, payload @ ..] if *first == kind => Some((
            u16::from_be_bytes([*id0, *id1]),
            u16::from_be_bytes([*seq0, *seq1]),
            payload,
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_read_with_their_sequence() {
        let v4 = "192.0.2.1".parse().unwrap();
        let v6 = "2001:db8::1".parse().unwrap();
        let message = |kind| [kind, 0, 9, 9, 1, 2, 0, 7, b'x'];
        assert_eq!(parse_reply(v4, &message(0)), Some((0x0102, 7, &b"x"[..])));
        assert_eq!(parse_reply(v6, &message(129)), Some((0x0102, 7, &b"x"[..])));
    }

    #[test]
    fn other_messages_are_not_replies() {
        let v4 = "192.0.2.1".parse().unwrap();
        assert_eq!(parse_reply(v4, &[8, 0, 0, 0, 0, 0, 0, 1]), None);
        assert_eq!(parse_reply(v4, &[0, 0, 0]), None);
        assert_eq!(parse_reply(v4, &[]), None);
        assert_eq!(parse_reply(v4, &[0x45, 0, 0]), None);
    }
}
