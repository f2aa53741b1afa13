//! The loop that takes packets off the stream and hands each to its flow.
//!
//! One task reads the stream and owns the tables, one writes the stream, and
//! each flow is a task of its own. The reader never waits for a flow: a full
//! queue drops the packet, as a network would.

use std::{io, net::IpAddr, sync::Arc, time::Duration};

use berth_link::Stream;
use bytes::Bytes;
use tokio::{
    sync::{Semaphore, mpsc},
    task::{JoinError, JoinSet},
};
use tokio_util::sync::CancellationToken;

use crate::{
    config::NetConfig,
    craft::{self, Frame, Unreachable},
    dns::{DnsServer, Transport},
    echo::{self, EchoKey},
    error::NetworkError,
    framing::{self, PacketReader},
    packet::{self, Discard, Echo, FlowKey, Inbound, SegmentKind},
    route::{self, Route},
    stats::Stats,
    table::{FlowId, FlowTable},
    tcp, udp,
};

/// Frames that may wait for the stream; the largest make 16 MiB.
const QUEUED_FRAMES: usize = 256;

/// How long flows may take to end themselves once told.
const WIND_UP: Duration = Duration::from_secs(2);

/// Serves the guest's network on `stream` until the stream ends or `stop`.
///
/// All tasks and host sockets of the network are gone when this returns. Host
/// connections that were open then are reset, not ended in an orderly way: the
/// guest's side of them is lost.
///
/// # Errors
/// [`NetworkError::Stream`] when the stream breaks. Its end is no error, nor is
/// anything that the guest can send.
pub async fn serve(
    stream: impl Stream,
    config: NetConfig,
    stop: CancellationToken,
) -> Result<(), NetworkError> {
    let (reader, writer) = tokio::io::split(stream);
    let (out, queue) = mpsc::channel(QUEUED_FRAMES);
    let stats = Arc::clone(&config.stats);
    let flows_stop = stop.child_token();
    let mut switch = Switch::new(config, out, flows_stop.clone());
    let mut packets = PacketReader::new(reader);
    let result = tokio::select! {
        result = switch.run(&mut packets) => result,
        // Not ended by its queue: the switch holds a sender.
        result = framing::write_frames(writer, queue, &stats) => result,
        () = stop.cancelled() => Ok(()),
    };
    flows_stop.cancel();
    switch.wind_up().await;
    result.map_err(NetworkError::Stream)
}

/// What a flow's task was, told at its end.
#[derive(Debug)]
enum Ended {
    Tcp(FlowKey, FlowId),
    Udp(FlowKey, FlowId),
    Echo(EchoKey, FlowId),
    Query,
}

/// The tables, and the tasks behind them.
#[derive(Debug)]
struct Switch {
    config: Arc<NetConfig>,
    dns: Arc<DnsServer>,
    tcp: FlowTable<FlowKey, mpsc::Sender<Bytes>>,
    udp: FlowTable<FlowKey, mpsc::Sender<Bytes>>,
    echo: FlowTable<EchoKey, mpsc::Sender<Bytes>>,
    /// One permit for each query being answered.
    queries: Arc<Semaphore>,
    tasks: JoinSet<Ended>,
    out: mpsc::Sender<Frame>,
    stop: CancellationToken,
}

impl Switch {
    fn new(config: NetConfig, out: mpsc::Sender<Frame>, stop: CancellationToken) -> Self {
        let config = Arc::new(config);
        let limits = &config.limits;
        Self {
            dns: Arc::new(DnsServer::new(Arc::clone(&config))),
            tcp: FlowTable::new(limits.tcp_flows),
            udp: FlowTable::new(limits.udp_flows),
            echo: FlowTable::new(limits.echo_flows),
            queries: Arc::new(Semaphore::new(limits.dns_queries)),
            tasks: JoinSet::new(),
            config,
            out,
            stop,
        }
    }

    /// Runs until the end of the stream.
    async fn run<R: tokio::io::AsyncRead + Unpin>(
        &mut self,
        packets: &mut PacketReader<R>,
    ) -> io::Result<()> {
        loop {
            tokio::select! {
                more = packets.fill() => {
                    if !more? {
                        return Ok(());
                    }
                }
                Some(ended) = self.tasks.join_next() => self.forget(ended),
            }
            while let Some(packet) = packets.next_packet() {
                self.accept(packet);
            }
            self.settle();
        }
    }

    /// Lets go of all tasks that have ended. One read may have begun thousands;
    /// they would pile up if each turn of the loop took only one of them.
    fn settle(&mut self) {
        while let Some(ended) = self.tasks.try_join_next() {
            self.forget(ended);
        }
    }

