//! `/api/terminal/`: terminals and other hijacked streams as WebSockets.
//!
//! Binary messages are bytes, both ways. Text messages are orders of the client:
//! `{"eof":true}` ends its input, `{"resize":[columns,rows]}` (shells in the
//! machine only; the engine's are resized by its own API). When the program has
//! ended the socket is closed with 1000 and, as its reason, `{"exit_code":N}` if
//! the code is known; other endings have 4000 and an HTTP status.
mod bridge;
mod frames;
mod hijack;

use std::sync::Arc;

use axum::{
    extract::{Path, Query, RawQuery, State, WebSocketUpgrade, ws::WebSocket},
    http::HeaderMap,
    response::Response,
};
use berth_api::call::Exec;
use serde::Deserialize;

use crate::{refusal::Refusal, site::Site, upgrade};
use hijack::Hijack;

/// Query of an exec terminal.
#[derive(Debug, Deserialize)]
pub(crate) struct ExecQuery {
    /// The exec was made with a terminal; without one, output is multiplexed as
    /// the engine's API says.
    #[serde(default = "yes")]
    tty: String,
    cols: Option<u16>,
    rows: Option<u16>,
}

fn yes() -> String {
    "1".to_owned()
}

/// Query of a terminal in the machine.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Size {
    cols: Option<u16>,
    rows: Option<u16>,
}

/// A program that was made by the engine's exec API.
pub(crate) async fn exec(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    Query(query): Query<ExecQuery>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let tty = !matches!(query.tty.as_str(), "0" | "false");
    let size = query.cols.zip(query.rows);
    let hijack = Hijack::exec(&id, tty, size);
    let serving = Arc::clone(&site);
    upgrade::open(&site, &headers, upgrade, move |socket| {
        engine(socket, serving, hijack)
    })
}

/// A container's own program.
pub(crate) async fn attach(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let hijack = Hijack::attach(&id, query.as_deref());
    let serving = Arc::clone(&site);
    upgrade::open(&site, &headers, upgrade, move |socket| {
        engine(socket, serving, hijack)
    })
}

async fn engine(socket: WebSocket, site: Arc<Site>, hijack: Hijack) {
    let docker = &site.parts.docker_socket;
    let opened = tokio::select! {
        opened = hijack.open(docker) => opened,
        () = site.cancel.cancelled() => return,
    };
    match opened {
        Ok(session) => {
            let (output, input) = session.split();
            let code = hijack.exit_code(docker);
            bridge::run(socket, output, input, code, &site.cancel).await;
        }
        Err(refusal) => bridge::refuse(socket, &refusal).await,
    }
}

/// A shell in the machine.
pub(crate) async fn machine(
    State(site): State<Arc<Site>>,
    Query(size): Query<Size>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let exec = Exec {
        tty: true,
        size: (size.cols.unwrap_or(80), size.rows.unwrap_or(24)),
        env: [("TERM".to_owned(), "xterm-256color".to_owned())].into(),
        ..Exec::default()
    };
    let serving = Arc::clone(&site);
    upgrade::open(&site, &headers, upgrade, move |socket| {
        shell(socket, serving, exec)
    })
}

async fn shell(socket: WebSocket, site: Arc<Site>, exec: Exec) {
    let opened = tokio::select! {
        opened = site.parts.handler.exec(exec) => opened,
        () = site.cancel.cancelled() => return,
    };
    match opened {
        Ok(stream) => {
            let (read, write) = tokio::io::split(stream);
            let output = frames::Output::new(read);
            let input = frames::Input::new(write);
            bridge::run(socket, output, input, async { None }, &site.cancel).await;
        }
        Err(error) => bridge::refuse(socket, &Refusal::from(error)).await,
    }
}
