//! Moves bytes between a flow's stack and its host socket.
//!
//! Written as one poll function: everything a flow waits for wakes the same
//! task, and bytes go between the host socket and the stack's ring buffers
//! without a copy in between. Buffers are bounded, so each side slows the other.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use smoltcp::socket::tcp::State;
use tokio::{
    io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf},
    net::TcpStream,
    sync::mpsc,
    time::{Instant, Sleep},
};
use tokio_util::sync::PollSender;

use super::stack::Stack;
use crate::craft::Frame;

/// Packets taken in before the stack runs over them.
const INGEST: usize = 64;

/// Rounds before other tasks get their turn.
const ROUNDS: usize = 8;

/// The host's side of a flow.
pub(crate) trait HostStream: AsyncRead + AsyncWrite + Unpin + Send {
    /// Makes the drop of the stream a reset rather than an orderly end.
    fn reset_on_drop(&self);
}

impl HostStream for TcpStream {
    fn reset_on_drop(&self) {
        // If it fails the peer sees an orderly end instead: nothing else to do.
        let _failed = self.set_zero_linger();
    }
}

impl HostStream for DuplexStream {
    fn reset_on_drop(&self) {}
}

/// One running flow.
#[derive(Debug)]
pub(crate) struct Pump<'a, H> {
    stack: Stack<'a>,
    host: H,
    packets: mpsc::Receiver<Bytes>,
    out: PollSender<Frame>,
    timer: Pin<Box<Sleep>>,
    /// The host's end of data was passed to the guest.
    host_ended: bool,
    /// The guest's end of data was passed to the host.
    guest_ended: bool,
    /// The guest has sent its FIN.
    fin_seen: bool,
    /// One side reset; what is left is to tell the guest.
    aborted: bool,
}

impl<'a, H: HostStream> Pump<'a, H> {
    pub(crate) fn new(
        stack: Stack<'a>,
        host: H,
        packets: mpsc::Receiver<Bytes>,
        out: PollSender<Frame>,
    ) -> Self {
        Self {
            stack,
            host,
            packets,
            out,
            timer: Box::pin(tokio::time::sleep_until(Instant::now())),
            host_ended: false,
            guest_ended: false,
            fin_seen: false,
            aborted: false,
        }
    }

    /// Gives the stack a packet ahead of those in the queue.
    pub(crate) fn feed(&mut self, packet: Bytes) {
        self.stack.feed(packet);
    }

    /// The host's peer shall see a reset once the pump is dropped.
    pub(crate) fn abort_host(&self) {
        self.host.reset_on_drop();
    }

