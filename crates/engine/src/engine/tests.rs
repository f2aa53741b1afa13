//! The engine's model against engines that break.
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use berth_api::engine::WatchEvent;
use berth_link::{BoxStream, DialFuture, Dialer, proto::GuestService};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream},
    sync::{broadcast, watch},
};
use tokio_util::sync::CancellationToken;

use super::Engine;

/// What is answered to one request.
#[derive(Debug, Clone)]
enum Reply {
    Json(&'static str),
    Status(u16),
    /// The connection ends in the middle of the answer.
    Cut(&'static str),
}

/// An engine of a few lines. A path's replies are given one after the other, the
/// last one for ever.
#[derive(Debug)]
struct Script {
    replies: Mutex<HashMap<&'static str, Vec<Reply>>>,
    /// Lines of events; an empty one ends the stream.
    events: broadcast::Sender<&'static str>,
}

const NOTHING: [(&str, Reply); 5] = [
    ("/version", Reply::Json(r#"{"ApiVersion": "1.51"}"#)),
    ("/containers/json", Reply::Json("null")),
    ("/images/json", Reply::Json("[]")),
    ("/volumes", Reply::Json(r#"{"Volumes": null}"#)),
    ("/networks", Reply::Json("[]")),
];

impl Script {
    fn new(special: &[(&'static str, &[Reply])]) -> Arc<Self> {
        let mut replies: HashMap<_, _> = NOTHING.map(|(path, reply)| (path, vec![reply])).into();
        for (path, all) in special {
            replies.insert(path, all.to_vec());
        }
        Arc::new(Self {
            replies: Mutex::new(replies),
            events: broadcast::Sender::new(16),
        })
    }

    fn reply(&self, path: &str) -> Reply {
        let path = path.split('?').next().unwrap_or_default();
        // bollard names a version.
        let path = path.find("/version").map_or(path, |at| &path[at..]);
        let mut replies = self.replies.lock().unwrap();
        match replies.get_mut(path) {
            None => Reply::Status(404),
            Some(all) if all.len() > 1 => all.remove(0),
            Some(all) => all[0].clone(),
        }
    }

    async fn serve(self: Arc<Self>, stream: DuplexStream) -> Option<()> {
        let mut stream = BufReader::new(stream);
        loop {
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                if stream.read_line(&mut head).await.ok()? == 0 {
                    return None;
                }
            }
            let path = head.split(' ').nth(1)?.to_owned();
            if path.ends_with("/events") {
                return self.tell(stream.into_inner()).await;
            }
            let (code, body, cut) = match self.reply(&path) {
                Reply::Json(body) => (200, body, false),
                Reply::Cut(body) => (200, body, true),
                Reply::Status(code) => (code, "{\"message\":\"no\"}", false),
            };
            let length = body.len() + if cut { 100 } else { 0 };
            let answer = format!("HTTP/1.1 {code} X\r\ncontent-length: {length}\r\n\r\n{body}");
            stream.write_all(answer.as_bytes()).await.ok()?;
            if cut {
                return None;
            }
        }
    }

    async fn tell(&self, mut stream: DuplexStream) -> Option<()> {
        let mut events = self.events.subscribe();
        let head = b"HTTP/1.1 200 OK\r\n\r\n";
        stream.write_all(head).await.ok()?;
        loop {
            let line = events.recv().await.ok()?;
            if line.is_empty() {
                return None;
            }
            stream
                .write_all(format!("{line}\n").as_bytes())
                .await
                .ok()?;
        }
    }
}

struct Dial(Arc<Script>);

impl Dialer for Dial {
    fn dial(&self, _: GuestService) -> DialFuture<'_> {
        let script = Arc::clone(&self.0);
        Box::pin(async move {
            let (ours, theirs) = tokio::io::duplex(64 << 10);
            tokio::spawn(script.serve(theirs));
            Ok(Box::new(ours) as BoxStream)
        })
    }
}

/// The engine, and what keeps it up.
fn engine(script: &Arc<Script>) -> (Engine, watch::Sender<bool>) {
    let (up, receiver) = watch::channel(true);
    let dial = Arc::new(Dial(Arc::clone(script)));
    (Engine::new(dial, receiver, CancellationToken::new()), up)
}

const TWO: Reply = Reply::Json(
    r#"[{"Id": "aa", "Names": ["/one"], "State": "created"}, {"Id": "bb", "State": "created"}]"#,
);

async fn containers_after(first: Reply) -> usize {
    let script = Script::new(&[("/containers/json", &[first, TWO])]);
    let (engine, _up) = engine(&script);
    engine.live().await;
    engine.snapshot().containers.len()
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_dies_in_the_middle_of_a_list_is_asked_again() {
    assert_eq!(containers_after(Reply::Cut(r#"[{"Id": "aa""#)).await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_is_garbage_or_refused_is_asked_again() {
    assert_eq!(containers_after(Reply::Json("<html>")).await, 2);
    assert_eq!(containers_after(Reply::Json(r#"{"message": 1}"#)).await, 2);
    assert_eq!(containers_after(Reply::Status(500)).await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_container_that_can_not_be_understood_costs_only_itself() {
    let odd = Reply::Json(r#"[{"Id": 7}, {"Id": "bb", "State": "hibernating"}, "x"]"#);
    assert_eq!(containers_after(odd).await, 1);
}

#[tokio::test(start_paused = true)]
async fn when_the_events_end_the_copy_is_stale_until_the_next_reset() {
    let script = Script::new(&[("/containers/json", &[TWO])]);
    let (engine, _up) = engine(&script);
    let mut watch = engine.watch();
    while watch.next().await != WatchEvent::Live {}
    script.events.send("").unwrap();
    assert_eq!(watch.next().await, WatchEvent::Stale);
    assert_eq!(watch.next().await, WatchEvent::Reset);
    while watch.next().await != WatchEvent::Live {}
    assert_eq!(engine.snapshot().containers.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_event_that_is_garbage_is_passed_over() {
    let script = Script::new(&[("/containers/json", &[TWO])]);
    let (engine, _up) = engine(&script);
    let mut watch = engine.watch();
    while watch.next().await != WatchEvent::Live {}
    script.events.send("{not json").unwrap();
    let gone = r#"{"Type":"container","Action":"destroy","Actor":{"ID":"aa"}}"#;
    script.events.send(gone).unwrap();
    while engine.snapshot().containers.len() == 2 {
        watch.next().await;
    }
    assert!(engine.is_live());
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_is_down_is_not_dialed() {
    let script = Script::new(&[]);
    let (engine, up) = engine(&script);
    engine.live().await;
    up.send(false).unwrap();
    let mut watch = engine.watch();
    while watch.next().await != WatchEvent::Stale {}
    assert!(!engine.is_live());
    up.send(true).unwrap();
    engine.live().await;
}

#[tokio::test(start_paused = true)]
async fn when_nobody_says_any_more_that_it_may_be_dialed_it_is_down() {
    let script = Script::new(&[]);
    let (engine, up) = engine(&script);
    engine.live().await;
    drop(up);
    let mut watch = engine.watch();
    while watch.next().await != WatchEvent::Stale {}
}
