//! The open calls of one connection, whatever carries its messages.
use std::{collections::HashMap, io, sync::Arc, time::Duration};

use serde_json::Value;
use tokio::{
    sync::mpsc,
    task::{self, AbortHandle, JoinError, JoinSet},
};
use tokio_util::sync::CancellationToken;

use super::{EventSink, Handler, encode};
use crate::{
    call::{Call, Exec},
    error::{ApiError, ErrorCode},
    wire::{Message, ReplyBody, Request},
};

/// Calls that one client may have open at a time.
const MAX_OPEN: usize = 64;
/// Replies that wait for a slow client before its calls wait too.
pub const QUEUE: usize = 64;
/// How long open calls may take to end at shutdown.
pub(super) const DRAIN: Duration = Duration::from_millis(500);

/// Where the messages of a connection come from.
pub trait Messages: Send {
    /// The next one; `None` when the client has left. Cancelling it loses
    /// nothing.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] when the client breaks the rules, which it
    /// is told; anything else counts as its leave.
    fn next(&mut self) -> impl Future<Output = io::Result<Option<Vec<u8>>>> + Send;
}

/// Whether [`Call::Exec`] may take a connection over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takeover {
    /// It may.
    Allowed,
    /// This connection carries messages only.
    Refused,
}

/// Why no more calls are read.
#[derive(Debug)]
pub enum End {
    /// The client has left.
    Closed,
    /// The client sent what is no message, and was told.
    Unreadable,
    /// The daemon ends.
    ShuttingDown,
    /// The connection becomes the session of a program.
    Upgrade {
        /// Number of the call.
        id: u64,
        /// The program.
        exec: Exec,
    },
}

/// Answers the calls that come from `messages` until the client leaves or
/// `cancel`. What is to be sent goes to `out`, a message with its end of line
/// at a time; a full `out` makes calls wait. Calls that are open at the end are
/// dropped.
pub async fn answer<H: Handler + ?Sized>(
    messages: &mut impl Messages,
    out: mpsc::Sender<Vec<u8>>,
    handler: Arc<H>,
    cancel: CancellationToken,
    takeover: Takeover,
) -> End {
    let calls = Calls {
        handler,
        cancel,
        takeover,
        out,
        running: JoinSet::new(),
        open: HashMap::new(),
        unanswered: Arc::new(()),
    };
    calls.read(messages).await
}

struct Open {
    id: u64,
    abort: AbortHandle,
}

struct Calls<H: ?Sized> {
    handler: Arc<H>,
    cancel: CancellationToken,
    takeover: Takeover,
    out: mpsc::Sender<Vec<u8>>,
    running: JoinSet<()>,
    open: HashMap<task::Id, Open>,
    /// Held by each call until it is about to be answered.
    unanswered: Arc<()>,
}

impl<H: Handler + ?Sized> Calls<H> {
    async fn read(mut self, messages: &mut impl Messages) -> End {
        loop {
            tokio::select! {
                () = self.cancel.cancelled() => return self.drain().await,
                () = self.out.closed() => return End::Closed,
                Some(ended) = self.running.join_next_with_id() => self.ended(ended).await,
                message = messages.next() => match message {
                    Ok(Some(message)) => {
                        if let Some(end) = self.accept(&message).await {
                            return end;
                        }
                    }
                    Ok(None) => return End::Closed,
                    Err(error) => return self.unreadable(&error).await,
                },
            }
        }
    }

    /// `Some` when this was the last message to be read.
    async fn accept(&mut self, message: &[u8]) -> Option<End> {
        match Message::parse(message) {
            Ok(Message::Request(request)) => self.request(request).await,
            Ok(Message::Cancel(cancel)) => {
                self.abort(cancel.cancel);
                None
            }
            Err(bad) => {
                reply(&self.out, bad.id, Err(bad.error)).await;
                // Without a number the two sides no longer agree on anything.
                bad.id.is_none().then_some(End::Unreadable)
            }
        }
    }

