use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use berth_link::BoxStream;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::Notify,
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use super::{EventSink, Handler, serve_user};
use crate::{
    call::{Call, ConfigSet, ConfigUnset, Exec, LogLine, Logs, Start},
    client::{Client, ClientError},
    error::{ApiError, ErrorCode},
    socket::{self, Socket},
    wire::{LineReader, MAX_LINE, Reply, ReplyBody},
};

/// Answers `status` at once, `logs` with events, `events` never, panics on
/// `doctor`, and gives the other end of each exec stream to the test.
#[derive(Default)]
struct Fake {
    entered: Notify,
    dropped: Arc<Notify>,
    guest: Mutex<Option<tokio::io::DuplexStream>>,
}

struct NotifyOnDrop(Arc<Notify>);
impl Drop for NotifyOnDrop {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

#[async_trait]
impl Handler for Fake {
    async fn call(&self, call: Call, events: EventSink) -> Result<Value, ApiError> {
        match call {
            Call::Status => Ok(json!({"up": true})),
            Call::ConfigSet(ConfigSet { value, .. }) => Ok(json!(value)),
            Call::ConfigUnset(_) => Ok(json!("x".repeat(MAX_LINE))),
            Call::Logs(Logs { lines, .. }) => {
                for number in 0..lines {
                    let line = number.to_string();
                    events.send(&LogLine { line }).await.unwrap();
                }
                Ok(Value::Null)
            }
            Call::Events => {
                let _guard = NotifyOnDrop(Arc::clone(&self.dropped));
                self.entered.notify_one();
                std::future::pending().await
            }
            Call::Doctor => panic!("as the test wants"),
            _ => Err(ApiError::new(ErrorCode::NotRunning, "it is not running").with_hint("do")),
        }
    }

    async fn exec(&self, exec: Exec) -> Result<BoxStream, ApiError> {
        if exec.argv.is_empty() {
            return Err(ApiError::new(ErrorCode::NotRunning, "no"));
        }
        let (ours, theirs) = tokio::io::duplex(64);
        *self.guest.lock().unwrap() = Some(theirs);
        Ok(Box::new(ours))
    }
}

struct Fixture {
    folder: tempfile::TempDir,
    fake: Arc<Fake>,
    cancel: CancellationToken,
    server: JoinHandle<std::io::Result<()>>,
}

impl Fixture {
    fn start() -> Self {
        Self::for_user(socket::own_uid())
    }

    fn for_user(user: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = socket::bind(&folder.path().join("s")).unwrap();
        let fake = Arc::new(Fake::default());
        let cancel = CancellationToken::new();
        let serving = serve_user(listener, Arc::clone(&fake), cancel.clone(), user);
        Self {
            folder,
            fake,
            cancel,
            server: tokio::spawn(serving),
        }
    }

    async fn client(&self) -> Client {
        Client::connect(&self.folder.path().join("s"))
            .await
            .unwrap()
    }

