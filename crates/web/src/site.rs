//! What all requests share, and which path leads where.
use std::sync::Arc;

use axum::{
    Router, middleware,
    routing::{any, get, post},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    Parts, assets, docker, guard, headers, socket, terminal, ticket, ticket::Tickets, token::Token,
};

/// What all requests share.
#[derive(Debug)]
pub(crate) struct Site {
    /// What the server is made of.
    pub(crate) parts: Parts,
    /// What a request must carry.
    pub(crate) token: Token,
    /// Where we listen.
    pub(crate) port: u16,
    /// Downloads that may be fetched without the token.
    pub(crate) tickets: Tickets,
    /// Sockets that outlive their requests.
    pub(crate) sockets: TaskTracker,
    /// The daemon ends.
    pub(crate) cancel: CancellationToken,
}

/// The whole server. Layers that are added later see a request earlier.
pub(crate) fn router(site: Arc<Site>) -> Router {
    let token = middleware::from_fn_with_state(Arc::clone(&site), guard::token);
    let authorized = Router::new()
        .route("/docker/{*path}", any(docker::pass))
        .route("/api/ticket", post(ticket::issue))
        .route_layer(token);
    Router::new()
        .merge(authorized)
        .route("/api/ws", get(socket::open))
        .route("/api/terminal/exec/{id}", get(terminal::exec))
        .route("/api/terminal/attach/{id}", get(terminal::attach))
        .route("/api/terminal/vm", get(terminal::machine))
        .route("/api/download/{ticket}", get(ticket::download))
        .route("/api", any(assets::nothing))
        .route("/api/{*rest}", any(assets::nothing))
        .fallback(assets::serve)
        .layer(middleware::from_fn_with_state(
            Arc::clone(&site),
            guard::origin,
        ))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&site),
            guard::host,
        ))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&site),
            headers::secure,
        ))
        .with_state(site)
}