    /// Waits for all tasks, which were told to stop and find the queue to the
    /// stream closed, and aborts what is left after a while.
    async fn wind_up(mut self) {
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(WIND_UP, all).await.is_err() {
            tracing::warn!(left = self.tasks.len(), "network flows did not stop");
            self.tasks.shutdown().await;
        }
        self.config.stats.tcp_open.set(0);
        self.config.stats.udp_open.set(0);
    }

    fn forget(&mut self, ended: Result<Ended, JoinError>) {
        match ended {
            Ok(Ended::Tcp(key, id)) => self.tcp.remove(&key, id),
            Ok(Ended::Udp(key, id)) => self.udp.remove(&key, id),
            Ok(Ended::Echo(key, id)) => self.echo.remove(&key, id),
            Ok(Ended::Query) => {}
            Err(error) => {
                tracing::error!(%error, "a network flow broke");
                self.forget_closed();
            }
        }
        self.gauge();
    }

    /// Removes what a task that panicked left behind: it could not say its name.
    fn forget_closed(&mut self) {
        self.tcp.retain(|flow| !flow.is_closed());
        self.udp.retain(|flow| !flow.is_closed());
        self.echo.retain(|flow| !flow.is_closed());
    }

    fn gauge(&self) {
        self.stats().tcp_open.set(self.tcp.len());
        self.stats().udp_open.set(self.udp.len());
    }

    fn stats(&self) -> &Stats {
        &self.config.stats
    }

    /// Handles one packet of the guest, whatever is in it. Never waits.
    fn accept(&mut self, packet: Bytes) {
        self.stats().from_guest_packets.add(1);
        self.stats().from_guest_bytes.add(packet.len() as u64);
        match packet::classify(&packet) {
            Ok(Inbound::Tcp { flow, kind }) => self.accept_tcp(flow, kind, packet),
            Ok(Inbound::Udp { flow, payload }) => {
                let payload = packet.slice_ref(payload);
                self.accept_udp(flow, payload, packet);
            }
            Ok(Inbound::Echo(request)) => self.accept_echo(&request, &packet),
            Err(Discard::Malformed) => self.stats().dropped_malformed.add(1),
            Err(Discard::Fragment) => self.stats().dropped_fragments.add(1),
            Err(Discard::Unsupported) => self.stats().dropped_unsupported.add(1),
        }
    }

    fn accept_tcp(&mut self, key: FlowKey, kind: SegmentKind, packet: Bytes) {
        if let Some(flow) = self.tcp.touch(&key)
            && !flow.is_closed()
        {
            if flow.try_send(packet).is_err() {
                self.stats().dropped_full.add(1);
            }
            return;
        }
        match kind {
            SegmentKind::Open => self.open_tcp(key, packet),
            SegmentKind::Other => self.reply(craft::reset(&packet)),
            SegmentKind::Reset => {}
        }
    }

    fn open_tcp(&mut self, key: FlowKey, syn: Bytes) {
        let target = match self.tcp_target(key.remote.ip(), key.remote.port()) {
            Ok(target) => target,
            Err(denied) => return self.deny_tcp(&syn, key.guest.ip(), denied),
        };
        if self.tcp.is_full() {
            self.stats().dropped_full.add(1);
            return self.reply(craft::reset(&syn));
        }
        let (sender, packets) = mpsc::channel(tcp::QUEUED_PACKETS);
        let id = self.tcp.insert(key, sender);
        let flow = tcp::Flow {
            key,
            target,
            syn,
            packets,
            out: self.out.clone(),
            config: Arc::clone(&self.config),
            stop: self.stop.clone(),
        };
        self.stats().tcp_opened.add(1);
        self.gauge();
        self.tasks.spawn(async move {
            Box::pin(flow.run()).await;
            Ended::Tcp(key, id)
        });
    }

    fn tcp_target(&self, dst: IpAddr, port: u16) -> Result<tcp::Target, Route> {
        match route::route(&self.config, dst) {
            Route::Gateway => Ok(tcp::Target::Dial(route::loopbacks(dst, port).to_vec())),
            Route::Dns if port == 53 => Ok(tcp::Target::Dns(Arc::clone(&self.dns))),
            Route::Outside => Ok(tcp::Target::Dial(vec![(dst, port).into()])),
            denied => Err(denied),
        }
    }

