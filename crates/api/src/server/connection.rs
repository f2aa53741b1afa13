//! One client: reads its calls, runs each in a task, writes their replies.
use std::{collections::HashMap, io, sync::Arc, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::mpsc,
    task::{self, JoinError, JoinSet},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::{EventSink, Handler, encode};
use crate::{
    call::{Call, Exec},
    error::{ApiError, ErrorCode},
    socket::{Socket, SocketReader, SocketWriter},
    wire::{LineReader, ReplyBody, Request},
};

/// Calls that one client may have open at a time.
const MAX_OPEN: usize = 64;
/// Lines that wait for a slow client before its calls wait too.
const QUEUE: usize = 64;
/// How long open calls may take to end at shutdown.
const DRAIN: Duration = Duration::from_millis(500);
/// How long a client may take to read its last replies at shutdown or after a
/// refusal.
const FLUSH: Duration = Duration::from_secs(2);

/// Serves one client until it leaves or `cancel`.
pub(super) async fn run<H: Handler>(stream: Socket, handler: Arc<H>, cancel: CancellationToken) {
    let (read, write) = stream.into_split();
    let (out, queue) = mpsc::channel(QUEUE);
    let mut lines = LineReader::new(read);
    let calls = Calls {
        handler: Arc::clone(&handler),
        cancel: cancel.clone(),
        out,
        running: JoinSet::new(),
        numbers: HashMap::new(),
        unanswered: Arc::new(()),
    };
    let last_replies = async {
        cancel.cancelled().await;
        tokio::time::sleep(DRAIN + FLUSH).await;
    };
    let (end, write) = tokio::select! {
        both = async { tokio::join!(calls.read(&mut lines), write_lines(queue, write)) } => both,
        () = last_replies => return,
    };
    if let (End::Upgrade { id, exec }, Ok(write)) = (end, write) {
        upgrade(id, exec, handler, lines, write, cancel).await;
    }
}

/// Tells a client why it is not served.
pub(super) async fn refuse(mut stream: Socket, error: ApiError) {
    if let Ok(line) = encode(None, ReplyBody::Error(error)) {
        // A client that does not read its refusal has lost nothing.
        let _ = timeout(FLUSH, stream.write_all(&line)).await;
    }
}

/// Why no more calls are read.
enum End {
    Closed,
    Upgrade { id: u64, exec: Exec },
}

struct Calls<H> {
    handler: Arc<H>,
    cancel: CancellationToken,
    out: mpsc::Sender<Vec<u8>>,
    running: JoinSet<()>,
    numbers: HashMap<task::Id, u64>,
    /// Held by each call until it is about to be answered.
    unanswered: Arc<()>,
}

impl<H: Handler> Calls<H> {
    async fn read(mut self, lines: &mut LineReader<SocketReader>) -> End {
        loop {
            tokio::select! {
                () = self.cancel.cancelled() => return self.drain().await,
                () = self.out.closed() => return End::Closed,
                Some(ended) = self.running.join_next_with_id() => self.ended(ended).await,
                line = lines.next() => match line {
                    Ok(Some(line)) => {
                        if let Some(end) = self.accept(&line).await {
                            return end;
                        }
                    }
                    Ok(None) => return End::Closed,
                    Err(error) => return self.unreadable(&error).await,
                },
            }
        }
    }

    /// `Some` when this was the last line to be read.
    async fn accept(&mut self, line: &[u8]) -> Option<End> {
        let request = match Request::parse(line) {
            Ok(request) => request,
            Err(bad) => {
                reply(&self.out, bad.id, Err(bad.error)).await;
                // Without a number the two sides no longer agree on anything.
                return bad.id.is_none().then_some(End::Closed);
            }
        };
        let id = request.id;
        if self.numbers.values().any(|open| *open == id) {
            let text = format!("the number {id} belongs to a call that is still open");
            reply(&self.out, Some(id), Err(refused(text))).await;
            return None;
        }
        match request.call {
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
        let task = self.running.spawn(call);
        self.numbers.insert(task.id(), id);
    }

    async fn ended(&mut self, ended: Result<(task::Id, ()), JoinError>) {
        let task = ended
            .as_ref()
            .map_or_else(JoinError::id, |(task, ())| *task);
        let id = self.numbers.remove(&task);
        if let Err(error) = ended {
            tracing::error!(%error, "a call of the control API panicked");
            let error = ApiError::new(ErrorCode::Internal, "the daemon failed on this call")
                .with_hint("see 'berth logs daemon', and please report it");
            reply(&self.out, id, Err(error)).await;
        }
    }

    async fn unreadable(&self, error: &io::Error) -> End {
        if error.kind() == io::ErrorKind::InvalidData {
            reply(&self.out, None, Err(refused(error.to_string()))).await;
        }
        End::Closed
    }

    async fn drain(mut self) -> End {
        self.join_all().await;
        End::Closed
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

fn shutting_down() -> ApiError {
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

async fn write_lines(
    mut queue: mpsc::Receiver<Vec<u8>>,
    mut write: SocketWriter,
) -> io::Result<SocketWriter> {
    while let Some(line) = queue.recv().await {
        write.write_all(&line).await?;
    }
    Ok(write)
}

async fn upgrade<H: Handler>(
    id: u64,
    exec: Exec,
    handler: Arc<H>,
    lines: LineReader<SocketReader>,
    mut write: SocketWriter,
    cancel: CancellationToken,
) {
    let (read_ahead, read) = lines.into_parts();
    let opened = tokio::select! {
        opened = handler.exec(exec) => opened,
        () = cancel.cancelled() => Err(shutting_down()),
    };
    let guest = match opened {
        Ok(guest) => guest,
        Err(error) => return last_reply(write, id, error).await,
    };
    let Ok(line) = encode(Some(id), ReplyBody::Result(Value::Null)) else {
        return;
    };
    if write.write_all(&line).await.is_err() {
        return;
    }
    let (mut from_guest, mut to_guest) = tokio::io::split(guest);
    let mut from_client = io::Cursor::new(read_ahead).chain(read);
    // The client's end of input is a frame of its own; a client that ends its
    // direction has left, and dropping the stream ends the program.
    let ended = tokio::select! {
        sent = tokio::io::copy(&mut from_client, &mut to_guest) => sent,
        received = tokio::io::copy(&mut from_guest, &mut write) => received,
        () = cancel.cancelled() => Ok(0),
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "an exec session was cut");
    }
}

async fn last_reply(mut write: SocketWriter, id: u64, error: ApiError) {
    if let Ok(line) = encode(Some(id), ReplyBody::Error(error)) {
        let _ = timeout(FLUSH, write.write_all(&line)).await;
    }
}
