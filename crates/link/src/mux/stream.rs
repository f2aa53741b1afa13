//! One stream of a session, as tokio's `AsyncRead` and `AsyncWrite`.
use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    runtime::Handle,
    sync::mpsc::error::TrySendError,
};
use tokio_util::sync::PollSender;

use super::{
    WINDOW,
    state::{Shared, StreamState, lock},
    wire::{Frame, MAX_PAYLOAD},
};

/// A stream of a session.
///
/// `shutdown` ends our direction only. Dropping it before both directions have
/// ended resets it.
#[derive(Debug)]
pub struct MuxStream {
    id: u32,
    state: Arc<Mutex<StreamState>>,
    shared: Arc<Shared>,
    sender: PollSender<Frame>,
}

impl MuxStream {
    pub(super) fn new(id: u32, state: Arc<Mutex<StreamState>>, shared: Arc<Shared>) -> Self {
        let sender = PollSender::new(shared.data.clone());
        Self {
            id,
            state,
            shared,
            sender,
        }
    }
}

fn gone() -> io::Error {
    io::Error::new(
        io::ErrorKind::ConnectionReset,
        "the stream was reset by the other side",
    )
}

impl AsyncRead for MuxStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut state = lock(&self.state);
        if state.received.is_empty() {
            if state.peer_ended {
                return Poll::Ready(Ok(()));
            }
            if state.reset {
                return Poll::Ready(Err(gone()));
            }
            state.reader = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let taken = take(&mut state, buf);
        state.received_len -= taken;
        state.uncredited += u32::try_from(taken).unwrap_or(u32::MAX);
        // A credit frame for each read would double the small frames.
        if state.uncredited >= WINDOW / 4 && !state.peer_ended {
            let amount = std::mem::take(&mut state.uncredited);
            let _ = self.shared.urgent.send(Frame::Credit(self.id, amount));
        }
        Poll::Ready(Ok(()))
    }
}

fn take(state: &mut StreamState, buf: &mut ReadBuf<'_>) -> usize {
    let before = buf.remaining();
    while buf.remaining() > 0 {
        let Some(front) = state.received.front_mut() else {
            break;
        };
        let n = front.len().min(buf.remaining());
        buf.put_slice(&front[..n]);
        front.advance(n);
        if front.is_empty() {
            state.received.pop_front();
        }
    }
    before - buf.remaining()
}

impl AsyncWrite for MuxStream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if buf.is_empty() {
            return Poll::Ready(Ok(0));
        }
        let allowed = {
            let mut state = lock(&this.state);
            if state.reset || state.we_ended {
                return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
            }
            if state.credit == 0 {
                state.writer = Some(cx.waker().clone());
                return Poll::Pending;
            }
            state.credit as usize
        };
        ready!(this.sender.poll_reserve(cx)).map_err(|_| gone())?;
        let n = buf.len().min(allowed).min(MAX_PAYLOAD);
        // Before the frame goes: its credit may come back at once. Only this side
        // takes credit, so what was seen above is still there.
        lock(&this.state).credit -= u32::try_from(n).unwrap_or(u32::MAX);
        let frame = Frame::Data(this.id, Bytes::copy_from_slice(&buf[..n]));
        this.sender.send_item(frame).map_err(|_| gone())?;
        Poll::Ready(Ok(n))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        {
            let state = lock(&this.state);
            if state.we_ended || state.reset {
                return Poll::Ready(Ok(()));
            }
        }
        ready!(this.sender.poll_reserve(cx)).map_err(|_| gone())?;
        this.sender
            .send_item(Frame::Fin(this.id))
            .map_err(|_| gone())?;
        lock(&this.state).we_ended = true;
        Poll::Ready(Ok(()))
    }
}

impl Drop for MuxStream {
    fn drop(&mut self) {
        let finished = {
            let state = lock(&self.state);
            state.reset || (state.we_ended && state.peer_ended)
        };
        self.shared.remove(self.id);
        if !finished {
            self.reset_in_order();
        }
    }
}

impl MuxStream {
    /// Sends a reset behind what was written before, so that a last answer
    /// still arrives.
    fn reset_in_order(&self) {
        let frame = Frame::Reset(self.id);
        let Err(TrySendError::Full(frame)) = self.shared.data.try_send(frame) else {
            return;
        };
        match Handle::try_current() {
            Ok(runtime) => {
                let queue = self.shared.data.clone();
                runtime.spawn(async move { queue.send(frame).await });
            }
            Err(_) => {
                let _ = self.shared.urgent.send(frame);
            }
        }
    }
}