    fn deny_tcp(&self, syn: &[u8], guest: IpAddr, route: Route) {
        match route {
            Route::Nowhere => self.stats().dropped_unsupported.add(1),
            Route::Unreachable => {
                self.stats().tcp_refused.add(1);
                let router = self.config.gateway_for(guest);
                self.reply(craft::unreachable(syn, router, Unreachable::Host));
            }
            Route::Refused | Route::Dns | Route::Gateway | Route::Outside => {
                self.stats().tcp_refused.add(1);
                self.reply(craft::reset(syn));
            }
        }
    }

    fn accept_udp(&mut self, key: FlowKey, payload: Bytes, packet: Bytes) {
        if let Some(flow) = self.udp.touch(&key)
            && !flow.is_closed()
        {
            if flow.try_send(packet).is_err() {
                self.stats().dropped_full.add(1);
            }
            return;
        }
        let (dst, port) = (key.remote.ip(), key.remote.port());
        let router = self.config.gateway_for(key.guest.ip());
        match route::route(&self.config, dst) {
            Route::Dns if port == 53 => self.accept_query(key, payload),
            Route::Gateway => self.open_udp(key, route::loopbacks(dst, port)[0], packet),
            Route::Outside => self.open_udp(key, key.remote, packet),
            Route::Nowhere => self.stats().dropped_unsupported.add(1),
            Route::Unreachable => {
                self.reply(craft::unreachable(&packet, router, Unreachable::Host));
            }
            Route::Dns | Route::Refused => {
                self.reply(craft::unreachable(&packet, router, Unreachable::Port));
            }
        }
    }

    fn open_udp(&mut self, key: FlowKey, peer: std::net::SocketAddr, packet: Bytes) {
        let (sender, packets) = mpsc::channel(udp::QUEUED_PACKETS);
        // The channel is new and empty.
        let _sent = sender.try_send(packet);
        let id = self.udp.insert(key, sender);
        let flow = udp::Flow {
            key,
            peer,
            packets,
            out: self.out.clone(),
            config: Arc::clone(&self.config),
            stop: self.stop.clone(),
        };
        self.stats().udp_opened.add(1);
        self.gauge();
        self.tasks.spawn(async move {
            flow.run().await;
            Ended::Udp(key, id)
        });
    }

    fn accept_query(&mut self, key: FlowKey, query: Bytes) {
        let Ok(permit) = Arc::clone(&self.queries).try_acquire_owned() else {
            return self.stats().dropped_full.add(1);
        };
        let dns = Arc::clone(&self.dns);
        let (out, mtu) = (self.out.clone(), self.config.effective_mtu());
        let stop = self.stop.clone();
        let answer = async move {
            if let Some(answer) = dns.answer(&query, Transport::Udp).await
                && let Some(frame) = craft::udp(&key, &answer, mtu)
            {
                // A closed queue means that the network is going down anyway.
                let _closed = out.send(frame).await;
            }
        };
        self.tasks.spawn(async move {
            stop.run_until_cancelled_owned(answer).await;
            drop(permit);
            Ended::Query
        });
    }

    fn accept_echo(&mut self, request: &Echo<'_>, packet: &Bytes) {
        match route::route(&self.config, request.dst) {
            Route::Gateway | Route::Dns => self.reply(craft::echo_reply(request)),
            Route::Outside => self.forward_echo(request, packet.clone()),
            Route::Unreachable => {
                let router = self.config.gateway_for(request.src);
                self.reply(craft::unreachable(packet, router, Unreachable::Host));
            }
            Route::Refused | Route::Nowhere => self.stats().dropped_unsupported.add(1),
        }
    }

    fn forward_echo(&mut self, request: &Echo<'_>, packet: Bytes) {
        let key = EchoKey {
            src: request.src,
            dst: request.dst,
            ident: request.ident,
        };
        if let Some(flow) = self.echo.touch(&key)
            && !flow.is_closed()
        {
            if flow.try_send(packet).is_err() {
                self.stats().dropped_full.add(1);
            }
            return;
        }
        let (sender, packets) = mpsc::channel(echo::QUEUED_PACKETS);
        // The channel is new and empty.
        let _sent = sender.try_send(packet);
        let id = self.echo.insert(key, sender);
        let flow = echo::Flow {
            key,
            packets,
            out: self.out.clone(),
            config: Arc::clone(&self.config),
            stop: self.stop.clone(),
        };
        self.tasks.spawn(async move {
            flow.run().await;
            Ended::Echo(key, id)
        });
    }

    /// Sends an answer of our own, unless the stream is congested: such an
    /// answer is worth less than waiting for it would cost.
    fn reply(&self, frame: Option<Frame>) {
        if let Some(frame) = frame
            && self.out.try_send(frame).is_err()
        {
            self.stats().dropped_full.add(1);
        }
    }
}

#[cfg(test)]
mod tests;
