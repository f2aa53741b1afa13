//! The accept loop over a Unix socket.
use std::sync::Arc;

use tokio::{
    net::{UnixListener, UnixStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use super::DockerProxy;
use crate::accept::Backoff;

impl DockerProxy {
    /// Serves clients of `listener` until `cancel`, then lets open connections
    /// go on for the drain time and ends those that are left.
    pub async fn serve(&self, listener: UnixListener, cancel: CancellationToken) {
        let mut tasks = JoinSet::new();
        tokio::select! {
            () = cancel.cancelled() => {}
            () = self.accept(&listener, &mut tasks) => {}
        }
        drop(listener);
        let drained = async { while tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(self.drain, drained).await.is_err() {
            debug!(connections = tasks.len(), "ending docker connections");
        }
        tasks.shutdown().await;
    }

    async fn accept(&self, listener: &UnixListener, tasks: &mut JoinSet<()>) {
        let places = Arc::new(Semaphore::new(self.connections));
        let mut backoff = Backoff::default();
        loop {
            if places.available_permits() == 0 {
                warn!(
                    limit = self.connections,
                    "too many docker clients, more must wait"
                );
            }
            let Ok(place) = Arc::clone(&places).acquire_owned().await else {
                return;
            };
            match listener.accept().await {
                Ok((client, _)) => {
                    backoff.succeeded();
                    tasks.spawn(self.clone().serve_in(place, client));
                }
                Err(error) => backoff.failed("the docker socket", &error).await,
            }
            while tasks.try_join_next().is_some() {}
        }
    }

    async fn serve_in(self, place: OwnedSemaphorePermit, client: UnixStream) {
        self.serve_connection(client).await;
        drop(place);
    }
}
