//! One client at the Unix socket: lines in, lines out, exec sessions.
use std::{io, sync::Arc, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::mpsc,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::{
    Handler,
    calls::{DRAIN, End, Messages, QUEUE, Takeover, answer, shutting_down},
    encode,
};
use crate::{
    call::Exec,
    error::ApiError,
    socket::{Socket, SocketReader, SocketWriter},
    wire::{LineReader, ReplyBody},
};

/// How long a client may take to read its last replies at shutdown or after a
/// refusal.
const FLUSH: Duration = Duration::from_secs(2);

/// Serves one client until it leaves or `cancel`.
pub(super) async fn run<H: Handler>(stream: Socket, handler: Arc<H>, cancel: CancellationToken) {
    let (read, write) = stream.into_split();
    let (out, queue) = mpsc::channel(QUEUE);
    let mut lines = LineReader::new(read);
    let reading = answer(
        &mut lines,
        out,
        Arc::clone(&handler),
        cancel.clone(),
        Takeover::Allowed,
    );
    let last_replies = async {
        cancel.cancelled().await;
        tokio::time::sleep(DRAIN + FLUSH).await;
    };
    let (end, write) = tokio::select! {
        both = async { tokio::join!(reading, write_lines(queue, write)) } => both,
        () = last_replies => return,
    };
    if let (End::Upgrade { id, exec }, Ok(write)) = (end, write) {
        upgrade(id, exec, handler, lines, write, cancel).await;
    }
}

impl Messages for LineReader<SocketReader> {
    async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        LineReader::next(self).await
    }
}

/// Tells a client why it is not served.
pub(super) async fn refuse(mut stream: Socket, error: ApiError) {
    if let Ok(line) = encode(None, ReplyBody::Error(error)) {
        // A client that does not read its refusal has lost nothing.
        let _ = timeout(FLUSH, stream.write_all(&line)).await;
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
