//! The channel between host and guest: handshake, streams and messages.
//!
//! Shared with the agent, so it must build for the guest: no host services, no
//! file systems, nothing but bytes.
pub mod exec;
pub mod frame;
pub mod handshake;
pub mod mux;
pub mod proto;

use std::{future::Future, io, pin::Pin};

use tokio::io::{AsyncRead, AsyncWrite};

/// A byte stream with half-close: `shutdown` ends our direction only.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin + 'static> Stream for T {}

/// An owned [`Stream`] of any kind.
pub type BoxStream = Box<dyn Stream>;

/// Future of [`Dialer::dial`].
pub type DialFuture<'a> = Pin<Box<dyn Future<Output = io::Result<BoxStream>> + Send + 'a>>;

/// Opens streams to the guest. Implemented by a session of the channel, and by
/// whatever waits for one; fakes of it serve the tests above this crate.
pub trait Dialer: Send + Sync + 'static {
    /// Opens a stream to `service`, its header already sent.
    ///
    /// # Errors
    /// When there is no session. A refusal by the guest shows later, as a reset.
    fn dial(&self, service: proto::GuestService) -> DialFuture<'_>;
}
