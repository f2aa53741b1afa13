//! Published ports: each docker-proxy of dockerd's keeps a connection here for
//! as long as its port is published, and we keep a stream to the host for it.
//! The connections are the table of active ports: nothing can get out of step.
use std::{
    collections::HashMap,
    fs, io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use berth_link::{
    frame,
    mux::MuxStream,
    proto::{EngineState, ExposeReply, ExposeRequest, GuestEvent, HostService},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite},
    net::{UnixListener, UnixStream},
    sync::{oneshot, watch},
    task::JoinHandle,
    time::{Instant, timeout, timeout_at},
};

use crate::{agent::Agent, console::say, session::HostLink};

/// Where proxies connect.
pub(crate) const SOCKET: &str = "/run/berth/expose.sock";

/// How long the host may take to answer a new port; dockerd gives the proxy 16
/// seconds in all.
const ANSWER: Duration = Duration::from_secs(12);

/// How long after its proxies dockerd is noticed to be gone.
const ENGINE_GONE: Duration = Duration::from_secs(2);

/// Pause before a port that was lost is tried again.
const RETRY: Duration = Duration::from_secs(5);

/// Serves proxies for ever.
pub(crate) async fn serve(agent: Arc<Agent>) {
    let _ = fs::remove_file(SOCKET);
    let listener = match UnixListener::bind(SOCKET) {
        Ok(listener) => listener,
        Err(error) => return say!("{SOCKET}: {error}"),
    };
    loop {
        match listener.accept().await {
            Ok((proxy, _)) => {
                let agent = Arc::clone(&agent);
                tokio::spawn(async move {
                    // The proxy learns of a failure by the closed connection.
                    let _ = connection(&agent, proxy).await;
                });
            }
            Err(error) => {
                say!("{SOCKET}: {error}");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

async fn connection(agent: &Arc<Agent>, mut proxy: UnixStream) -> io::Result<()> {
    let port: ExposeRequest = frame::read(&mut proxy).await?;
    let adopted = agent
        .orphans
        .take(&port)
        .map(|kept| (kept, ExposeReply::Bound));
    let (kept, answer) = match adopted {
        Some(adopted) => adopted,
        None => {
            let (first, answered) = oneshot::channel();
            let kept = keep(agent, port, Some(first));
            tokio::select! {
                answer = answered => (kept, answer.unwrap_or(ExposeReply::Bound)),
                _ = proxy.read_u8() => return Ok(()),
            }
        }
    };
    frame::write(&mut proxy, &answer).await?;
    if matches!(answer, ExposeReply::Refused { .. }) {
        return Ok(());
    }
    let orderly = proxy.read_u8().await.is_ok();
    if !orderly {
        outlive(Arc::clone(agent), port, kept);
    }
    Ok(())
}

/// Keeps a port whose proxy ended without farewell, which happens when dockerd
/// ends and its containers don't: until the next dockerd has started its own
/// proxies, which it does before it says that it is ready.
fn outlive(agent: Arc<Agent>, port: ExposeRequest, kept: Kept) {
    agent.orphans.add(port, kept);
    tokio::spawn(async move {
        let mut engine = agent.engine.subscribe();
        let running = |state: &EngineState| matches!(state, EngineState::Running { .. });
        if timeout(ENGINE_GONE, engine.wait_for(|state| !running(state)))
            .await
            .is_ok()
        {
            let settled = |state: &EngineState| running(state) || *state == EngineState::Stopping;
            let _ = engine.wait_for(settled).await;
        }
        agent.orphans.take(&port);
    });
}

/// Ports that are kept although their proxies ended.
#[derive(Debug, Default)]
pub(crate) struct Orphans(Mutex<HashMap<ExposeRequest, Kept>>);

impl Orphans {
    fn add(&self, port: ExposeRequest, kept: Kept) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(port, kept);
    }

    #[cfg(test)]
    fn has(&self, port: &ExposeRequest) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains_key(port)
    }

    fn take(&self, port: &ExposeRequest) -> Option<Kept> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(port)
    }
}

/// A port that is kept bound on the host until this is dropped.
#[derive(Debug)]
pub(crate) struct Kept(JoinHandle<()>);

impl Drop for Kept {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Keeps a port bound on the host, in each session anew. The first answer goes
/// to `first`: at once "bound" when there is no session, as a container must
/// not fail to start because the host's daemon is away.
pub(crate) fn keep(
    agent: &Arc<Agent>,
    port: ExposeRequest,
    first: Option<oneshot::Sender<ExposeReply>>,
) -> Kept {
    let host = agent.host.subscribe();
    let agent = Arc::clone(agent);
    let mut keeper = Keeper {
        agent,
        port,
        first,
        until: Instant::now() + ANSWER,
        lost: false,
    };
    Kept(tokio::spawn(async move { keeper.run(host).await }))
}

struct Keeper {
    agent: Arc<Agent>,
    port: ExposeRequest,
    first: Option<oneshot::Sender<ExposeReply>>,
    until: Instant,
    /// The host knows that it is lost: said once, not every five seconds.
    lost: bool,
}

/// How an attempt went.
#[derive(Debug)]
enum Attempt<S> {
    /// The port is bound, or there is nothing to bind, while the stream lives.
    Holds(ExposeReply, S),
    /// The host said no.
    Refused(String),
    /// No answer: the session broke.
    Broken,
}

impl Keeper {
    async fn run(&mut self, mut host: watch::Receiver<Option<HostLink>>) {
        if host.borrow().is_none() {
            self.answer(ExposeReply::Bound);
        }
        loop {
            let link = self.session(&mut host).await;
            let patience = match self.first {
                Some(_) => self.until,
                None => Instant::now() + ANSWER,
            };
            match attempt(&link, self.port, patience).await {
                Attempt::Holds(reply, mut stream) => {
                    self.answer(reply);
                    self.lost = false;
                    let _ = stream.read_u8().await;
                    link.closed_or_retry().await;
                }
                Attempt::Refused(message) => {
                    self.refused(message);
                    let _ = timeout(RETRY, link.closed()).await;
                }
                Attempt::Broken if Instant::now() >= self.until => {
                    self.refused("Berth's daemon can't say whether the port is free".into());
                    let _ = timeout(RETRY, link.closed()).await;
                }
                Attempt::Broken => link.closed_or_retry().await,
            }
        }
    }

    /// The session to ask in. One that does not come in time is one that is away.
    async fn session(&mut self, host: &mut watch::Receiver<Option<HostLink>>) -> HostLink {
        if self.first.is_some() {
            if let Ok(link) = timeout_at(self.until, HostLink::next(host)).await {
                return link;
            }
            self.answer(ExposeReply::Bound);
        }
        HostLink::next(host).await
    }

    fn answer(&mut self, reply: ExposeReply) {
        if let Some(first) = self.first.take() {
            // A proxy that went away needs no answer.
            let _ = first.send(reply);
        }
    }

    fn refused(&mut self, message: String) {
        if self.first.is_some() {
            return self.answer(ExposeReply::Refused { message });
        }
        if !std::mem::replace(&mut self.lost, true) {
            say!("port {} is lost: {message}", self.port.host);
            let _ = self.agent.events.send(GuestEvent::PortLost {
                port: self.port,
                message,
            });
        }
    }
}

async fn attempt(link: &HostLink, port: ExposeRequest, until: Instant) -> Attempt<MuxStream> {
    match link.open(&HostService::Expose(port)).await {
        Ok(stream) => ask(stream, until).await,
        Err(_) => Attempt::Broken,
    }
}

async fn ask<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, until: Instant) -> Attempt<S> {
    match timeout_at(until, frame::read(&mut stream)).await {
        Ok(Ok(ExposeReply::Refused { message })) => Attempt::Refused(message),
        Ok(Ok(reply)) => Attempt::Holds(reply, stream),
        Ok(Err(_)) | Err(_) => Attempt::Broken,
    }
}

#[cfg(test)]
mod tests;
