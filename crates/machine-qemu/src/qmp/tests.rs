use tokio::io::{DuplexStream, duplex, split};

use super::*;

const GREETING: &str = r#"{"QMP": {"version": {"qemu": {"major": 7}}, "capabilities": ["oob"]}}"#;

/// A QEMU that follows a script.
struct Fake {
    reader: BufReader<tokio::io::ReadHalf<DuplexStream>>,
    writer: tokio::io::WriteHalf<DuplexStream>,
}

impl Fake {
    async fn say(&mut self, line: &str) {
        self.writer.write_all(line.as_bytes()).await.unwrap();
        self.writer.write_all(b"\n").await.unwrap();
    }

    async fn hear(&mut self) -> Value {
        let mut line = String::new();
        self.reader.read_line(&mut line).await.unwrap();
        serde_json::from_str(&line).unwrap()
    }

    async fn shake_hands(&mut self) {
        self.say(GREETING).await;
        let command = self.hear().await;
        assert_eq!(command["execute"], "qmp_capabilities");
        self.answer(&command, r#""return": {}"#).await;
    }

    async fn answer(&mut self, command: &Value, rest: &str) {
        let id = &command["id"];
        self.say(&format!(r#"{{"id": {id}, {rest}}}"#)).await;
    }
}

type Connecting = JoinHandle<Result<(Qmp, broadcast::Receiver<Event>), QmpError>>;

fn connecting() -> (Connecting, Fake) {
    let (ours, theirs) = duplex(4096);
    let (reader, writer) = split(ours);
    let client = tokio::spawn(Qmp::handshake(reader, writer));
    let (reader, writer) = split(theirs);
    let reader = BufReader::new(reader);
    (client, Fake { reader, writer })
}

async fn connected() -> (Arc<Qmp>, broadcast::Receiver<Event>, Fake) {
    let (client, mut fake) = connecting();
    fake.shake_hands().await;
    let (qmp, events) = client.await.unwrap().unwrap();
    (Arc::new(qmp), events, fake)
}

fn execute(qmp: &Arc<Qmp>, command: &'static str, arguments: Value) -> JoinHandle<Answer> {
    let qmp = Arc::clone(qmp);
    tokio::spawn(async move { qmp.execute(command, arguments).await })
}

#[tokio::test]
async fn a_command_carries_its_arguments_and_gets_its_answer() {
    let (qmp, _events, mut fake) = connected().await;
    let running = execute(&qmp, "block_resize", json!({"size": 5}));
    let command = fake.hear().await;
    assert_eq!(command["arguments"], json!({"size": 5}));
    fake.answer(&command, r#""return": {"a": 1}"#).await;
    assert_eq!(running.await.unwrap().unwrap(), json!({"a": 1}));
}

#[tokio::test]
async fn answers_in_another_order_and_events_between_find_their_owners() {
    let (qmp, mut events, mut fake) = connected().await;
    let first = execute(&qmp, "first", Value::Null);
    let command_a = fake.hear().await;
    let second = execute(&qmp, "second", Value::Null);
    let command_b = fake.hear().await;
    fake.say(r#"{"event": "STOP", "timestamp": {"seconds": 1}}"#)
        .await;
    fake.answer(&command_b, r#""return": "b""#).await;
    fake.say(r#"{"event": "SHUTDOWN", "data": {"guest": true, "reason": "guest-shutdown"}}"#)
        .await;
    fake.answer(&command_a, r#""return": "a""#).await;
    assert_eq!(first.await.unwrap().unwrap(), "a");
    assert_eq!(second.await.unwrap().unwrap(), "b");
    assert_eq!(events.recv().await.unwrap().name, "STOP");
    assert_eq!(events.recv().await.unwrap().data["guest"], true);
}

#[tokio::test]
async fn an_error_answer_keeps_qemus_words_and_the_connection() {
    let (qmp, _events, mut fake) = connected().await;
    let running = execute(&qmp, "quit", Value::Null);
    let command = fake.hear().await;
    fake.answer(
        &command,
        r#""error": {"class": "GenericError", "desc": "no node"}"#,
    )
    .await;
    let error = running.await.unwrap().unwrap_err();
    assert!(matches!(error, QmpError::Refused { ref description } if description == "no node"));
    let again = execute(&qmp, "again", Value::Null);
    let command = fake.hear().await;
    fake.answer(&command, r#""return": {}"#).await;
    again.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_connection_that_ends_fails_what_is_pending_and_what_comes_after() {
    let (qmp, mut events, mut fake) = connected().await;
    let running = execute(&qmp, "first", Value::Null);
    fake.hear().await;
    drop(fake);
    assert!(matches!(running.await.unwrap(), Err(QmpError::Closed)));
    let after = qmp.execute("second", Value::Null).await;
    assert!(matches!(after, Err(QmpError::Closed)));
    assert!(events.recv().await.is_err());
}

#[tokio::test]
async fn garbage_in_a_running_connection_ends_it_without_a_panic() {
    for garbage in ["}{", "[1]", "\u{0}\u{1}", "{}", r#"{"event": 7}"#, ""] {
        let (qmp, _events, mut fake) = connected().await;
        let running = execute(&qmp, "first", Value::Null);
        fake.hear().await;
        fake.say(garbage).await;
        let answer = running.await.unwrap();
        assert!(matches!(answer, Err(QmpError::Closed)), "{garbage:?}");
    }
}

#[tokio::test]
async fn a_greeting_that_is_none_is_refused() {
    for greeting in [r#"{"return": {}}"#, "SSH-2.0-x", "[]"] {
        let (client, mut fake) = connecting();
        fake.say(greeting).await;
        let error = client.await.unwrap().unwrap_err();
        assert!(
            matches!(error, QmpError::Protocol { .. }),
            "{greeting}: {error:?}"
        );
    }
}

#[tokio::test]
async fn a_greeting_that_is_cut_off_is_refused() {
    let (client, mut fake) = connecting();
    fake.writer.write_all(br#"{"QMP": "#).await.unwrap();
    drop(fake);
    let error = client.await.unwrap().unwrap_err();
    assert!(error.to_string().contains("cut off"), "{error}");
}

#[tokio::test]
async fn a_line_without_end_is_given_up_at_the_limit() {
    let (client, mut fake) = connecting();
    let flood = tokio::spawn(async move {
        let block = [b'x'; 4096];
        while fake.writer.write_all(&block).await.is_ok() {}
    });
    let error = client.await.unwrap().unwrap_err();
    assert!(error.to_string().contains("without end"), "{error}");
    flood.await.unwrap();
}

#[tokio::test]
async fn an_answer_to_nobody_is_skipped() {
    let (qmp, _events, mut fake) = connected().await;
    let running = execute(&qmp, "first", Value::Null);
    let command = fake.hear().await;
    fake.say(r#"{"return": 1, "id": 4711}"#).await;
    fake.say(r#"{"return": 2}"#).await;
    fake.answer(&command, r#""return": 3"#).await;
    assert_eq!(running.await.unwrap().unwrap(), 3);
}
