//! One session with the guest: the handshake, the services that the host
//! offers in it, and asking the agent things.
use std::{io, sync::Arc, time::Duration};

use berth_link::{
    frame,
    handshake::{self, HandshakeError},
    mux::{End, Handle, Incoming, MuxStream, Role, start},
    proto::{
        ControlReply, ControlRequest, EngineConfig, GuestEvent, GuestInfo, GuestService,
        HostService,
    },
};
use berth_machine::{Machine, MachineError};
use futures::future::BoxFuture;
use tokio::{io::AsyncWriteExt, sync::mpsc, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Serves one stream that the guest opened: its network, or a port to bind.
/// The handle is for streams back into the guest.
pub type Serve =
    Arc<dyn Fn(HostService, MuxStream, Handle) -> BoxFuture<'static, ()> + Send + Sync>;

/// How long the agent may take for an answer.
const ANSWER: Duration = Duration::from_secs(60);

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The channel can't be opened.
    #[error("the channel to the virtual machine can't be opened")]
    Open(#[source] MachineError),
    /// The two sides did not come together.
    #[error("the virtual machine does not shake hands")]
    Handshake(#[from] HandshakeError),
    /// The agent did not answer as it should.
    #[error("the agent in the virtual machine did not answer")]
    Agent(#[source] io::Error),
    /// The guest broke the protocol.
    #[error("the virtual machine was cut off: {0}")]
    CutOff(End),
    /// The agent answered that it failed.
    #[error("the agent in the virtual machine failed: {0}")]
    Failed(String),
}

/// A session. Dropping it ends it, and everything that was served in it.
#[derive(Debug)]
pub struct Session {
    /// Opens streams into the guest.
    pub handle: Handle,
    /// What the guest reports.
    pub events: mpsc::Receiver<GuestEvent>,
    /// State of the guest when the session began.
    pub info: GuestInfo,
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Drop for Session {
    fn drop(&mut self) {
        self.stop.cancel();
        self.handle.close();
    }
}

impl Session {
    /// Ends the session and waits until nothing of it is left.
    pub async fn close(self) {
        self.stop.cancel();
        self.handle.close();
        self.tracker.close();
        self.tracker.wait().await;
    }
}

/// Connects to a machine's guest, waiting for it as long as it takes to boot.
///
/// # Errors
/// Any [`SessionError`]. The machine is left as it is.
pub async fn connect(
    machine: &dyn Machine,
    config: &EngineConfig,
    nonce: u64,
    serve: Serve,
) -> Result<Session, SessionError> {
    let mut channel = machine.open_channel().await.map_err(SessionError::Open)?;
    let (version, early) = handshake::host(&mut channel, nonce).await?;
    tracing::info!(guest = ?version, "shook hands with the guest");
    let (handle, incoming) = start(channel, early, Role::Host);
    let (sender, events) = mpsc::channel(64);
    let (tracker, stop) = (TaskTracker::new(), CancellationToken::new());
    let accepting = Accepting {
        handle: handle.clone(),
        serve,
        events: sender,
        tracker: tracker.clone(),
        stop: stop.clone(),
    };
    tracker.spawn(accepting.run(incoming));
    let info = match greet(&handle, config).await {
        Ok(info) => info,
        Err(error) => return Err(blame_garbage(&handle, error).await),
    };
    Ok(Session {
        handle,
        events,
        info,
        tracker,
        stop,
    })
}

async fn greet(handle: &Handle, config: &EngineConfig) -> Result<GuestInfo, SessionError> {
    expect_done(ask(handle, &set_clock()).await?)?;
    expect_done(ask(handle, &ControlRequest::Configure(config.clone())).await?)?;
    match ask(handle, &ControlRequest::Info).await? {
        ControlReply::Info(info) => Ok(info),
        other => Err(SessionError::Failed(format!("unexpected answer {other:?}"))),
    }
}

/// Whoever was cut off can't answer: then that is why.
async fn blame_garbage(handle: &Handle, error: SessionError) -> SessionError {
    if handle.is_over() {
        let end = handle.closed().await;
        if end.is_violation() {
            return SessionError::CutOff(end);
        }
    }
    error
}

/// The request that sets the guest's clock to ours.
pub fn set_clock() -> ControlRequest {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let unix_nanos = now.map_or(0, |d| i64::try_from(d.as_nanos()).unwrap_or(i64::MAX));
    ControlRequest::SetClock { unix_nanos }
}

/// Asks the agent something.
///
/// # Errors
/// When there is no session any more, or no answer within a minute.
pub async fn ask(handle: &Handle, request: &ControlRequest) -> Result<ControlReply, SessionError> {
    let patience = match request {
        ControlRequest::Shutdown { grace_seconds } => {
            ANSWER + Duration::from_secs(u64::from(*grace_seconds))
        }
        _ => ANSWER,
    };
    let exchange = async {
        let mut stream = handle.open(&GuestService::Control).await?;
        frame::write(&mut stream, request).await?;
        let reply = frame::read(&mut stream).await?;
        stream.shutdown().await?;
        Ok(reply)
    };
    let answer = timeout(patience, exchange).await;
    answer
        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
        .map_err(SessionError::Agent)
}

/// Takes an answer that has nothing to say.
///
/// # Errors
/// [`SessionError::Failed`].
pub fn expect_done(reply: ControlReply) -> Result<(), SessionError> {
    match reply {
        ControlReply::Done => Ok(()),
        ControlReply::Failed { message } => Err(SessionError::Failed(message)),
        other => Err(SessionError::Failed(format!("unexpected answer {other:?}"))),
    }
}

struct Accepting {
    handle: Handle,
    serve: Serve,
    events: mpsc::Sender<GuestEvent>,
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Accepting {
    async fn run(self, mut incoming: Incoming) {
        while let Some(accepted) = incoming.next().await {
            let service = match accepted.service::<HostService>() {
                Ok(service) => service,
                Err(error) => {
                    tracing::warn!(%error, "the guest asked for a service that is unknown here");
                    continue;
                }
            };
            let task: BoxFuture<'static, ()> = match service {
                HostService::Events => {
                    Box::pin(forward_events(accepted.stream, self.events.clone()))
                }
                other => (self.serve)(other, accepted.stream, self.handle.clone()),
            };
            let stop = self.stop.clone();
            self.tracker.spawn(async move {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = task => {}
                }
            });
        }
    }
}

async fn forward_events(mut stream: MuxStream, to: mpsc::Sender<GuestEvent>) {
    loop {
        match frame::read::<GuestEvent>(&mut stream).await {
            Ok(event) => {
                if to.send(event).await.is_err() {
                    return;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                tracing::warn!(%error, "the guest reports something that is unknown here");
                return;
            }
            Err(_) => return,
        }
    }
}
