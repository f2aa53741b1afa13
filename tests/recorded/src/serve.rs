//! The engine's socket.
use std::{convert::Infallible, io};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::UnixListener;

use crate::{routes, world::World};

/// Serves the API until the listener fails.
///
/// # Errors
/// When no connection can be accepted any more.
pub async fn serve(listener: UnixListener, world: World) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        let world = world.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let world = world.clone();
                async move { Ok::<_, Infallible>(routes::answer(world, request).await) }
            });
            // A client that leaves is no failure of ours.
            let _ = http1::Builder::new()
                .half_close(true)
                .serve_connection(TokioIo::new(stream), service)
                .with_upgrades()
                .await;
        });
    }
}
