//! Sessions with the host, one after the other, for as long as the agent lives.
use std::{io, sync::Arc, time::Duration};

use berth_link::{
    frame,
    handshake::{self, HandshakeError},
    mux::{self, Handle, Incoming, MuxStream, Role},
    proto::{GuestEvent, HostService, Version},
};
use bytes::BytesMut;
use tokio::{
    io::AsyncWriteExt as _,
    sync::{broadcast, mpsc, watch},
};

use crate::{
    agent::Agent,
    console::say,
    port::{self, Channel},
    services, vsock,
};

/// Pause before a stream is opened again in a session that still stands.
const RETRY: Duration = Duration::from_secs(1);

/// The session with the host, as those who open streams to it see it.
#[derive(Debug, Clone)]
pub(crate) struct HostLink(Handle);

impl HostLink {
    /// For a session.
    pub(crate) fn new(handle: Handle) -> Self {
        Self(handle)
    }

    /// The session that stands now, or the next one. Never returns when there
    /// will be none any more.
    pub(crate) async fn next(host: &mut watch::Receiver<Option<Self>>) -> Self {
        let standing = host
            .wait_for(|link| link.as_ref().is_some_and(Self::stands))
            .await;
        match standing.map(|link| link.clone()) {
            Ok(Some(link)) => link,
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }

    fn stands(&self) -> bool {
        !self.0.is_over()
    }

    /// Opens a stream to the host.
    ///
    /// # Errors
    /// When the session is over or has too many streams.
    pub(crate) async fn open(&self, service: &HostService) -> io::Result<MuxStream> {
        self.0.open(service).await
    }

    /// Waits until the session is over, but not long: the stream of the caller
    /// ended, perhaps alone.
    pub(crate) async fn closed_or_retry(&self) {
        let _ = tokio::time::timeout(RETRY, self.0.closed()).await;
    }

    /// Waits until the session is over.
    pub(crate) async fn closed(&self) {
        self.0.closed().await;
    }
}

/// A host that shook hands on one of the channels.
#[derive(Debug)]
pub(crate) struct Arrival {
    channel: Channel,
    version: Version,
    early: BytesMut,
}

impl Arrival {
    /// Waits until a host shakes hands on this channel. Only then is it taken
    /// for one: what stands open without a word ends nobody's session.
    ///
    /// # Errors
    /// When the channel fails or ends.
    pub(crate) async fn on(mut channel: Channel) -> Result<Self, HandshakeError> {
        let (version, early) = handshake::guest(&mut channel).await?;
        Ok(Self {
            channel,
            version,
            early,
        })
    }
}

/// Serves the host, for ever, on whichever channel it comes.
pub(crate) async fn run(agent: Arc<Agent>) {
    let (sender, arrivals) = mpsc::channel(1);
    tokio::spawn(vsock::run(Arc::clone(&agent), sender.clone()));
    tokio::spawn(on_port(sender));
    serve(agent, arrivals).await;
}

/// Hands on each host that comes by the serial port.
async fn on_port(hosts: mpsc::Sender<Arrival>) {
    let port = port::wait_for_port().await;
    loop {
        match port.channel().await {
            Ok(mut channel) => {
                let end = channel.end();
                match Arrival::on(channel).await {
                    Ok(arrival) => {
                        if hosts.send(arrival).await.is_err() {
                            return;
                        }
                        end.await;
                    }
                    Err(error) => say!("channel: {error}"),
                }
            }
            Err(error) => {
                say!("channel: {error}");
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}

/// One session after the other. A new host ends the session of the one before.
async fn serve(agent: Arc<Agent>, mut arrivals: mpsc::Receiver<Arrival>) {
    let mut next = arrivals.recv().await;
    while let Some(arrival) = next {
        let Version { major, minor } = arrival.version;
        say!("host speaks protocol {major}.{minor}");
        let (handle, mut incoming) = mux::start(arrival.channel, arrival.early, Role::Guest);
        let link = HostLink::new(handle);
        tokio::spawn(report(Arc::clone(&agent), link.clone()));
        agent.host.send_replace(Some(link.clone()));
        next = tokio::select! {
            newer = arrivals.recv() => newer,
            () = serve_streams(&agent, &mut incoming) => None,
        };
        agent.host.send_replace(None);
        if next.is_some() {
            say!("the host came again");
            link.0.close();
        } else {
            say!("session over: {}", link.0.closed().await);
            next = arrivals.recv().await;
        }
    }
}

async fn serve_streams(agent: &Arc<Agent>, incoming: &mut Incoming) {
    while let Some(accepted) = incoming.next().await {
        tokio::spawn(services::serve(Arc::clone(agent), accepted));
    }
}

/// Sends what happened so far and what happens, until the session is over.
async fn report(agent: Arc<Agent>, link: HostLink) {
    // Listen first, or what happens meanwhile is lost.
    let mut events = agent.events.subscribe();
    let mut known: Vec<_> = agent
        .stages
        .all()
        .into_iter()
        .map(GuestEvent::Stage)
        .collect();
    known.push(GuestEvent::Engine(agent.engine.borrow().clone()));
    let sending = async {
        let mut stream = link.open(&HostService::Events).await?;
        for event in known {
            frame::write(&mut stream, &event).await?;
        }
        loop {
            match events.recv().await {
                Ok(event) => frame::write(&mut stream, &event).await?,
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return stream.shutdown().await,
            }
        }
    };
    tokio::select! {
        _ = sending => {}
        () = link.closed() => {}
    }
}

#[cfg(test)]
mod tests;
