//! Shells in the machine: the agent's exec frames.
use std::io;

use berth_api::exec::{CHUNK, ExecFrame, read, write};
use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite};

use super::bridge::{self, Said};

/// Frames that come from the agent.
pub(super) struct Output<R>(R);

impl<R> Output<R> {
    pub(super) fn new(from: R) -> Self {
        Self(from)
    }
}

impl<R: AsyncRead + Unpin + Send> bridge::Output for Output<R> {
    async fn next(&mut self) -> io::Result<Said> {
        loop {
            return Ok(match read(&mut self.0).await? {
                Some(ExecFrame::Stdout(bytes) | ExecFrame::Stderr(bytes)) => {
                    Said::Bytes(bytes.into())
                }
                Some(ExecFrame::Exit(code)) => Said::Ended(Some(code.into())),
                Some(ExecFrame::Failed(message)) => Said::Failed(message),
                Some(ExecFrame::Stdin(_) | ExecFrame::Resize(..)) => continue,
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            });
        }
    }
}

/// Frames that go to the agent.
pub(super) struct Input<W>(W);

impl<W> Input<W> {
    pub(super) fn new(to: W) -> Self {
        Self(to)
    }
}

impl<W: AsyncWrite + Unpin + Send> bridge::Input for Input<W> {
    async fn bytes(&mut self, bytes: Bytes) -> io::Result<()> {
        // An empty frame would be the end.
        for chunk in bytes.chunks(CHUNK) {
            write(&mut self.0, &ExecFrame::Stdin(chunk.to_vec())).await?;
        }
        Ok(())
    }

    async fn end(&mut self) -> io::Result<()> {
        write(&mut self.0, &ExecFrame::Stdin(Vec::new())).await
    }

    async fn resize(&mut self, (columns, rows): (u16, u16)) -> io::Result<()> {
        write(&mut self.0, &ExecFrame::Resize(columns, rows)).await
    }
}
