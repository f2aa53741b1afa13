//! Bytes between a WebSocket and a program, at the speed of the slower one.
use std::{
    io,
    sync::atomic::{AtomicBool, Ordering},
};

use axum::extract::ws::{Message, WebSocket};
use bytes::Bytes;
use futures::{SinkExt, StreamExt};
use serde::Deserialize;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tokio_util::sync::CancellationToken;

use crate::{
    refusal::Refusal,
    upgrade::{self, Closing, PING, Receiver, STALL, Sender},
};

/// What a program says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Output.
    Bytes(Bytes),
    /// It has ended, with this code if that is known.
    Ended(Option<i64>),
    /// It could not be run.
    Failed(String),
}

/// A program's output.
pub(super) trait Output: Send {
    /// What it says next. Not to be cancelled.
    fn next(&mut self) -> impl Future<Output = io::Result<Said>> + Send;
}

/// A program's input. Nothing of it is to be cancelled.
pub(super) trait Input: Send {
    /// Keys, or any bytes.
    fn bytes(&mut self, bytes: Bytes) -> impl Future<Output = io::Result<()>> + Send;
    /// There is no more.
    fn end(&mut self) -> impl Future<Output = io::Result<()>> + Send;
    /// The terminal has this many columns and rows.
    fn resize(&mut self, size: (u16, u16)) -> impl Future<Output = io::Result<()>> + Send;
}

/// What a client orders by a text message.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Order {
    Eof(#[expect(dead_code, reason = "only its name says something")] bool),
    Resize((u16, u16)),
}

/// Tells the client why there is no session.
pub(super) async fn refuse(socket: WebSocket, refusal: &Refusal) {
    let (mut sender, mut receiver) = socket.split();
    upgrade::close(&mut sender, &mut receiver, Closing::from(refusal)).await;
}

/// How a session ends.
enum Outcome {
    /// The client has left.
    Left,
    /// The client is told this.
    Closed(Closing),
    /// The program has ended, with this code if that is known.
    Ended(Option<i64>),
}

/// Runs a session until either side ends or `cancel`. `code` is asked for how
/// the program ended where its output does not say.
pub(super) async fn run(
    socket: WebSocket,
    mut output: impl Output,
    mut input: impl Input,
    code: impl Future<Output = Option<i64>>,
    cancel: &CancellationToken,
) {
    let (mut sender, mut receiver) = socket.split();
    let heard = AtomicBool::new(true);
    let outcome = tokio::select! {
        outcome = send(&mut output, &mut sender, &heard) => outcome,
        outcome = receive(&mut receiver, &mut input, &heard) => outcome,
        () = cancel.cancelled() => Outcome::Closed(Closing::restart()),
    };
    let closing = match outcome {
        Outcome::Left => return,
        Outcome::Closed(closing) => closing,
        Outcome::Ended(Some(code)) => with_code(Some(code)),
        Outcome::Ended(None) => with_code(code.await),
    };
    upgrade::close(&mut sender, &mut receiver, closing).await;
}

fn with_code(code: Option<i64>) -> Closing {
    let reason = code.map(|code| format!("{{\"exit_code\":{code}}}"));
    Closing::new(Closing::DONE, reason.unwrap_or_default())
}

fn failed(message: impl Into<String>) -> Outcome {
    Outcome::Closed(Closing::new(4500, message))
}

async fn send(output: &mut impl Output, sender: &mut Sender, heard: &AtomicBool) -> Outcome {
    let mut pings = interval_at(Instant::now() + PING, PING);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let next = output.next();
        tokio::pin!(next);
        let said = loop {
            tokio::select! {
                biased;
                said = &mut next => break said,
                _ = pings.tick() => {
                    let there = heard.swap(false, Ordering::Relaxed);
                    if !there || !say(sender, Message::Ping(Bytes::new())).await {
                        return Outcome::Left;
                    }
                }
            }
        };
        match said {
            Ok(Said::Bytes(bytes)) => {
                if !say(sender, Message::Binary(bytes)).await {
                    return Outcome::Left;
                }
                // Its answers may wait behind input that the program doesn't take.
                heard.store(true, Ordering::Relaxed);
            }
            Ok(Said::Ended(code)) => return Outcome::Ended(code),
            Ok(Said::Failed(message)) => return failed(message),
            Err(error) => return failed(format!("the session was cut: {error}")),
        }
    }
}

/// False when the client has left or takes nothing any more.
async fn say(sender: &mut Sender, message: Message) -> bool {
    matches!(timeout(STALL, sender.send(message)).await, Ok(Ok(())))
}

/// Ends when the client leaves or breaks a rule; a program that takes no more
/// input may go on without.
async fn receive(receiver: &mut Receiver, input: &mut impl Input, heard: &AtomicBool) -> Outcome {
    let mut open = true;
    loop {
        let message = receiver.next().await;
        heard.store(true, Ordering::Relaxed);
        let taken = match message {
            Some(Ok(Message::Binary(bytes))) if open => input.bytes(bytes).await,
            Some(Ok(Message::Text(text))) => match serde_json::from_str(&text) {
                Ok(Order::Eof(_)) if open => {
                    open = false;
                    input.end().await
                }
                Ok(Order::Resize(size)) => input.resize(size).await,
                Ok(Order::Eof(_)) => Ok(()),
                Err(_) => {
                    let text = "the order is not understood";
                    return Outcome::Closed(Closing::new(Closing::MALFORMED, text));
                }
            },
            Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_))) => Ok(()),
            Some(Ok(Message::Close(_))) | None => return Outcome::Left,
            Some(Err(error)) if upgrade::is_too_long(&error) => {
                let text = "the message is too long";
                return Outcome::Closed(Closing::new(Closing::TOO_LONG, text));
            }
            Some(Err(_)) => return Outcome::Left,
        };
        if let Err(error) = taken {
            tracing::debug!(%error, "a program takes no more input");
            open = false;
        }
    }
}
