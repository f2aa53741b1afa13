//! A guest made of in-memory pipes, for the tests of this crate.
use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use berth_link::{BoxStream, DialFuture, Dialer, proto::GuestService};
use tokio::{
    io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf},
    sync::mpsc,
};

/// The guest's ends of the streams that were dialed, in order.
pub(crate) type Dialed = mpsc::UnboundedReceiver<(GuestService, DuplexStream)>;

struct Pipes(mpsc::UnboundedSender<(GuestService, DuplexStream)>);

impl Dialer for Pipes {
    fn dial(&self, service: GuestService) -> DialFuture<'_> {
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        let sent = self.0.send((service, theirs));
        Box::pin(async move {
            sent.map_err(|_| io::Error::other("the guest of this test is gone"))?;
            Ok(Box::new(ours) as BoxStream)
        })
    }
}

/// A dialer whose streams end in the test.
pub(crate) fn pipes() -> (Arc<dyn Dialer>, Dialed) {
    let (sender, receiver) = mpsc::unbounded_channel();
    (Arc::new(Pipes(sender)), receiver)
}

struct Broken(fn() -> io::Result<BoxStream>);

impl Dialer for Broken {
    fn dial(&self, _service: GuestService) -> DialFuture<'_> {
        let result = (self.0)();
        Box::pin(async move { result })
    }
}

/// A dialer that fails.
pub(crate) fn failing() -> Arc<dyn Dialer> {
    Arc::new(Broken(|| Err(io::Error::other("the VM is stopped"))))
}

/// A dialer whose streams are reset as soon as they are used.
pub(crate) fn resetting() -> Arc<dyn Dialer> {
    Arc::new(Broken(|| Ok(Box::new(Reset))))
}

/// A stream that the other side has reset.
pub(crate) struct Reset;

fn reset<T>() -> Poll<io::Result<T>> {
    Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
}

impl AsyncRead for Reset {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        reset()
    }
}

impl AsyncWrite for Reset {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
        reset()
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        reset()
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        reset()
    }
}
