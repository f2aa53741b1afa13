//! The way to the engine's socket.
use std::path::PathBuf;

use berth_link::{BoxStream, DialFuture, Dialer, proto::GuestService};
use tokio::net::UnixStream;

/// Connects to a socket, whatever is asked for.
#[derive(Debug, Clone)]
pub struct UnixDialer(pub PathBuf);

impl Dialer for UnixDialer {
    fn dial(&self, _: GuestService) -> DialFuture<'_> {
        Box::pin(async move {
            let stream = UnixStream::connect(&self.0).await?;
            Ok(Box::new(stream) as BoxStream)
        })
    }
}
