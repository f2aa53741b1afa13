//! Connections: accepted, counted, and ended in order.
use std::{io, sync::Arc, time::Duration};

use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    Parts,
    site::{Site, router},
    ticket::Tickets,
    token::Token,
};

/// Clients served at once; more wait to be accepted.
const CONNECTIONS: usize = 512;
/// How long a client may take to send the head of a request.
const HEAD: Duration = Duration::from_secs(15);
/// How long requests may go on once the daemon ends.
const DRAIN: Duration = Duration::from_secs(1);
/// How long sockets may take to say goodbye then.
const GOODBYE: Duration = Duration::from_secs(3);
/// Pause after an accept that failed for want of descriptors or memory.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until `cancel`.
pub(crate) async fn run(
    listener: TcpListener,
    port: u16,
    token: Token,
    parts: Parts,
    cancel: CancellationToken,
) {
    let site = Arc::new(Site {
        parts,
        token,
        port,
        tickets: Tickets::default(),
        sockets: TaskTracker::new(),
        cancel: cancel.clone(),
    });
    let service = TowerToHyperService::new(router(Arc::clone(&site)));
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let place = tokio::select! {
            () = cancel.cancelled() => break,
            place = Arc::clone(&places).acquire_owned() => place,
        };
        let accepted = tokio::select! {
            () = cancel.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        while connections.try_join_next().is_some() {}
        match accepted {
            Ok((stream, _)) => {
                let connection = one(stream, service.clone(), cancel.clone());
                connections.spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
            Err(error) => pause(&error).await,
        }
    }
    drop(listener);
    end(connections, &site.sockets).await;
}

async fn pause(error: &io::Error) {
    tracing::warn!(%error, "a client of the dashboard could not be accepted");
    tokio::time::sleep(PAUSE).await;
}

async fn one(
    stream: TcpStream,
    service: TowerToHyperService<axum::Router>,
    cancel: CancellationToken,
) {
    // Keys of a terminal must not wait for each other.
    let _ = stream.set_nodelay(true);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = cancel.cancelled() => {
            connection.as_mut().graceful_shutdown();
            timeout(DRAIN, connection).await.unwrap_or(Ok(()))
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a client of the dashboard was lost");
    }
}

async fn end(mut connections: JoinSet<()>, sockets: &TaskTracker) {
    while connections.join_next().await.is_some() {}
    sockets.close();
    if timeout(GOODBYE, sockets.wait()).await.is_err() {
        tracing::debug!(left = sockets.len(), "sockets of the dashboard were cut");
    }
}
