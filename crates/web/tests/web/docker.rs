use std::sync::atomic::Ordering;

use axum::body::Body;
use bytes::Bytes;
use futures::stream;
use http_body_util::BodyExt;
use serde_json::json;
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::{
    engine::PIECE,
    fixture::{Fixture, json, text},
};

#[tokio::test]
async fn requests_reach_the_engine_without_what_is_ours() {
    let fixture = Fixture::start().await;
    let request = fixture
        .authorized("POST", "/docker/echo/a%2Fb?filters=%7B%7D&x")
        .header("origin", &fixture.address.origin)
        .header("x-registry-auth", "e30=")
        .header("connection", "x-secret")
        .header("x-secret", "1")
        .header("expect", "100-continue")
        .header("upgrade", "h2c")
        .body(Body::from("body"));
    let response = fixture.send(request.unwrap()).await;
    assert_eq!(response.headers().get("set-cookie"), None);
    assert_eq!(response.headers().get("access-control-allow-origin"), None);
    let seen = json(response).await;
    assert_eq!(seen["method"], "POST");
    assert_eq!(seen["uri"], "/echo/a%2Fb?filters=%7B%7D&x");
    assert_eq!(seen["body"], "body");
    let expected = json!({"content-length": "4", "host": "docker", "x-registry-auth": "e30="});
    assert_eq!(seen["headers"], expected);
}

#[tokio::test]
async fn a_head_request_has_headers_and_no_body() {
    let fixture = Fixture::start().await;
    let request = fixture
        .authorized("HEAD", "/docker/echo/x")
        .body(Body::empty());
    let response = fixture.send(request.unwrap()).await;
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(text(response).await, "");
}

#[tokio::test]
async fn an_engine_that_is_not_there_is_told_with_a_next_step() {
    let fixture = Fixture::start().await;
    std::fs::remove_file(fixture.folder.path().join("d")).unwrap();
    let request = fixture
        .authorized("GET", "/docker/_ping")
        .body(Body::empty());
    let response = fixture.send(request.unwrap()).await;
    assert_eq!(response.status(), 502);
    let error = json(response).await;
    assert!(error["message"].as_str().unwrap().contains("socket"));
    assert!(error["hint"].as_str().unwrap().contains("berth status"));
}

#[tokio::test]
async fn who_asks_not_to_wake_the_machine_does_not() {
    let fixture = Fixture::start().await;
    fixture.awake.store(false, Ordering::Relaxed);
    let ask = |wake: &'static str| {
        let request = fixture.authorized("GET", "/docker/echo/x");
        let request = request.header("x-berth-wake", wake).body(Body::empty());
        fixture.send(request.unwrap())
    };
    let response = ask("never").await;
    assert_eq!(response.status(), 503);
    assert_eq!(json(response).await["code"], "not_running");
    assert_eq!(fixture.engine.requests.load(Ordering::Relaxed), 0);
    assert_eq!(ask("").await.status(), 200);
    fixture.awake.store(true, Ordering::Relaxed);
    assert_eq!(ask("never").await.status(), 200);
}

/// 100 MB in pieces.
const PIECES: usize = 1600;
/// What buffers between the two ends may hold: none of ours holds more than a
/// megabyte, the system's take what they like up to some.
const HELD: usize = 24 << 20;

#[tokio::test]
async fn a_download_of_100_megabytes_is_never_held() {
    let fixture = Fixture::start().await;
    let path = format!("/docker/download?pieces={PIECES}");
    let request = fixture.authorized("GET", &path).body(Body::empty());
    let mut body = fixture.send(request.unwrap()).await.into_body();
    let mut read = 0;
    while let Some(frame) = body.frame().await {
        read += frame.unwrap().into_data().unwrap().len();
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        let given = fixture.engine.given.load(Ordering::Relaxed) * PIECE;
        assert!(
            given - read.min(given) <= HELD,
            "{given} given, {read} read"
        );
    }
    assert_eq!(read, PIECES * PIECE);
}

#[tokio::test]
async fn an_upload_of_100_megabytes_is_never_held() {
    let fixture = Fixture::start().await;
    let engine = std::sync::Arc::clone(&fixture.engine);
    let pieces = stream::iter(0..PIECES);
    let pieces = futures::StreamExt::then(pieces, move |sent| {
        let engine = std::sync::Arc::clone(&engine);
        async move {
            let taken = engine.taken.load(Ordering::Relaxed);
            let sent = sent * PIECE;
            assert!(sent - taken.min(sent) <= HELD, "{sent} sent, {taken} taken");
            Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; PIECE]))
        }
    });
    let request = fixture.authorized("PUT", "/docker/upload");
    let request = request.body(Body::from_stream(pieces));
    let response = fixture.send(request.unwrap()).await;
    assert_eq!(text(response).await, (PIECES * PIECE).to_string());
}

#[tokio::test]
async fn a_client_that_vanishes_in_a_download_ends_it() {
    let fixture = Fixture::start().await;
    let request = fixture.authorized("GET", "/docker/download?pieces=1000000");
    let response = fixture.send(request.body(Body::empty()).unwrap()).await;
    let mut body = response.into_body();
    body.frame().await.unwrap().unwrap();
    drop(body);
    fixture.engine.ended.notified().await;
}

#[tokio::test]
async fn a_client_that_vanishes_in_an_upload_ends_it() {
    let fixture = Fixture::start().await;
    let mut stream = TcpStream::connect(fixture.host()).await.unwrap();
    let head = format!(
        "PUT /docker/upload HTTP/1.1\r\nHost: {}\r\nAuthorization: {}\r\n\
         Content-Length: 1000\r\n\r\nbegin",
        fixture.host(),
        fixture.bearer()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    fixture.engine.began.notified().await;
    drop(stream);
    fixture.engine.ended.notified().await;
}

#[tokio::test]
async fn an_answer_before_the_end_of_an_upload_arrives() {
    let fixture = Fixture::start().await;
    let request = fixture
        .authorized("PUT", "/docker/refuse")
        .body(Body::from("x".repeat(1000)));
    let response = fixture.send(request.unwrap()).await;
    assert_eq!(response.status(), 409);
    assert_eq!(text(response).await, "no");
}
