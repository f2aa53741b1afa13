//! Our side of a pseudo-terminal.
use std::{
    io,
    os::fd::OwnedFd,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, ReadBuf, unix::AsyncFd};

/// Cheap to clone; the terminal is hung up with the last one.
#[derive(Debug, Clone)]
pub(super) struct Terminal(Arc<AsyncFd<OwnedFd>>);

impl Terminal {
    /// Over the descriptor of `/dev/ptmx`.
    pub(super) fn new(ours: OwnedFd) -> io::Result<Self> {
        rustix::io::ioctl_fionbio(&ours, true)?;
        // SAFETY: the type owns one descriptor, closes it only when dropped, and no
        // one replaces it while it is registered.
        let watched = unsafe { AsyncFd::register(ours)? };
        Ok(Self(Arc::new(watched)))
    }

    /// Types bytes.
    pub(super) async fn write_all(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let mut ready = self.0.writable().await?;
            if let Ok(written) = ready.try_io(|fd| Ok(rustix::io::write(fd, bytes)?)) {
                bytes = &bytes[written?..];
            }
        }
        Ok(())
    }

    /// Changes the size: columns, rows.
    pub(super) fn resize(&self, size: (u16, u16)) -> io::Result<()> {
        super::resize(self.0.get_ref(), size)
    }
}

impl AsyncRead for Terminal {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            let mut ready = ready!(self.0.poll_read_ready(context))?;
            let unfilled = buffer.initialize_unfilled();
            if let Ok(read) = ready.try_io(|fd| Ok(rustix::io::read(fd, &mut *unfilled)?)) {
                buffer.advance(read?);
                return Poll::Ready(Ok(()));
            }
        }
    }
}
