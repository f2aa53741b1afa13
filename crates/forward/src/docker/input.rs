//! Buffered reading of what the client sends.
use std::{future::Future, io, pin::pin};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt};

use super::head::{self, BadHead, Head, MAX_HEAD};

/// Room made for each read, in bytes. Bodies pass through in such pieces.
const ROOM: usize = 64 * 1024;

/// Why there is no head.
#[derive(Debug)]
pub(super) enum NoHead {
    /// The client can't be read from.
    Io(io::Error),
    /// The client sent something else.
    Bad(BadHead),
}

/// The client's bytes that have not been passed on yet.
#[derive(Debug)]
pub(super) struct Input<R> {
    pub(super) reader: R,
    pub(super) buffer: BytesMut,
}

impl<R: AsyncRead + Unpin> Input<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            reader,
            buffer: BytesMut::new(),
        }
    }

    /// Reads the next head and leaves its bytes in the buffer. `None` at the
    /// end of input.
    pub(super) async fn head(&mut self) -> Result<Option<Head>, NoHead> {
        loop {
            if let Some(head) = head::parse(&self.buffer).map_err(NoHead::Bad)? {
                return Ok(Some(head));
            }
            if self.fill().await.map_err(NoHead::Io)? == 0 {
                return Ok(None);
            }
        }
    }

    /// Reads once; 0 at the end of input.
    pub(super) async fn fill(&mut self) -> io::Result<usize> {
        self.buffer.reserve(ROOM);
        self.reader.read_buf(&mut self.buffer).await
    }

    /// Waits for `future` and reads meanwhile, as far as a head's length goes,
    /// to learn when the client leaves. `None` when it left without a word.
    pub(super) async fn fill_until<F: Future>(
        &mut self,
        future: F,
    ) -> io::Result<Option<F::Output>> {
        let mut future = pin!(future);
        let mut ended = false;
        loop {
            let reads = !ended && self.buffer.len() < MAX_HEAD;
            tokio::select! {
                biased;
                output = &mut future => return Ok(Some(output)),
                count = self.fill(), if reads => ended = count? == 0,
            }
            if ended && !self.buffer.has_remaining() {
                return Ok(None);
            }
        }
    }
}
