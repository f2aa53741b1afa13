//! Serves the API: whoever implements [`Handler`] need not know about lines,
//! numbers or connections.
//!
//! Every task is owned by its connection and every connection by [`serve`];
//! when its future ends nothing of it is left running.
pub mod calls;
mod connection;

use std::{io, sync::Arc};

use async_trait::async_trait;
use berth_link::BoxStream;
use serde::Serialize;
use serde_json::Value;
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    call::{Call, Exec},
    error::{ApiError, ErrorCode},
    socket::{self, Listener, Socket},
    wire::{self, Reply, ReplyBody},
};

/// Answers calls.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Answers any call but [`Call::Exec`]. Its future is dropped when the
    /// client leaves, so what must go on belongs in a task of the handler's.
    ///
    /// # Errors
    /// What to tell the client.
    async fn call(&self, call: Call, events: EventSink) -> Result<Value, ApiError>;

    /// Starts a program in the guest and gives the stream of its exec frames.
    ///
    /// # Errors
    /// What to tell the client.
    async fn exec(&self, exec: Exec) -> Result<BoxStream, ApiError>;
}

/// Where a call's events go. Sending waits while the client is slow.
#[derive(Debug, Clone)]
pub struct EventSink {
    id: u64,
    out: mpsc::Sender<Vec<u8>>,
}

/// An event could not be sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The client has left.
    #[error("the client has left")]
    Closed,
    /// It is no JSON, or too long.
    #[error("the event can't be written")]
    Unfit(#[source] io::Error),
}

impl EventSink {
    /// Sends one event.
    ///
    /// # Errors
    /// [`SendError`]; the call may as well end on [`SendError::Closed`].
    pub async fn send<T: Serialize>(&self, event: &T) -> Result<(), SendError> {
        let unfit = |error| SendError::Unfit(io::Error::other(error));
        let event = serde_json::to_value(event).map_err(unfit)?;
        let line = encode(Some(self.id), ReplyBody::Event(event)).map_err(SendError::Unfit)?;
        self.out.send(line).await.map_err(|_| SendError::Closed)
    }

    /// Waits until the client has left.
    pub async fn closed(&self) {
        self.out.closed().await;
    }

    /// A sink whose lines can be read from the receiver, to call a handler
    /// without a connection.
    pub fn channel(capacity: usize) -> (Self, mpsc::Receiver<Vec<u8>>) {
        let (out, lines) = mpsc::channel(capacity);
        (Self { id: 0, out }, lines)
    }
}

fn encode(id: Option<u64>, body: ReplyBody) -> io::Result<Vec<u8>> {
    wire::encode(&Reply { id, body })
}

/// Serves connections until `cancel`; calls that are open then may end within
/// a moment and are answered `shutting_down` if they don't.
///
/// # Errors
/// When no connection can be accepted any more.
pub async fn serve<H: Handler>(
    listener: Listener,
    handler: Arc<H>,
    cancel: CancellationToken,
) -> io::Result<()> {
    serve_user(listener, handler, cancel, socket::own_uid()).await
}

async fn serve_user<H: Handler>(
    listener: Listener,
    handler: Arc<H>,
    cancel: CancellationToken,
    user: u32,
) -> io::Result<()> {
    let mut connections = JoinSet::new();
    let outcome = loop {
        tokio::select! {
            () = cancel.cancelled() => break Ok(()),
            Some(ended) = connections.join_next() => report_panic(ended),
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let connection = admit(stream, Arc::clone(&handler), cancel.clone(), user);
                    connections.spawn(connection);
                }
                Err(error) if is_passing(&error) => {
                    tracing::warn!(%error, "a client could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
                Err(error) => break Err(error),
            },
        }
    };
    drop(listener);
    while let Some(ended) = connections.join_next().await {
        report_panic(ended);
    }
    outcome
}

/// Pause after an accept that failed for want of descriptors or memory, so
/// that waiting for them does not take a whole CPU.
const ACCEPT_PAUSE: std::time::Duration = std::time::Duration::from_millis(100);

fn is_passing(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let errno = Errno::from_io_error(error);
    let passing = [
        Errno::MFILE,
        Errno::NFILE,
        Errno::NOBUFS,
        Errno::NOMEM,
        Errno::CONNABORTED,
        Errno::INTR,
    ];
    errno.is_some_and(|errno| passing.contains(&errno))
}

fn report_panic(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a connection of the control API ended abnormally");
    }
}

async fn admit<H: Handler>(stream: Socket, handler: Arc<H>, cancel: CancellationToken, user: u32) {
    match socket::peer_uid(&stream) {
        Ok(peer) if peer == user => connection::run(stream, handler, cancel).await,
        Ok(peer) => {
            tracing::warn!(peer, "a client of another user was refused");
            connection::refuse(stream, other_user(peer, user)).await;
        }
        Err(error) => tracing::warn!(%error, "a client of an unknown user was refused"),
    }
}

fn other_user(peer: u32, user: u32) -> ApiError {
    let message = format!("this daemon serves the user {user} only, you are {peer}");
    ApiError::new(ErrorCode::NoPermission, message)
        .with_hint("run the command as the user who started Berth, without sudo")
}

#[cfg(test)]
mod tests;
