//! An engine of a few lines, on a Unix socket.
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Json, Router,
    body::Body,
    extract::{Path as Segment, Query, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{any, get, post, put},
};
use bytes::Bytes;
use futures::{StreamExt, stream};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixListener,
    sync::Notify,
};

use crate::handler::NotifyOnDrop;

/// Bytes of each piece of a download.
pub(crate) const PIECE: usize = 64 << 10;

/// What the engine has seen.
#[derive(Default)]
pub(crate) struct Engine {
    /// Requests.
    pub(crate) requests: AtomicUsize,
    /// Pieces of a download that were taken.
    pub(crate) given: AtomicUsize,
    /// Bytes of an upload that have come.
    pub(crate) taken: AtomicUsize,
    /// A body or a stream has ended, however that was.
    pub(crate) ended: Arc<Notify>,
    /// An upload has begun to arrive.
    pub(crate) began: Notify,
}

type Shared = State<Arc<Engine>>;

/// Starts it at `path`.
pub(crate) fn start(path: &Path) -> Arc<Engine> {
    let engine = Arc::new(Engine::default());
    let router = Router::new()
        .route("/_ping", get(|| async { "OK" }))
        .route("/echo/{*rest}", any(echo))
        .route("/upload", put(upload))
        .route("/refuse", put(|| async { (StatusCode::CONFLICT, "no") }))
        .route("/download", get(download))
        .route("/exec/{id}/start", post(hijack))
        .route("/exec/{id}/json", get(report))
        .route("/containers/{id}/attach", post(hijack))
        .route("/containers/{id}/json", get(report))
        .with_state(Arc::clone(&engine));
    let listener = UnixListener::bind(path).unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    engine
}

async fn echo(State(engine): Shared, request: Request) -> Response {
    engine.requests.fetch_add(1, Ordering::Relaxed);
    let (head, body) = request.into_parts();
    let headers: Vec<(String, String)> = head
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let seen = json!({
        "method": head.method.as_str(),
        "uri": head.uri.to_string(),
        "headers": headers.into_iter().collect::<std::collections::BTreeMap<_, _>>(),
        "body": String::from_utf8_lossy(&body),
    });
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::SET_COOKIE, "a=b"),
    ];
    (headers, Json(seen)).into_response()
}

async fn upload(State(engine): Shared, request: Request) -> Response {
    let _ended = NotifyOnDrop(Arc::clone(&engine.ended));
    let mut body = request.into_body().into_data_stream();
    while let Some(piece) = body.next().await {
        let Ok(piece) = piece else {
            return StatusCode::BAD_REQUEST.into_response();
        };
        engine.taken.fetch_add(piece.len(), Ordering::Relaxed);
        engine.began.notify_one();
    }
    engine
        .taken
        .load(Ordering::Relaxed)
        .to_string()
        .into_response()
}

#[derive(Deserialize)]
struct Length {
    pieces: usize,
}

async fn download(State(engine): Shared, Query(length): Query<Length>) -> Response {
    let ended = NotifyOnDrop(Arc::clone(&engine.ended));
    let pieces = stream::iter(0..length.pieces).map(move |_| {
        let _ended = &ended;
        engine.given.fetch_add(1, Ordering::Relaxed);
        Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; PIECE]))
    });
    Body::from_stream(pieces).into_response()
}

async fn report() -> Json<Value> {
    Json(json!({"Running": false, "ExitCode": 3, "State": {"Running": false, "ExitCode": 4}}))
}

/// Says what was asked, then echoes; `missing` is not there.
async fn hijack(
    State(engine): Shared,
    Segment(id): Segment<String>,
    mut request: Request,
) -> Response {
    if id == "missing" {
        let body = json!({"message": "No such exec instance: missing"});
        return (StatusCode::NOT_FOUND, Json(body)).into_response();
    }
    let upgrade = hyper::upgrade::on(&mut request);
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let greeting = format!("{} {}\n", head.uri, String::from_utf8_lossy(&body));
    let ended = NotifyOnDrop(Arc::clone(&engine.ended));
    tokio::spawn(async move {
        let _ended = ended;
        let Ok(stream) = upgrade.await else { return };
        let (mut from, mut to) = tokio::io::split(TokioIo::new(stream));
        if to.write_all(greeting.as_bytes()).await.is_err() {
            return;
        }
        let mut buffer = vec![0; 8 << 10];
        while let Ok(count @ 1..) = from.read(&mut buffer).await {
            if to.write_all(&buffer[..count]).await.is_err() {
                return;
            }
        }
        let _ = to.write_all(b"bye").await;
        let _ = to.shutdown().await;
    });
    let headers = [(header::CONNECTION, "Upgrade"), (header::UPGRADE, "tcp")];
    (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
}
