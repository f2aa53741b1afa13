//! Opening and closing WebSockets.
use std::{sync::Arc, time::Duration};

use axum::{
    extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use futures::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite;

use crate::{
    guard::{self, PROTOCOL},
    refusal::Refusal,
    site::Site,
};

/// The half of a WebSocket that is written.
pub(crate) type Sender = SplitSink<WebSocket, Message>;
/// The half of a WebSocket that is read.
pub(crate) type Receiver = SplitStream<WebSocket>;

/// Longest message that a client may send, in bytes: the control API's own.
pub(crate) const MAX_MESSAGE: usize = berth_api::wire::MAX_LINE;

/// How often a client is asked whether it is still there; one that has not
/// answered by the next time is not.
pub(crate) const PING: Duration = Duration::from_secs(20);
/// How long a client may take none of what is sent to it.
pub(crate) const STALL: Duration = Duration::from_secs(60);
/// How long a client may take to answer a goodbye.
const LINGER: Duration = Duration::from_secs(2);

/// Longest reason of a close frame, in bytes (RFC 6455, 5.5).
const MAX_REASON: usize = 123;

/// Why a WebSocket is closed: what the client is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Closing {
    code: u16,
    reason: String,
}

impl Closing {
    /// All is said.
    pub(crate) const DONE: u16 = 1000;
    /// A message of a kind that is not taken here.
    pub(crate) const UNSUPPORTED: u16 = 1003;
    /// A message that makes no sense.
    pub(crate) const MALFORMED: u16 = 1007;
    /// A message that is too long.
    pub(crate) const TOO_LONG: u16 = 1009;
    /// The daemon ends, and may be back soon.
    pub(crate) const RESTART: u16 = 1012;

    /// A goodbye; a reason that is too long is cut.
    pub(crate) fn new(code: u16, reason: impl Into<String>) -> Self {
        let mut reason = reason.into();
        let end = (0..=MAX_REASON.min(reason.len()))
            .rev()
            .find(|end| reason.is_char_boundary(*end));
        reason.truncate(end.unwrap_or(0));
        Self { code, reason }
    }

    /// The daemon ends.
    pub(crate) fn restart() -> Self {
        Self::new(Self::RESTART, "the daemon is shutting down")
    }
}

/// 4000 and the HTTP status: a browser's page can't see the status itself.
impl From<&Refusal> for Closing {
    fn from(refusal: &Refusal) -> Self {
        let code = 4000 + refusal.status.as_u16();
        Self::new(code, refusal.error.message.clone())
    }
}

/// Completes the opening handshake and runs the socket. Without the token it is
/// opened only to say so by its close code, 4401.
pub(crate) fn open<F>(
    site: &Arc<Site>,
    headers: &HeaderMap,
    upgrade: WebSocketUpgrade,
    run: impl FnOnce(WebSocket) -> F + Send + 'static,
) -> Response
where
    F: Future<Output = ()> + Send,
{
    let offered: Vec<&str> = guard::protocols(headers).collect();
    if !offered.is_empty() && !offered.contains(&PROTOCOL) {
        let text = format!("this server speaks {PROTOCOL}");
        return Refusal::bad_request(text).into_response();
    }
    let authorized = guard::is_authorized(site, headers);
    let counted = site.sockets.token();
    upgrade
        .protocols([PROTOCOL])
        .max_message_size(MAX_MESSAGE)
        .max_frame_size(MAX_MESSAGE)
        .on_upgrade(async move |socket| {
            if authorized {
                run(socket).await;
            } else {
                let (mut sender, mut receiver) = socket.split();
                let closing = Closing::from(&Refusal::unknown_token());
                close(&mut sender, &mut receiver, closing).await;
            }
            drop(counted);
        })
}

/// Says goodbye and waits a moment for the answer, so that what was sent before
/// arrives.
pub(crate) async fn close(sender: &mut Sender, receiver: &mut Receiver, closing: Closing) {
    let frame = CloseFrame {
        code: closing.code,
        reason: closing.reason.into(),
    };
    let goodbye = async {
        if sender.send(Message::Close(Some(frame))).await.is_ok() {
            while let Some(Ok(_)) = receiver.next().await {}
        }
    };
    // A client that does not answer has nothing to lose.
    let _ = timeout(LINGER, goodbye).await;
}

/// The client sent more at once than it may.
pub(crate) fn is_too_long(error: &axum::Error) -> bool {
    let source = std::error::Error::source(error);
    matches!(
        source.and_then(|error| error.downcast_ref::<tungstenite::Error>()),
        Some(tungstenite::Error::Capacity(_))
    )
}

#[cfg(test)]
mod tests {
    use super::Closing;
    use crate::refusal::Refusal;

    #[test]
    fn reasons_are_cut_between_characters() {
        let closing = Closing::new(1000, "ü".repeat(100));
        assert_eq!(closing.reason, "ü".repeat(61));
        assert_eq!(Closing::new(1000, "x").reason, "x");
    }

    #[test]
    fn a_refusal_shows_its_status() {
        assert_eq!(Closing::from(&Refusal::unknown_token()).code, 4401);
        assert_eq!(Closing::from(&Refusal::not_running()).code, 4503);
    }
}
