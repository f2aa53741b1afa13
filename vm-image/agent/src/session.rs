//! Sessions with the host, one after the other, for as long as the agent lives.
use std::{io, sync::Arc, time::Duration};

use berth_link::{
    frame, handshake,
    mux::{self, Handle, MuxStream, Role},
    proto::{GuestEvent, HostService},
};
use tokio::{
    io::AsyncWriteExt as _,
    sync::{broadcast, watch},
};

use crate::{agent::Agent, console::say, port, services};

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

/// Serves the host, for ever.
pub(crate) async fn run(agent: Arc<Agent>) {
    let port = port::wait_for_port().await;
    loop {
        match port.channel().await {
            Ok(channel) => {
                if let Err(error) = one(&agent, channel).await {
                    say!("channel: {error}");
                }
            }
            Err(error) => {
                say!("channel: {error}");
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}

async fn one(agent: &Arc<Agent>, mut channel: port::Channel) -> anyhow::Result<()> {
    let (version, early) = handshake::guest(&mut channel).await?;
    say!("host speaks protocol {}.{}", version.major, version.minor);
    let (handle, mut incoming) = mux::start(channel, early, Role::Guest);
    let link = HostLink::new(handle);
    tokio::spawn(report(Arc::clone(agent), link.clone()));
    agent.host.send_replace(Some(link.clone()));
    while let Some(accepted) = incoming.next().await {
        tokio::spawn(services::serve(Arc::clone(agent), accepted));
    }
    agent.host.send_replace(None);
    say!("session over: {}", link.0.closed().await);
    Ok(())
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