    /// Ready when the flow is over and the guest has been told all of it.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        for _ in 0..ROUNDS {
            let mut moved = self.ingest(cx);
            self.run_stack();
            moved |= self.guest_to_host(cx);
            moved |= self.host_to_guest(cx);
            self.run_stack();
            let (flushed, closed) = self.flush(cx);
            if closed {
                self.host.reset_on_drop();
            }
            if closed || self.is_over() {
                return Poll::Ready(());
            }
            if !moved && !flushed && !self.timer_fired(cx) {
                return Poll::Pending;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Takes packets off the queue; true if there were any. A closed queue ends
    /// the flow as a reset would.
    fn ingest(&mut self, cx: &mut Context<'_>) -> bool {
        let before = self.stack.device.inbound.len();
        while self.stack.device.inbound.len() < INGEST && !self.aborted {
            match self.packets.poll_recv(cx) {
                Poll::Ready(Some(packet)) => self.stack.feed(packet),
                Poll::Ready(None) => self.abort(),
                Poll::Pending => break,
            }
        }
        self.stack.device.inbound.len() > before
    }

    fn run_stack(&mut self) {
        self.stack.poll();
        match self.stack.socket().state() {
            State::CloseWait | State::LastAck | State::Closing | State::TimeWait => {
                self.fin_seen = true;
            }
            // A reset in answer to our SYN|ACK makes smoltcp listen again.
            State::Listen => self.abort(),
            State::Closed if !self.aborted && !self.has_both_ends() => self.abort(),
            _ => {}
        }
    }

    /// The guest has sent all of its data, and been sent all of the host's.
    fn has_both_ends(&self) -> bool {
        self.fin_seen && self.host_ended
    }

    /// Moves the guest's data to the host; true if any moved.
    fn guest_to_host(&mut self, cx: &mut Context<'_>) -> bool {
        let mut moved = false;
        while !self.aborted && self.stack.socket().can_recv() {
            let host = Pin::new(&mut self.host);
            let written = self.stack.receive(|data| match host.poll_write(cx, data) {
                Poll::Ready(Ok(count)) => (count, Poll::Ready(Ok(count))),
                other => (0, other),
            });
            match written {
                Ok(Poll::Ready(Ok(count))) if count > 0 => moved = true,
                Ok(Poll::Pending) => return moved,
                Ok(Poll::Ready(_)) | Err(_) => self.abort(),
            }
        }
        moved | self.end_host(cx)
    }

    /// Passes on the guest's end of data, once all before it is written.
    fn end_host(&mut self, cx: &mut Context<'_>) -> bool {
        if !self.fin_seen || self.guest_ended || self.aborted {
            return false;
        }
        match Pin::new(&mut self.host).poll_shutdown(cx) {
            Poll::Pending => return false,
            Poll::Ready(Ok(())) => {}
            // The peer has gone already; reading tells how.
            Poll::Ready(Err(_)) => {}
        }
        self.guest_ended = true;
        true
    }

    /// Moves the host's data to the guest; true if any moved.
    fn host_to_guest(&mut self, cx: &mut Context<'_>) -> bool {
        let mut moved = false;
        while !self.aborted && !self.host_ended && self.stack.socket().can_send() {
            let host = Pin::new(&mut self.host);
            let read = self.stack.socket().send(|space| {
                let mut buffer = ReadBuf::new(space);
                match host.poll_read(cx, &mut buffer) {
                    Poll::Ready(Ok(())) => {
                        let count = buffer.filled().len();
                        (count, Poll::Ready(Ok(count)))
                    }
                    Poll::Ready(Err(error)) => (0, Poll::Ready(Err(error))),
                    Poll::Pending => (0, Poll::Pending),
                }
            });
            match read {
                Ok(Poll::Ready(Ok(0))) => self.end_guest(),
                Ok(Poll::Ready(Ok(_))) => {}
                Ok(Poll::Pending) => return moved,
                Ok(Poll::Ready(Err(_))) | Err(_) => self.abort(),
            }
            moved = true;
        }
        moved
    }

    fn end_guest(&mut self) {
        self.host_ended = true;
        self.stack.socket().close();
    }

    /// Ends both directions at once. Should the guest still know of the
    /// connection, the stack sends it a reset when it next runs.
    fn abort(&mut self) {
        self.aborted = true;
        self.stack.socket().abort();
        self.stack.poll();
        self.host.reset_on_drop();
    }

    /// Passes frames to the stream: whether any went, whether it has closed.
    fn flush(&mut self, cx: &mut Context<'_>) -> (bool, bool) {
        let mut flushed = false;
        while !self.stack.device.outbound.is_empty() {
            match self.out.poll_reserve(cx) {
                Poll::Pending => return (flushed, false),
                Poll::Ready(Err(_)) => return (flushed, true),
                Poll::Ready(Ok(())) => {}
            }
            if let Some(frame) = self.stack.device.outbound.pop_front() {
                flushed = true;
                if self.out.send_item(frame).is_err() {
                    return (flushed, true);
                }
            }
        }
        (flushed, false)
    }

    fn is_over(&mut self) -> bool {
        if !self.stack.device.outbound.is_empty() {
            return false;
        }
        let socket = self.stack.socket();
        if self.aborted {
            // The socket forgets its peer with the reset that it sends.
            return socket.remote_endpoint().is_none();
        }
        let settled = matches!(socket.state(), State::Closed | State::TimeWait);
        settled && self.host_ended && self.guest_ended
    }

    /// Arms the timer for what the stack wants to do of itself; true when that
    /// is due now.
    fn timer_fired(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(delay) = self.stack.delay() else {
            return false;
        };
        if !self.stack.device.outbound.is_empty() {
            // What is due can't leave; the queue wakes us.
            return false;
        }
        self.timer.as_mut().reset(Instant::now() + delay);
        self.timer.as_mut().poll(cx).is_ready()
    }
}
