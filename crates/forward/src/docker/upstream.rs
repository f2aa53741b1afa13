//! The direction from the client to the engine: finds the requests, looks into
//! the few that create something, and passes all others on as they come.
use std::{io, sync::Arc};

use berth_link::Dialer;
use bytes::Buf;
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt},
    sync::{mpsc, oneshot},
};

use super::{
    body::{BadChunk, Body, Framing},
    downstream::{Order, Watch},
    head::{self, BadHead, Create, Head, Kind},
    input::{Input, NoHead},
    mounts::{self, Checked, CreateError, MountRules},
    reply::Reply,
    start,
};
use crate::copy;

/// Longest body that is held in memory to be looked into, in bytes.
const MAX_BODY: usize = 16 << 20;

/// How the direction ended without a fault.
#[derive(Debug)]
pub(super) enum Up {
    /// The client ended its side and the engine was told; or the engine takes
    /// no more, and may still be answering.
    Ended,
    /// The client must be told this, and the connection ends.
    Reply(Reply),
}

/// Why the loop stops. Everything but `Client` is an orderly end.
enum Stop {
    Up(Up),
    Client(io::Error),
}

impl From<BadChunk> for Stop {
    fn from(error: BadChunk) -> Self {
        Self::Up(Up::Reply(Reply::bad_request(error.to_string())))
    }
}

impl From<BadHead> for Stop {
    fn from(error: BadHead) -> Self {
        Self::Up(Up::Reply(Reply::bad_request(error.to_string())))
    }
}

/// The state of this direction.
pub(super) struct Upstream<'a, R, W> {
    pub(super) input: &'a mut Input<R>,
    pub(super) guest: W,
    pub(super) orders: mpsc::Sender<Order>,
    pub(super) rules: &'a Arc<MountRules>,
    pub(super) dialer: &'a dyn Dialer,
}

