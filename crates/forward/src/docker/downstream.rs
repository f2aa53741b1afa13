//! The direction from the engine to the client: a plain copy, that can be asked
//! to send a word of the proxy's own and to watch for an accepted upgrade.
use std::io;

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite},
    sync::{mpsc, oneshot},
};

use super::head;
use crate::copy::{Buffer, Fault, write};

/// What the other direction asks for. To be sent before the engine can answer
/// the request in question.
#[derive(Debug)]
pub(super) enum Order {
    /// Send these bytes to the client.
    Send(Vec<u8>),
    /// Watch the next response.
    Watch(Watch),
}

/// Somebody who wants to know whether the next response takes the connection over.
#[derive(Debug)]
pub(super) struct Watch {
    /// The request was one that takes over without an `Upgrade` header.
    pub(super) hijack: bool,
    /// Told the answer; dropped when there will be none.
    pub(super) answer: oneshot::Sender<bool>,
}

/// How the direction ended.
#[derive(Debug)]
pub(super) struct Down {
    /// Whether the client was sent anything at all.
    pub(super) spoke: bool,
    /// The fault, unless the engine ended its side in order.
    pub(super) result: Result<(), Fault>,
}

/// Copies until the engine ends its side. The client's side is left open.
pub(super) async fn run(
    guest: &mut (impl AsyncRead + Unpin),
    client: &mut (impl AsyncWrite + Unpin),
    mut orders: mpsc::Receiver<Order>,
) -> Down {
    let mut spoke = false;
    let result = copy(guest, client, &mut orders, &mut spoke).await;
    Down { spoke, result }
}

async fn copy(
    guest: &mut (impl AsyncRead + Unpin),
    client: &mut (impl AsyncWrite + Unpin),
    orders: &mut mpsc::Receiver<Order>,
    spoke: &mut bool,
) -> Result<(), Fault> {
    let mut buffer = Buffer::new();
    let mut watcher = None;
    loop {
        tokio::select! {
            // An order about a response is in the queue before the response can
            // be here, and must be taken first.
            biased;
            Some(order) = orders.recv() => match order {
                Order::Send(bytes) => {
                    *spoke = true;
                    write(client, &bytes).await.map_err(Fault::Write)?;
                }
                Order::Watch(watch) => watcher = Some(Watcher::new(watch)),
            },
            count = guest.read(buffer.space()) => {
                let count = count.map_err(Fault::Read)?;
                if count == 0 {
                    return Ok(());
                }
                *spoke = true;
                pass(client, buffer.filled(count), &mut watcher).await.map_err(Fault::Write)?;
                buffer.used(count);
            }
        }
    }
}

async fn pass(
    client: &mut (impl AsyncWrite + Unpin),
    bytes: &[u8],
    watcher: &mut Option<Watcher>,
) -> io::Result<()> {
    write(client, bytes).await?;
    *watcher = watcher.take().and_then(|watcher| watcher.see(bytes));
    Ok(())
}

/// Collects the head of a response.
struct Watcher {
    watch: Watch,
    seen: Vec<u8>,
}

impl Watcher {
    fn new(watch: Watch) -> Self {
        Self {
            watch,
            seen: Vec::new(),
        }
    }

    /// `None` once the answer has been given.
    fn see(mut self, bytes: &[u8]) -> Option<Self> {
        let room = head::MAX_HEAD - self.seen.len();
        self.seen.extend_from_slice(&bytes[..bytes.len().min(room)]);
        let Some(taken) = head::takes_over(&self.seen, self.watch.hijack) else {
            return Some(self);
        };
        // Nobody waits any more when the client has left: nothing to tell then.
        let _ = self.watch.answer.send(taken);
        None
    }
}
