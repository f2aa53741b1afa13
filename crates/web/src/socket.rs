//! `/api/ws`: the control API, one message a WebSocket message.
//!
//! The same calls, numbers and limits as at the Unix socket; only a program's
//! session can't take this connection over.
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    extract::{
        State, WebSocketUpgrade,
        ws::{Message, Utf8Bytes, WebSocket},
    },
    http::HeaderMap,
    response::Response,
};
use berth_api::server::calls::{End, Messages, QUEUE, Takeover, answer};
use bytes::Bytes;
use futures::{SinkExt, StreamExt};
use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval_at, timeout},
};

use crate::{
    site::Site,
    upgrade::{self, Closing, MAX_MESSAGE, PING, Receiver, STALL, Sender},
};

/// How long a client may take to read its last replies when the daemon ends.
const LAST_REPLIES: Duration = Duration::from_millis(2500);

/// Opens it.
pub(crate) async fn open(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let serving = Arc::clone(&site);
    upgrade::open(&site, &headers, upgrade, |socket| serve(socket, serving))
}

async fn serve(socket: WebSocket, site: Arc<Site>) {
    let (mut sender, receiver) = socket.split();
    let heard = AtomicBool::new(true);
    let mut source = Source {
        receiver,
        heard: &heard,
        fault: None,
    };
    let (out, queue) = mpsc::channel(QUEUE);
    let handler = Arc::clone(&site.parts.handler);
    let cancel = site.cancel.clone();
    let calls = answer(&mut source, out, handler, cancel, Takeover::Refused);
    let replies = send(queue, &mut sender, &heard);
    let last_replies = async {
        site.cancel.cancelled().await;
        tokio::time::sleep(LAST_REPLIES).await;
    };
    let (end, sent) = tokio::select! {
        both = async { tokio::join!(calls, replies) } => both,
        () = last_replies => return,
    };
    if sent.is_ok() {
        let closing = closing(&end, source.fault);
        upgrade::close(&mut sender, &mut source.receiver, closing).await;
    }
}

fn closing(end: &End, fault: Option<u16>) -> Closing {
    match (end, fault) {
        (End::ShuttingDown, _) => Closing::restart(),
        (End::Unreadable, Some(code)) => Closing::new(code, "the message is not taken"),
        (End::Unreadable, None) => Closing::new(Closing::MALFORMED, "the message is no request"),
        _ => Closing::new(Closing::DONE, ""),
    }
}

/// What the client says.
struct Source<'a> {
    receiver: Receiver,
    heard: &'a AtomicBool,
    /// Close code for the rule that the client has broken.
    fault: Option<u16>,
}

impl Source<'_> {
    fn broken(&mut self, code: u16, text: String) -> io::Error {
        self.fault = Some(code);
        io::Error::new(io::ErrorKind::InvalidData, text)
    }
}

impl Messages for Source<'_> {
    async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            let message = self.receiver.next().await;
            self.heard.store(true, Ordering::Relaxed);
            match message {
                Some(Ok(Message::Text(text))) => return Ok(Some(Bytes::from(text).into())),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Binary(_))) => {
                    let text = "messages must be text".to_owned();
                    return Err(self.broken(Closing::UNSUPPORTED, text));
                }
                Some(Ok(Message::Close(_))) | None => return Ok(None),
                Some(Err(error)) if upgrade::is_too_long(&error) => {
                    let text = format!("a message is longer than {MAX_MESSAGE} bytes");
                    return Err(self.broken(Closing::TOO_LONG, text));
                }
                Some(Err(_)) => return Ok(None),
            }
        }
    }
}

/// The client does not take what is sent, or no longer answers.
#[derive(Debug)]
struct Gone;

/// Sends replies until there are no more, and asks now and then whether the
/// client is still there.
async fn send(
    mut queue: mpsc::Receiver<Vec<u8>>,
    sender: &mut Sender,
    heard: &AtomicBool,
) -> Result<(), Gone> {
    let mut pings = interval_at(Instant::now() + PING, PING);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let message = tokio::select! {
            biased;
            reply = queue.recv() => match reply {
                Some(reply) => text(reply)?,
                None => return Ok(()),
            },
            _ = pings.tick() => match heard.swap(false, Ordering::Relaxed) {
                true => Message::Ping(Bytes::new()),
                false => return Err(Gone),
            },
        };
        let reply = matches!(message, Message::Text(_));
        let sent = timeout(STALL, sender.send(message)).await;
        if !matches!(sent, Ok(Ok(()))) {
            return Err(Gone);
        }
        if reply {
            // Whoever takes replies is there, though its answers may wait
            // behind calls that wait for these very replies.
            heard.store(true, Ordering::Relaxed);
        }
    }
}

/// A reply without its end of line.
fn text(mut reply: Vec<u8>) -> Result<Message, Gone> {
    if reply.last() == Some(&b'\n') {
        reply.pop();
    }
    let text = Utf8Bytes::try_from(reply).map_err(|_| Gone)?;
    Ok(Message::Text(text))
}