    /// Writes `bytes` and reads every reply until the server closes.
    async fn raw(&self, bytes: &[u8]) -> Vec<Reply> {
        let stream = Socket::connect(self.folder.path().join("s")).await.unwrap();
        let (read, mut write) = stream.into_split();
        // The server may close before it has read everything.
        let _ = write.write_all(bytes).await;
        let mut lines = LineReader::new(read);
        let mut replies = Vec::new();
        while let Ok(Some(line)) = lines.next().await {
            replies.push(serde_json::from_slice(&line).unwrap());
        }
        replies
    }
}

fn code(error: &ClientError) -> Option<ErrorCode> {
    error.code()
}

#[tokio::test]
async fn calls_are_answered_one_after_the_other() {
    let fixture = Fixture::start();
    let mut client = fixture.client().await;
    for _ in 0..2 {
        let status: Value = client.call(Call::Status).await.unwrap();
        assert_eq!(status, json!({"up": true}));
    }
}

#[tokio::test]
async fn an_error_arrives_with_its_code_and_hint() {
    let fixture = Fixture::start();
    let mut client = fixture.client().await;
    let call = Call::Start(Start::default());
    let error = client.call::<Value>(call).await.unwrap_err();
    assert_eq!(code(&error), Some(ErrorCode::NotRunning));
    assert_eq!(error.hint(), Some("do"));
}

#[tokio::test]
async fn events_arrive_in_order_and_before_the_result() {
    let fixture = Fixture::start();
    let mut client = fixture.client().await;
    let logs = Logs {
        lines: 1000,
        ..Logs::default()
    };
    let mut seen = Vec::new();
    let call = Call::Logs(logs);
    client
        .stream::<LogLine, ()>(call, |event| seen.push(event.line))
        .await
        .unwrap();
    let expected: Vec<String> = (0..1000).map(|n| n.to_string()).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn an_unknown_method_is_refused_and_the_connection_goes_on() {
    let fixture = Fixture::start();
    let stream = Socket::connect(fixture.folder.path().join("s"))
        .await
        .unwrap();
    let (read, mut write) = stream.into_split();
    let lines = b"{\"id\":1,\"method\":\"fly\"}\n{\"id\":2,\"method\":\"status\"}\n";
    write.write_all(lines).await.unwrap();
    let mut replies = LineReader::new(read);
    let first = replies.next().await.unwrap().unwrap();
    let first: Reply = serde_json::from_slice(&first).unwrap();
    assert!(
        matches!(first, Reply { id: Some(1), body: ReplyBody::Error(e) }
        if e.code == ErrorCode::BadRequest)
    );
    let second = replies.next().await.unwrap().unwrap();
    let second: Reply = serde_json::from_slice(&second).unwrap();
    assert!(matches!(
        second,
        Reply {
            id: Some(2),
            body: ReplyBody::Result(_)
        }
    ));
}

#[tokio::test]
async fn garbage_gets_one_error_and_the_end() {
    let fixture = Fixture::start();
    for garbage in [
        b"GET / HTTP/1.1\r\n\r\n".as_slice(),
        b"\xff\xfe\n\n",
        b"[]\n{}\n",
    ] {
        let replies = fixture.raw(garbage).await;
        assert_eq!(replies.len(), 1, "{replies:?}");
        assert!(
            matches!(&replies[0], Reply { id: None, body: ReplyBody::Error(e) }
            if e.code == ErrorCode::BadRequest)
        );
    }
}

#[tokio::test]
async fn an_oversized_line_gets_one_error_and_the_end() {
    let fixture = Fixture::start();
    let replies = fixture.raw(&vec![b'x'; 2 * MAX_LINE]).await;
    assert_eq!(replies.len(), 1, "{replies:?}");
    assert!(matches!(&replies[0].body, ReplyBody::Error(e) if e.message.contains("longer")));
}

#[tokio::test]
async fn an_oversized_result_becomes_an_error() {
    let fixture = Fixture::start();
    let mut client = fixture.client().await;
    let call = Call::ConfigUnset(ConfigUnset { key: "k".into() });
    let error = client.call::<Value>(call).await.unwrap_err();
    assert_eq!(code(&error), Some(ErrorCode::Internal));
}

#[tokio::test]
async fn a_client_that_leaves_cancels_its_calls() {
    let fixture = Fixture::start();
    let mut client = fixture.client().await;
    client.send(Call::Events).await.unwrap();
    fixture.fake.entered.notified().await;
    drop(client);
    fixture.fake.dropped.notified().await;
}

#[tokio::test]
async fn a_call_can_be_ended_and_the_connection_goes_on() {
    let fixture = Fixture::start();
    let stream = Socket::connect(fixture.folder.path().join("s"))
        .await
        .unwrap();
    let (read, mut write) = stream.into_split();
    write
        .write_all(b"{\"id\":1,\"method\":\"events\"}\n")
        .await
        .unwrap();
    fixture.fake.entered.notified().await;
    write
        .write_all(b"{\"cancel\":7}\n{\"cancel\":1}\n{\"id\":2,\"method\":\"status\"}\n")
        .await
        .unwrap();
    fixture.fake.dropped.notified().await;
    let reply = LineReader::new(read).next().await.unwrap().unwrap();
    let reply: Reply = serde_json::from_slice(&reply).unwrap();
    assert_eq!(reply.id, Some(2));
}

#[tokio::test]
async fn a_call_is_answered_while_another_is_open() {
    let fixture = Fixture::start();
    let mut client = fixture.client().await;
    client.send(Call::Events).await.unwrap();
    let status: Value = client.call(Call::Status).await.unwrap();
    assert_eq!(status, json!({"up": true}));
}

#[tokio::test]
async fn a_call_that_panics_is_answered_as_internal() {
    let fixture = Fixture::start();
    let mut client = fixture.client().await;
    let error = client.call::<Value>(Call::Doctor).await.unwrap_err();
    assert_eq!(code(&error), Some(ErrorCode::Internal));
    client.call::<Value>(Call::Status).await.unwrap();
}

#[tokio::test]
async fn too_many_open_calls_are_refused() {
    let fixture = Fixture::start();
    let mut client = fixture.client().await;
    for _ in 0..64 {
        client.send(Call::Events).await.unwrap();
    }
    let error = client.call::<Value>(Call::Status).await.unwrap_err();
    assert_eq!(code(&error), Some(ErrorCode::Busy));
}

#[tokio::test]
async fn another_user_is_refused() {
    let fixture = Fixture::for_user(socket::own_uid() + 1);
    let mut client = fixture.client().await;
    let error = client.call::<Value>(Call::Status).await.unwrap_err();
    assert_eq!(code(&error), Some(ErrorCode::NoPermission));
}

#[tokio::test]
async fn shutting_down_answers_open_calls_and_ends() {
    let fixture = Fixture::start();
    let mut client = fixture.client().await;
    let id = client.send(Call::Events).await.unwrap();
    fixture.fake.entered.notified().await;
    fixture.cancel.cancel();
    let reply = client.receive(id).await.unwrap();
    assert!(matches!(reply, ReplyBody::Error(e) if e.code == ErrorCode::ShuttingDown));
    fixture.server.await.unwrap().unwrap();
}

#[tokio::test]
async fn exec_carries_bytes_both_ways_and_ends_with_the_client() {
    let fixture = Fixture::start();
    let exec = Exec {
        argv: vec!["cat".into()],
        ..Exec::default()
    };
    let mut session = fixture.client().await.exec(exec).await.unwrap();
    let mut guest = fixture.fake.guest.lock().unwrap().take().unwrap();
    session.write.write_all(b"to guest").await.unwrap();
    let mut bytes = [0; 8];
    guest.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"to guest");
    guest.write_all(b"to host!").await.unwrap();
    session.read.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"to host!");
    drop(session);
    assert_eq!(guest.read(&mut bytes).await.unwrap(), 0);
}

