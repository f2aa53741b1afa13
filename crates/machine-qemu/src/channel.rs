//! The host end of the byte channel.
//!
//! QEMU's socket serves one client: a second connection waits, silent, until
//! the first has gone. So opening a channel first shuts the one before it down;
//! its owner reads the end of the stream. QEMU then discards what the guest had
//! written and not yet got rid of, and the guest's port reports the hang-up.
use std::{
    io,
    os::fd::{AsFd, OwnedFd},
    path::Path,
    pin::Pin,
    task::{Context, Poll},
};

use berth_link::proto::VSOCK_PORT;
use rustix::net::{AddressFamily, Shutdown, SocketAddrUnix, SocketFlags, SocketType};
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf},
    net::UnixStream,
    sync::Mutex,
};

use crate::{sys, vsock::Vsock};

/// The place of the one channel of a machine.
#[derive(Debug, Default)]
pub(crate) struct ChannelSlot(Mutex<Option<OwnedFd>>);

impl ChannelSlot {
    /// Ends the channel before and connects.
    ///
    /// # Errors
    /// Those of `connect`.
    pub(crate) async fn open(
        &self,
        connect: impl Future<Output = io::Result<UnixStream>>,
    ) -> io::Result<ChannelStream> {
        // Held throughout, so that of two callers the later one's channel lives.
        let mut current = self.0.lock().await;
        if let Some(before) = current.take() {
            shut_down(&before);
        }
        let stream = ChannelStream(connect.await?);
        *current = Some(stream.0.as_fd().try_clone_to_owned()?);
        Ok(stream)
    }
}

/// A connection to the guest; dropping it hangs up.
#[derive(Debug)]
pub(crate) struct ChannelStream(UnixStream);

impl Drop for ChannelStream {
    fn drop(&mut self) {
        // The slot keeps a second descriptor, so closing ours is not enough.
        shut_down(&self.0);
    }
}

/// Connects to the guest's serial port, at once or not at all: where others wait already and QEMU takes none of
/// them, this is `WouldBlock`.
pub(crate) fn connect_serial(path: &Path) -> io::Result<UnixStream> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    rustix::net::connect(&socket, &SocketAddrUnix::new(path)?)?;
    UnixStream::from_std(socket.into())
}

/// Connects to the guest's vsock and shows it the key.
///
/// # Errors
/// Those of connecting and writing.
pub(crate) async fn connect_vsock(vsock: &Vsock) -> io::Result<UnixStream> {
    let mut stream = sys::connect_vsock(vsock.cid, VSOCK_PORT).await?;
    stream.write_all(vsock.key.as_bytes()).await?;
    Ok(stream)
}

fn shut_down(socket: impl AsFd) {
    // It fails only where the connection has ended, which is what we want.
    let _ = rustix::net::shutdown(socket, Shutdown::Both);
}

impl AsyncRead for ChannelStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for ChannelStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::{io::AsyncReadExt, net::UnixListener};

    use super::*;

    #[tokio::test]
    async fn a_new_channel_ends_the_one_before_and_a_dropped_one_hangs_up() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("channel.sock");
        let listener = UnixListener::bind(&socket).unwrap();
        let slot = ChannelSlot::default();

        let mut first = slot.open(async { connect_serial(&socket) }).await.unwrap();
        let (mut guest, _) = listener.accept().await.unwrap();
        first.write_all(b"one").await.unwrap();
        let mut bytes = [0; 3];
        guest.read_exact(&mut bytes).await.unwrap();
        assert_eq!(&bytes, b"one");

        let second = slot.open(async { connect_serial(&socket) }).await.unwrap();
        assert_eq!(first.read(&mut bytes).await.unwrap(), 0);
        assert_eq!(guest.read(&mut bytes).await.unwrap(), 0);
        drop(first);

        let (mut guest, _) = listener.accept().await.unwrap();
        drop(second);
        assert_eq!(guest.read(&mut bytes).await.unwrap(), 0);
    }

    #[test]
    fn no_socket_is_an_error_and_not_a_wait() {
        let error = connect_serial(Path::new("/nonexistent")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
