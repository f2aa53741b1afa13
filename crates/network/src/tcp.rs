//! TCP flows. Each is one task with a stack of its own.
//!
//! The destination is dialed before the guest's SYN is answered, so that the
//! guest learns of a refusal as a refusal. Only then does the SYN enter a
//! smoltcp stack which knows this one connection: a packet never looks for its
//! socket among thousands, and flows run on all cores.

mod device;
mod dial;
mod pump;
mod stack;

use std::{net::SocketAddr, sync::Arc};

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, sync::PollSender};

use self::{
    dial::Dialed,
    pump::Pump,
    stack::{Rings, Stack},
};
use crate::{
    config::NetConfig,
    craft::{self, Frame},
    dns::DnsServer,
    packet::FlowKey,
};

/// Packets that may wait for a flow. A window's worth of full packets is 17;
/// above it the guest retransmits.
pub(crate) const QUEUED_PACKETS: usize = 1024;

/// Where a flow leads.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    /// The first of these addresses that accepts.
    Dial(Vec<SocketAddr>),
    /// Our own DNS server.
    Dns(Arc<DnsServer>),
}

/// All that a new flow needs.
#[derive(Debug)]
pub(crate) struct Flow {
    pub(crate) key: FlowKey,
    pub(crate) target: Target,
    /// The packet that began it.
    pub(crate) syn: Bytes,
    /// Later packets of the same flow.
    pub(crate) packets: mpsc::Receiver<Bytes>,
    pub(crate) out: mpsc::Sender<Frame>,
    pub(crate) config: Arc<NetConfig>,
    pub(crate) stop: CancellationToken,
}

impl Flow {
    /// Runs the flow until both ends are done with it, or `stop`.
    pub(crate) async fn run(self) {
        match self.target.clone() {
            Target::Dial(candidates) => self.run_outside(&candidates).await,
            Target::Dns(server) => self.run_dns(server).await,
        }
    }

    async fn run_outside(mut self, candidates: &[SocketAddr]) {
        let limits = &self.config.limits;
        let dialed = tokio::select! {
            dialed = dial::dial(candidates, limits.dial_timeout) => dialed,
            () = dial::abandoned(&mut self.packets) => return,
            () = self.stop.cancelled() => return,
        };
        match dialed {
            Dialed::Connected(host) => self.pump(host).await,
            Dialed::Refused => {
                self.config.stats.tcp_refused.add(1);
                self.answer(craft::reset(&self.syn)).await;
            }
            Dialed::Unreachable(reason) => {
                self.config.stats.tcp_refused.add(1);
                let router = self.config.gateway_for(self.key.guest.ip());
                self.answer(craft::unreachable(&self.syn, router, reason))
                    .await;
            }
        }
    }

    async fn run_dns(self, server: Arc<DnsServer>) {
        let (near, far) = tokio::io::duplex(1 << 16);
        let stop = self.stop.clone();
        // One task for both halves: neither can outlive the other.
        tokio::select! {
            ((), ()) = async { tokio::join!(Box::pin(self.pump(near)), server.serve_stream(far)) } => {}
            () = stop.cancelled() => {}
        }
    }

    async fn pump<H: pump::HostStream>(self, host: H) {
        let mtu = self.config.effective_mtu();
        let mut rings = match Rings::new(self.config.limits.tcp_buffer) {
            Ok(rings) => rings,
            Err(error) => {
                tracing::warn!(%error, "no memory for a connection of the guest");
                return self.answer(craft::reset(&self.syn)).await;
            }
        };
        let Some(stack) = Stack::accepting(&self.key, mtu, &mut rings) else {
            return self.answer(craft::reset(&self.syn)).await;
        };
        let mut pump = Pump::new(stack, host, self.packets, PollSender::new(self.out));
        pump.feed(self.syn);
        let finished = tokio::select! {
            () = std::future::poll_fn(|cx| pump.poll(cx)) => true,
            () = self.stop.cancelled() => false,
        };
        if !finished {
            pump.abort_host();
        }
    }

    async fn answer(&self, frame: Option<Frame>) {
        if let Some(frame) = frame {
            // A closed queue means that the network is going down anyway.
            let _closed = self.out.send(frame).await;
        }
    }
}

#[cfg(test)]
mod tests;
