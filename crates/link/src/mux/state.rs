//! What a session and its streams share.
use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Waker,
};

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{WINDOW, wire::Frame};

/// A session's shared half: the table of streams and the ways to its writer.
#[derive(Debug)]
pub(super) struct Shared {
    streams: Mutex<HashMap<u32, Arc<Mutex<StreamState>>>>,
    /// Credits and resets: may overtake data, and never block the reader.
    pub(super) urgent: mpsc::UnboundedSender<Frame>,
    /// Opens, data and ends, in order.
    pub(super) data: mpsc::Sender<Frame>,
    /// Cancelled when the session is over.
    pub(super) over: CancellationToken,
    /// Cancelled when nothing of it touches the channel any more.
    pub(super) finished: CancellationToken,
    end: Mutex<Option<End>>,
}

/// Why a session is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    reason: String,
    violated: bool,
}

impl End {
    /// The session ended as sessions do.
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            violated: false,
        }
    }

    /// The peer was cut off.
    pub(super) fn violation(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            violated: true,
        }
    }

    /// The peer broke the protocol, so that nothing after it could be understood.
    pub fn is_violation(&self) -> bool {
        self.violated
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

/// One stream's state. Everything in it is touched under its lock, briefly.
#[derive(Debug)]
pub(super) struct StreamState {
    pub(super) received: VecDeque<Bytes>,
    pub(super) received_len: usize,
    /// Read by our side and not yet credited to the peer.
    pub(super) uncredited: u32,
    pub(super) peer_ended: bool,
    pub(super) we_ended: bool,
    pub(super) reset: bool,
    pub(super) credit: u32,
    pub(super) reader: Option<Waker>,
    pub(super) writer: Option<Waker>,
}

impl StreamState {
    fn new() -> Self {
        Self {
            received: VecDeque::new(),
            received_len: 0,
            uncredited: 0,
            peer_ended: false,
            we_ended: false,
            reset: false,
            credit: WINDOW,
            reader: None,
            writer: None,
        }
    }

    /// Marks the stream dead and wakes whoever waits for it.
    pub(super) fn kill(&mut self) {
        self.reset = true;
        self.wake_reader();
        self.wake_writer();
    }

    pub(super) fn wake_reader(&mut self) {
        if let Some(waker) = self.reader.take() {
            waker.wake();
        }
    }

    pub(super) fn wake_writer(&mut self) {
        if let Some(waker) = self.writer.take() {
            waker.wake();
        }
    }
}

/// Locks without minding a panic elsewhere: no invariant spans two statements.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(super) fn new(
        urgent: mpsc::UnboundedSender<Frame>,
        data: mpsc::Sender<Frame>,
        over: CancellationToken,
    ) -> Self {
        Self {
            streams: Mutex::default(),
            urgent,
            data,
            over,
            finished: CancellationToken::new(),
            end: Mutex::default(),
        }
    }

    pub(super) fn stream(&self, id: u32) -> Option<Arc<Mutex<StreamState>>> {
        lock(&self.streams).get(&id).cloned()
    }

    /// Adds a stream; `None` when the id is taken or `limit` streams are open.
    pub(super) fn add(&self, id: u32, limit: usize) -> Option<Arc<Mutex<StreamState>>> {
        let mut streams = lock(&self.streams);
        if streams.len() >= limit || streams.contains_key(&id) {
            return None;
        }
        let state = Arc::new(Mutex::new(StreamState::new()));
        streams.insert(id, Arc::clone(&state));
        Some(state)
    }

    pub(super) fn remove(&self, id: u32) {
        lock(&self.streams).remove(&id);
    }

    pub(super) fn count(&self) -> usize {
        lock(&self.streams).len()
    }

    /// Ends the session for the first reason given; every stream dies.
    pub(super) fn end(&self, end: End) {
        lock(&self.end).get_or_insert(end);
        self.over.cancel();
        let streams: Vec<_> = lock(&self.streams).drain().collect();
        for (_, stream) in streams {
            lock(&stream).kill();
        }
    }

    pub(super) fn why(&self) -> End {
        let end = lock(&self.end).clone();
        end.unwrap_or_else(|| End::new("closed"))
    }
}
