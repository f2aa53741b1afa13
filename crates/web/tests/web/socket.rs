use std::sync::atomic::Ordering;

use futures::{SinkExt, StreamExt};
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use crate::{fixture::Fixture, handler::EVENT};

#[tokio::test]
async fn calls_are_answered_and_events_come_in_order() {
    let fixture = Fixture::start().await;
    let mut socket = fixture.socket("/api/ws").await;
    socket.text(r#"{"id":1,"method":"status"}"#).await;
    assert_eq!(
        socket.json().await,
        json!({"id": 1, "result": {"up": true}})
    );
    socket
        .text(r#"{"id":2,"method":"logs","params":{"lines":100}}"#)
        .await;
    for number in 0..100 {
        let event = socket.json().await;
        assert_eq!(event["event"]["number"], number);
    }
    assert_eq!(socket.json().await, json!({"id": 2, "result": null}));
}

#[tokio::test]
async fn one_call_can_be_ended_and_leaving_ends_them_all() {
    let fixture = Fixture::start().await;
    let mut socket = fixture.socket("/api/ws").await;
    socket.text(r#"{"id":1,"method":"events"}"#).await;
    fixture.handler.entered.notified().await;
    socket.text(r#"{"cancel":1}"#).await;
    fixture.handler.dropped.notified().await;
    socket.text(r#"{"id":2,"method":"events"}"#).await;
    fixture.handler.entered.notified().await;
    drop(socket);
    fixture.handler.dropped.notified().await;
}

#[tokio::test]
async fn a_call_that_panics_takes_nothing_else_with_it() {
    let fixture = Fixture::start().await;
    let mut socket = fixture.socket("/api/ws").await;
    socket.text(r#"{"id":1,"method":"doctor"}"#).await;
    assert_eq!(socket.json().await["error"]["code"], "internal");
    socket.text(r#"{"id":2,"method":"status"}"#).await;
    assert_eq!(socket.json().await["id"], 2);
}

#[tokio::test]
async fn a_program_can_not_take_the_socket_over() {
    let fixture = Fixture::start().await;
    let mut socket = fixture.socket("/api/ws").await;
    socket
        .text(r#"{"id":1,"method":"exec","params":{"argv":["sh"]}}"#)
        .await;
    assert_eq!(socket.json().await["error"]["code"], "bad_request");
    assert!(fixture.handler.asked.lock().unwrap().is_none());
    socket.text(r#"{"id":2,"method":"status"}"#).await;
    assert_eq!(socket.json().await["id"], 2);
}

#[tokio::test]
async fn garbage_gets_one_error_and_the_end() {
    let fixture = Fixture::start().await;
    for garbage in [
        "",
        "{",
        "[]",
        "\u{0}",
        r#"{"cancel":"x"}"#,
        "GET / HTTP/1.1",
    ] {
        let mut socket = fixture.socket("/api/ws").await;
        socket.text(garbage).await;
        assert_eq!(
            socket.json().await["error"]["code"],
            "bad_request",
            "{garbage}"
        );
        assert_eq!(socket.closed().await.0, 1007, "{garbage}");
    }
}

#[tokio::test]
async fn bytes_are_refused() {
    let fixture = Fixture::start().await;
    let mut socket = fixture.socket("/api/ws").await;
    socket.bytes(br#"{"id":1,"method":"status"}"#).await;
    assert_eq!(socket.json().await["error"]["code"], "bad_request");
    assert_eq!(socket.closed().await.0, 1003);
}

#[tokio::test]
async fn a_message_of_ten_megabytes_ends_its_own_socket_only() {
    let fixture = Fixture::start().await;
    let mut bystander = fixture.socket("/api/ws").await;
    let mut socket = fixture.socket("/api/ws").await;
    socket.text(r#"{"id":1,"method":"events"}"#).await;
    fixture.handler.entered.notified().await;
    // The server stops reading when it has seen the length.
    let _ = socket.0.send(Message::text("x".repeat(10 << 20))).await;
    fixture.handler.dropped.notified().await;
    while let Some(Ok(_)) = socket.0.next().await {}
    bystander.text(r#"{"id":1,"method":"status"}"#).await;
    assert_eq!(bystander.json().await["id"], 1);
}

#[tokio::test]
async fn a_client_that_answers_no_ping_is_given_up() {
    let fixture = Fixture::start().await;
    let mut socket = fixture.socket("/api/ws").await;
    socket.text(r#"{"id":1,"method":"events"}"#).await;
    fixture.handler.entered.notified().await;
    tokio::time::pause();
    // Nobody reads from the socket, so nobody answers.
    fixture.handler.dropped.notified().await;
}

/// What the queue and the system's buffers between the two may hold.
const HELD: usize = 24 << 20;

#[tokio::test]
async fn a_slow_reader_slows_its_call() {
    let fixture = Fixture::start().await;
    let mut socket = fixture.socket("/api/ws").await;
    let lines = 1000;
    let call = json!({"id": 1, "method": "logs", "params": {"lines": lines}});
    socket.text(&call.to_string()).await;
    for read in 0..lines {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        let sent = fixture.handler.sent.load(Ordering::Relaxed);
        assert!(
            (sent - sent.min(read)) * EVENT <= HELD,
            "{sent} sent, {read} read"
        );
        assert_eq!(socket.json().await["event"]["number"], read);
    }
}

#[tokio::test]
async fn many_sockets_are_served_at_once() {
    let fixture = Fixture::start().await;
    let mut sockets = Vec::new();
    for _ in 0..300 {
        sockets.push(fixture.socket("/api/ws").await);
    }
    for socket in &mut sockets {
        socket.text(r#"{"id":1,"method":"status"}"#).await;
        assert_eq!(socket.json().await["id"], 1);
    }
}

#[tokio::test]
async fn the_end_of_the_daemon_is_told_and_ends_the_server() {
    let fixture = Fixture::start().await;
    let mut socket = fixture.socket("/api/ws").await;
    let mut terminal = fixture.socket("/api/terminal/vm").await;
    terminal.bytes(b"x").await;
    terminal.expect("x").await;
    socket.text(r#"{"id":1,"method":"events"}"#).await;
    fixture.handler.entered.notified().await;
    fixture.cancel.cancel();
    assert_eq!(socket.json().await["error"]["code"], "shutting_down");
    assert_eq!(socket.closed().await.0, 1012);
    assert_eq!(terminal.closed().await.0, 1012);
    drop((socket, terminal));
    fixture.server.await.unwrap();
}
