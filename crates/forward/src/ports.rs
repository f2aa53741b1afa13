//! Published ports: the host's listeners, and the traffic to the guest.
//!
//! The guest asks for the very address that a container publishes; it is bound
//! or refused with a sentence that says who holds it. An [`Exposure`] is the
//! bound socket: dropping it frees the address at once and ends the
//! connections that came over it.
mod bind;
mod error;
mod owner;
mod registry;
mod tcp;
mod udp;

use std::{io, sync::Arc, time::Duration};

use berth_link::{
    BoxStream, Dialer, frame,
    proto::{ExposeReply, ExposeRequest},
};
use tokio::{io::AsyncReadExt, time::Instant};
use tracing::debug;

use bind::Bound;
pub use error::{ExposeError, Owner};
pub use registry::ActivePort;
use registry::{Entry, Registry};

/// How long an address that another exposure holds is waited for. A container
/// that restarts publishes its ports again while the end of the old exposure
/// is still on its way.
const HANDOVER: Duration = Duration::from_secs(1);

/// All ports that are published now. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Ports {
    registry: Arc<Registry>,
}

/// A published port, bound until it is dropped.
pub struct Exposure {
    // Dropped first: whoever is told that the entry is gone finds the port free.
    socket: Bound,
    entry: Entry,
    dialer: Arc<dyn Dialer>,
}

impl std::fmt::Debug for Exposure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let request = self.entry.request();
        f.debug_tuple("Exposure").field(request).finish()
    }
}

impl Ports {
    /// An empty registry.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The ports that are published now, for display, ordered by address.
    #[must_use]
    pub fn list(&self) -> Vec<ActivePort> {
        self.registry.list()
    }

    /// Binds what `request` asks for. Clients are queued from then on, and are
    /// served while [`Exposure::run`] is polled.
    ///
    /// # Errors
    /// [`ExposeError`], which says who holds the address or what to do.
    pub async fn expose(
        &self,
        request: ExposeRequest,
        dialer: Arc<dyn Dialer>,
    ) -> Result<Exposure, ExposeError> {
        let socket = match self.bind(request).await {
            Ok(socket) => socket,
            Err(source) => return Err(self.explain(request, source).await),
        };
        Ok(Exposure {
            socket,
            entry: self.registry.enter(request),
            dialer,
        })
    }

    /// Binds, and waits for exposures that are about to end.
    async fn bind(&self, request: ExposeRequest) -> io::Result<Bound> {
        let deadline = Instant::now() + HANDOVER;
        loop {
            // Asked before the check, so that no end is missed in between.
            let ended = self.registry.ended();
            let error = match bind::bind(request) {
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => error,
                result => return result,
            };
            let ours = self.registry.holder(&request).is_some();
            if !ours || tokio::time::timeout_at(deadline, ended).await.is_err() {
                return Err(error);
            }
        }
    }

    async fn explain(&self, request: ExposeRequest, source: io::Error) -> ExposeError {
        if source.kind() != io::ErrorKind::AddrInUse {
            return ExposeError::from_bind(request, source);
        }
        let owner = match self.registry.holder(&request) {
            Some(target) => Owner::Container { target },
            None => owner::find(request).await,
        };
        ExposeError::InUse { request, owner }
    }
}

impl Exposure {
    /// What was asked for.
    #[must_use]
    pub fn request(&self) -> &ExposeRequest {
        self.entry.request()
    }

    /// Serves clients; never ends by itself. Dropping the future frees the
    /// address and ends the connections.
    pub async fn run(self) {
        // Locals are dropped in reverse order: the socket before the entry.
        let Self {
            socket,
            entry,
            dialer,
        } = self;
        let (entry, socket) = (entry, socket);
        match socket {
            Bound::Tcp(listener) => tcp::run(listener, &entry, &dialer).await,
            Bound::Udp(socket) => udp::run(socket, &entry, &dialer).await,
        }
    }
}

/// Serves one [`berth_link::proto::HostService::Expose`] stream: answers it,
/// and keeps the port until the stream ends. Dropping the future frees the
/// port as well.
pub async fn serve_expose(
    mut stream: BoxStream,
    request: ExposeRequest,
    dialer: Arc<dyn Dialer>,
    ports: &Ports,
) {
    let exposure = match ports.expose(request, dialer).await {
        Ok(exposure) => exposure,
        Err(error) => return answer(&mut stream, &error.into()).await,
    };
    let served = async {
        answer(&mut stream, &ExposeReply::Bound).await;
        until_end(&mut stream).await;
    };
    tokio::select! {
        () = served => {}
        () = exposure.run() => {}
    }
}

async fn answer(stream: &mut BoxStream, reply: &ExposeReply) {
    if let Err(error) = frame::write(stream, reply).await {
        debug!(%error, "the guest didn't wait for the answer about a port");
    }
}

/// Reads to the end, or to an error, which is an end as well.
async fn until_end(stream: &mut BoxStream) {
    let mut sink = [0; 64];
    while matches!(stream.read(&mut sink).await, Ok(1..)) {}
}

#[cfg(test)]
mod tests;