    async fn request(&mut self, request: Request) -> Option<End> {
        let id = request.id;
        if self.open.values().any(|open| open.id == id) {
            let text = format!("the number {id} belongs to a call that is still open");
            reply(&self.out, Some(id), Err(refused(text))).await;
            return None;
        }
        match request.call {
            Call::Exec(_) if self.takeover == Takeover::Refused => {
                let text = "this connection can't become the session of a program".to_owned();
                reply(&self.out, Some(id), Err(refused(text))).await;
                None
            }
            Call::Exec(exec) if Arc::strong_count(&self.unanswered) == 1 => {
                // The client may have its answers before their tasks have ended.
                self.join_all().await;
                Some(End::Upgrade { id, exec })
            }
            Call::Exec(_) => {
                let text = "exec needs a connection without other open calls".to_owned();
                reply(&self.out, Some(id), Err(refused(text))).await;
                None
            }
            call => {
                self.start(id, call).await;
                None
            }
        }
    }

    async fn start(&mut self, id: u64, call: Call) {
        if self.running.len() >= MAX_OPEN {
            let text = format!("this client has {MAX_OPEN} calls open");
            let error = ApiError::new(ErrorCode::Busy, text).with_hint("wait for some of them");
            reply(&self.out, Some(id), Err(error)).await;
            return;
        }
        let out = self.out.clone();
        let handler = Arc::clone(&self.handler);
        let cancel = self.cancel.clone();
        let unanswered = Arc::clone(&self.unanswered);
        let call = async move {
            let events = EventSink {
                id,
                out: out.clone(),
            };
            let result = tokio::select! {
                biased;
                result = handler.call(call, events) => result,
                () = drained(&cancel) => Err(shutting_down()),
            };
            drop(unanswered);
            reply(&out, Some(id), result).await;
        };
        let abort = self.running.spawn(call);
        self.open.insert(abort.id(), Open { id, abort });
    }

    fn abort(&self, id: u64) {
        if let Some(open) = self.open.values().find(|open| open.id == id) {
            open.abort.abort();
        }
    }

    async fn ended(&mut self, ended: Result<(task::Id, ()), JoinError>) {
        let task = ended
            .as_ref()
            .map_or_else(JoinError::id, |(task, ())| *task);
        let id = self.open.remove(&task).map(|open| open.id);
        if let Err(error) = ended
            && !error.is_cancelled()
        {
            tracing::error!(%error, "a call of the control API panicked");
            let error = ApiError::new(ErrorCode::Internal, "the daemon failed on this call")
                .with_hint("see 'berth logs daemon', and please report it");
            reply(&self.out, id, Err(error)).await;
        }
    }

    async fn unreadable(&self, error: &io::Error) -> End {
        if error.kind() == io::ErrorKind::InvalidData {
            reply(&self.out, None, Err(refused(error.to_string()))).await;
            return End::Unreadable;
        }
        End::Closed
    }

    async fn drain(mut self) -> End {
        self.join_all().await;
        End::ShuttingDown
    }

    async fn join_all(&mut self) {
        while let Some(ended) = self.running.join_next_with_id().await {
            self.ended(ended).await;
        }
    }
}

async fn drained(cancel: &CancellationToken) {
    cancel.cancelled().await;
    tokio::time::sleep(DRAIN).await;
}

fn refused(message: String) -> ApiError {
    ApiError::new(ErrorCode::BadRequest, message)
}

pub(super) fn shutting_down() -> ApiError {
    ApiError::new(ErrorCode::ShuttingDown, "the daemon is shutting down")
        .with_hint("run 'berth start' to start it again")
}

async fn reply(out: &mpsc::Sender<Vec<u8>>, id: Option<u64>, result: Result<Value, ApiError>) {
    let line = encode(id, body(result)).or_else(|error| {
        let error = ApiError::internal(&error);
        encode(id, ReplyBody::Error(error))
    });
    if let Ok(line) = line {
        // The queue is closed when the client has left; nobody waits for it.
        let _ = out.send(line).await;
    }
}

fn body(result: Result<Value, ApiError>) -> ReplyBody {
    match result {
        Ok(value) => ReplyBody::Result(value),
        Err(error) => ReplyBody::Error(error),
    }
}
