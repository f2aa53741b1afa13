//! UDP flows: one connected host socket each, so that the host's kernel tells
//! us of refusals, which the guest then gets as ICMP errors.

use std::{
    io::{self, ErrorKind},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use tokio::{net::UdpSocket, sync::mpsc, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::{
    config::NetConfig,
    craft::{self, Frame, Unreachable},
    datagram,
    packet::{self, FlowKey, Inbound},
};

/// Packets that may wait for a flow before more are dropped.
pub(crate) const QUEUED_PACKETS: usize = 256;

/// Datagrams taken from the host before others get their turn.
const BURST: usize = 64;

/// All that a new flow needs.
#[derive(Debug)]
pub(crate) struct Flow {
    pub(crate) key: FlowKey,
    /// Host address to talk to.
    pub(crate) peer: SocketAddr,
    /// Packets of the guest, the first one included.
    pub(crate) packets: mpsc::Receiver<Bytes>,
    pub(crate) out: mpsc::Sender<Frame>,
    pub(crate) config: Arc<NetConfig>,
    pub(crate) stop: CancellationToken,
}

/// What happened next on a flow.
enum Event {
    Packet(Option<Bytes>),
    HostReady(io::Result<()>),
    Idle,
    Stopped,
}

impl Flow {
    /// Runs the flow until it is idle too long, evicted, or `stop`.
    pub(crate) async fn run(mut self) {
        let socket = match datagram::connect(self.peer).await {
            Ok(socket) => socket,
            Err(error) => return self.fail(&error).await,
        };
        let idle = self.idle_timeout();
        let mut last_packet = Bytes::new();
        let mut deadline = Instant::now() + idle;
        loop {
            let event = tokio::select! {
                packet = self.packets.recv() => Event::Packet(packet),
                ready = datagram::readable(&socket) => Event::HostReady(ready),
                () = tokio::time::sleep_until(deadline) => Event::Idle,
                () = self.stop.cancelled() => Event::Stopped,
            };
            match event {
                Event::Packet(Some(packet)) => {
                    let sent = send(&socket, &packet).await;
                    last_packet = packet;
                    self.report(sent, &last_packet).await;
                }
                Event::HostReady(Ok(())) => {
                    let received = self.receive(&socket).await;
                    self.report(received, &last_packet).await;
                }
                // The flow lives on: a server may be about to start.
                Event::HostReady(error) => {
                    self.report(error, &last_packet).await;
                    continue;
                }
                Event::Packet(None) | Event::Idle | Event::Stopped => return,
            }
            deadline = Instant::now() + idle;
        }
    }

    fn idle_timeout(&self) -> Duration {
        if self.key.remote.port() == 53 {
            self.config.limits.udp_dns_idle
        } else {
            self.config.limits.udp_idle
        }
    }

    /// Passes what the host socket has to the guest.
    async fn receive(&self, socket: &UdpSocket) -> io::Result<()> {
        // Not kept: thousands of idle flows would hold 64 KiB each.
        let mut buffer = vec![0; usize::from(u16::MAX)];
        for _ in 0..BURST {
            let length = match socket.try_recv(&mut buffer) {
                Ok(length) => length,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            };
            let mtu = self.config.effective_mtu();
            match craft::udp(&self.key, &buffer[..length], mtu) {
                Some(frame) => self.send_frame(frame).await,
                None => self.config.stats.dropped_full.add(1),
            }
        }
        Ok(())
    }

    /// Tells the guest of an error in answer to its last packet.
    async fn report(&self, result: io::Result<()>, last_packet: &[u8]) {
        let Err(error) = result else { return };
        let router = self.config.gateway_for(self.key.guest.ip());
        if let Some(frame) =
            reason(&error).and_then(|reason| craft::unreachable(last_packet, router, reason))
        {
            self.send_frame(frame).await;
        }
    }

    /// The flow could not even begin.
    async fn fail(mut self, error: &io::Error) {
        tracing::debug!(%error, peer = %self.peer, "no socket for a UDP flow");
        if let Ok(first) = self.packets.try_recv() {
            let error = io::Error::from(match error.kind() {
                ErrorKind::NetworkUnreachable => ErrorKind::NetworkUnreachable,
                _ => ErrorKind::HostUnreachable,
            });
            self.report(Err(error), &first).await;
        }
    }

    async fn send_frame(&self, frame: Frame) {
        // A closed queue means that the network is going down anyway.
        let _closed = self.out.send(frame).await;
    }
}

async fn send(socket: &UdpSocket, packet: &[u8]) -> io::Result<()> {
    if let Ok(Inbound::Udp { payload, .. }) = packet::classify(packet) {
        socket.send(payload).await?;
    }
    Ok(())
}

/// What the guest should hear of `error`, if anything.
fn reason(error: &io::Error) -> Option<Unreachable> {
    match error.kind() {
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset => Some(Unreachable::Port),
        ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => Some(Unreachable::Network),
        ErrorKind::HostUnreachable => Some(Unreachable::Host),
        ErrorKind::PermissionDenied => Some(Unreachable::Prohibited),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