#[tokio::test]
async fn the_end_of_the_guest_ends_the_exec_session() {
    let fixture = Fixture::start();
    let exec = Exec {
        argv: vec!["true".into()],
        ..Exec::default()
    };
    let mut session = fixture.client().await.exec(exec).await.unwrap();
    let mut guest = fixture.fake.guest.lock().unwrap().take().unwrap();
    guest.write_all(b"bye").await.unwrap();
    drop(guest);
    let mut rest = Vec::new();
    session.read.read_to_end(&mut rest).await.unwrap();
    assert_eq!(rest, b"bye");
}

#[tokio::test]
async fn an_exec_that_is_refused_says_why() {
    let fixture = Fixture::start();
    let refused = fixture.client().await.exec(Exec::default()).await;
    assert_eq!(code(&refused.unwrap_err()), Some(ErrorCode::NotRunning));
}

#[tokio::test]
async fn exec_beside_open_calls_is_refused() {
    let fixture = Fixture::start();
    let mut client = fixture.client().await;
    client.send(Call::Events).await.unwrap();
    let exec = Exec {
        argv: vec!["cat".into()],
        ..Exec::default()
    };
    let refused = client.exec(exec).await.unwrap_err();
    assert_eq!(code(&refused), Some(ErrorCode::BadRequest));
}

#[tokio::test]
async fn a_socket_that_is_no_socket_is_not_an_absent_daemon() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file/s");
    std::fs::write(folder.path().join("file"), "").unwrap();
    let error = Client::connect(&path).await.unwrap_err();
    assert!(!error.is_absent(), "{error:?}");
    assert!(error.hint().unwrap().contains("who owns"));
}

#[tokio::test]
async fn a_missing_daemon_is_unreachable() {
    let folder = tempfile::tempdir().unwrap();
    let error = Client::connect(&folder.path().join("none"))
        .await
        .unwrap_err();
    assert!(matches!(error, ClientError::Unreachable { .. }));
    assert!(error.hint().unwrap().contains("berth start"));
}

#[tokio::test]
async fn binding_replaces_a_socket_left_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    drop(socket::bind(&path).unwrap());
    let _listener = socket::bind(&path).unwrap();
    socket::connect(&path).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_daemon_that_hangs_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    let _never_accepts = socket::bind(&path).unwrap();
    let mut client = Client::connect(&path).await.unwrap();
    let error = client.hello("0.0.0").await.unwrap_err();
    assert!(matches!(error, ClientError::Late { .. }), "{error:?}");
}