impl<R: AsyncRead + Unpin, W: AsyncWrite + Unpin> Upstream<'_, R, W> {
    /// Passes requests on, beginning with `first`, whose bytes are buffered.
    ///
    /// # Errors
    /// When the client can't be read from.
    pub(super) async fn run(&mut self, first: Head) -> io::Result<Up> {
        match self.requests(first).await {
            Stop::Up(up) => Ok(up),
            Stop::Client(error) => Err(error),
        }
    }

    async fn requests(&mut self, first: Head) -> Stop {
        let mut head = first;
        loop {
            if let Err(stop) = self.request(&head).await {
                return stop;
            }
            head = match self.input.head().await {
                Ok(Some(head)) => head,
                Ok(None) => return self.end().await,
                Err(NoHead::Bad(error)) => return error.into(),
                Err(NoHead::Io(error)) => return Stop::Client(error),
            };
        }
    }

    async fn request(&mut self, head: &Head) -> Result<(), Stop> {
        match head.kind {
            Kind::Create(create) => self.create(head, create).await,
            Kind::Start if !head.upgrade => self.start(head).await,
            Kind::Start => self.upgrade(head, false).await,
            Kind::Hijack => self.upgrade(head, !head.upgrade).await,
            Kind::Plain if head.upgrade => self.upgrade(head, false).await,
            Kind::Plain => self.pass(head).await,
        }
    }

    /// Passes a request on as it comes, in pieces of what the buffer holds.
    async fn pass(&mut self, head: &Head) -> Result<(), Stop> {
        let mut body = Body::new(head.framing);
        let mut ready = head.length;
        loop {
            ready += body.scan(&self.input.buffer[ready..], &mut |_| {})?;
            self.send_buffered(ready).await?;
            if body.is_done() {
                return Ok(());
            }
            self.fill().await?;
            ready = 0;
        }
    }

    /// Passes a request on that may take the connection over, and waits for the
    /// engine to say so: what follows is a request only if it doesn't.
    async fn upgrade(&mut self, head: &Head, hijack: bool) -> Result<(), Stop> {
        let (answer, taken) = oneshot::channel();
        self.order(Order::Watch(Watch { hijack, answer })).await?;
        self.pass(head).await?;
        match self.input.fill_until(taken).await.map_err(Stop::Client)? {
            Some(Ok(true)) => Err(self.raw().await),
            Some(Ok(false)) => Ok(()),
            Some(Err(_)) => Err(Stop::Up(Up::Ended)),
            None => Err(self.end().await),
        }
    }

    /// Everything to the end of input, unread.
    async fn raw(&mut self) -> Stop {
        loop {
            if let Err(stop) = self.send_buffered(self.input.buffer.len()).await {
                return stop;
            }
            if let Err(stop) = self.fill().await {
                return stop;
            }
        }
    }

    /// Holds a request until its body is complete and has been checked.
    async fn create(&mut self, head: &Head, create: Create) -> Result<(), Stop> {
        if matches!(head.framing, Framing::Length(length) if length > MAX_BODY as u64) {
            return Err(too_large());
        }
        if head.expects_continue {
            let go_on = b"HTTP/1.1 100 Continue\r\n\r\n";
            self.order(Order::Send(go_on.to_vec())).await?;
        }
        let (end, content) = self.whole_body(head).await?;
        match inspect(create, content, Arc::clone(self.rules)).await {
            Ok(Inspected::AsItCame(_)) if !head.expects_continue => self.send_buffered(end).await,
            Ok(Inspected::AsItCame(content) | Inspected::Changed(content)) => {
                let bytes = head::with_body(&self.input.buffer[..head.length], &content);
                self.input.buffer.advance(end);
                self.send(&bytes).await
            }
            Err(refused) => {
                tracing::info!(%refused, "refused a mount");
                self.input.buffer.advance(end);
                let reply = Reply::bad_request(refused.to_string());
                self.order(Order::Send(reply.encode(false, false))).await
            }
        }
    }

    /// Starts a container on a stream of its own, since a start may take several.
    async fn start(&mut self, head: &Head) -> Result<(), Stop> {
        let (end, content) = self.whole_body(head).await?;
        let request = head::alone(&self.input.buffer[..head.length], &content);
        self.input.buffer.advance(end);
        match start::start(self.dialer, &request).await {
            Ok(answer) => self.order(Order::Send(answer)).await,
            Err(error) => Err(Stop::Up(Up::Reply(Reply::unavailable(error.to_string())))),
        }
    }

    /// Reads a body to its end: where that is in the buffer, and the content.
    async fn whole_body(&mut self, head: &Head) -> Result<(usize, Vec<u8>), Stop> {
        let mut body = Body::new(head.framing);
        let mut content = Vec::new();
        let mut end = head.length;
        loop {
            let keep = &mut |bytes: &[u8]| content.extend_from_slice(bytes);
            end += body.scan(&self.input.buffer[end..], keep)?;
            if end - head.length > MAX_BODY {
                return Err(too_large());
            }
            if body.is_done() {
                return Ok((end, content));
            }
            self.fill().await?;
        }
    }

    /// Reads more of a request; its end tells the engine that the client left.
    async fn fill(&mut self) -> Result<(), Stop> {
        match self.input.fill().await {
            Ok(0) => Err(self.end().await),
            Ok(_) => Ok(()),
            Err(error) => Err(Stop::Client(error)),
        }
    }

    async fn send_buffered(&mut self, count: usize) -> Result<(), Stop> {
        let sent = copy::write(&mut self.guest, &self.input.buffer[..count]).await;
        self.input.buffer.advance(count);
        sent.map_err(no_more)
    }

    async fn send(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        copy::write(&mut self.guest, bytes).await.map_err(no_more)
    }

    async fn order(&mut self, order: Order) -> Result<(), Stop> {
        let sent = self.orders.send(order).await;
        sent.map_err(|_| Stop::Up(Up::Ended))
    }

    async fn end(&mut self) -> Stop {
        match self.guest.shutdown().await {
            Ok(()) => Stop::Up(Up::Ended),
            Err(error) => no_more(error),
        }
    }
}

/// The engine takes no more. It may be answering all the same, and when it is
/// gone the other direction will notice.
#[expect(clippy::needless_pass_by_value, reason = "used by map_err")]
fn no_more(error: io::Error) -> Stop {
    tracing::debug!(%error, "the engine takes no more of a request");
    Stop::Up(Up::Ended)
}

fn too_large() -> Stop {
    let text = format!("the request's body is longer than {MAX_BODY} bytes");
    Stop::Up(Up::Reply(Reply::too_large(text)))
}

enum Inspected {
    AsItCame(Vec<u8>),
    Changed(Vec<u8>),
}

/// Checks the body on a thread of its own, for the rules look at the file
/// system, and a path there may be on a server that doesn't answer.
async fn inspect(
    create: Create,
    content: Vec<u8>,
    rules: Arc<MountRules>,
) -> Result<Inspected, CreateError> {
    let task = tokio::task::spawn_blocking(move || inspect_now(create, content, &rules));
    task.await
        .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}

/// What isn't JSON gets the engine's own error.
fn inspect_now(
    create: Create,
    content: Vec<u8>,
    rules: &MountRules,
) -> Result<Inspected, CreateError> {
    let Ok(mut value) = serde_json::from_slice(&content) else {
        return Ok(Inspected::AsItCame(content));
    };
    match mounts::check(create, &mut value, rules)? {
        Checked::Unchanged => Ok(Inspected::AsItCame(content)),
        Checked::Changed => Ok(Inspected::Changed(value.to_string().into_bytes())),
    }
}
