use crate::{fixture::Fixture, handler::Fake};

#[tokio::test]
async fn a_program_of_a_container_is_talked_to_and_its_code_told() {
    let fixture = Fixture::start().await;
    let mut socket = fixture
        .socket("/api/terminal/exec/abc?cols=100&rows=30")
        .await;
    socket
        .expect("/exec/abc/start {\"ConsoleSize\":[30,100],\"Detach\":false,\"Tty\":true}\n")
        .await;
    socket.bytes(b"echo\x00\xff").await;
    socket.expect(b"echo\x00\xff").await;
}

#[tokio::test]
async fn the_end_of_input_is_passed_and_output_goes_on() {
    let fixture = Fixture::start().await;
    let mut socket = fixture.socket("/api/terminal/exec/abc?tty=0").await;
    socket
        .expect("/exec/abc/start {\"Detach\":false,\"Tty\":false}\n")
        .await;
    socket.bytes(b"last").await;
    socket.text(r#"{"eof":true}"#).await;
    socket.expect("lastbye").await;
    assert_eq!(
        socket.closed().await,
        (1000, r#"{"exit_code":3}"#.to_owned())
    );
}

#[tokio::test]
async fn a_container_is_attached_to_with_its_query() {
    let fixture = Fixture::start().await;
    let mut socket = fixture.socket("/api/terminal/attach/abc").await;
    socket
        .expect("/containers/abc/attach?stream=1&stdin=1&stdout=1&stderr=1 \n")
        .await;
    let mut socket = fixture
        .socket("/api/terminal/attach/abc?stream=1&logs=1")
        .await;
    socket
        .expect("/containers/abc/attach?stream=1&logs=1 \n")
        .await;
    socket.text(r#"{"eof":true}"#).await;
    assert_eq!(
        socket.closed().await,
        (1000, r#"{"exit_code":4}"#.to_owned())
    );
}

#[tokio::test]
async fn what_the_engine_refuses_is_told_in_its_words() {
    let fixture = Fixture::start().await;
    let mut socket = fixture.socket("/api/terminal/exec/missing").await;
    let expected = (4404, "No such exec instance: missing".to_owned());
    assert_eq!(socket.closed().await, expected);
    std::fs::remove_file(fixture.folder.path().join("d")).unwrap();
    let mut socket = fixture.socket("/api/terminal/exec/abc").await;
    assert_eq!(socket.closed().await.0, 4502);
}

#[tokio::test]
async fn leaving_ends_the_engines_stream() {
    let fixture = Fixture::start().await;
    let mut socket = fixture.socket("/api/terminal/attach/abc?logs=1").await;
    socket.expect("/containers/abc/attach?logs=1 \n").await;
    drop(socket);
    fixture.engine.ended.notified().await;
}

#[tokio::test]
async fn a_shell_in_the_machine_is_talked_to() {
    let fixture = Fixture::start().await;
    let mut socket = fixture.socket("/api/terminal/vm?cols=100&rows=30").await;
    socket.bytes(b"ls\n").await;
    socket.expect("ls\n").await;
    let asked = fixture.handler.asked.lock().unwrap().take().unwrap();
    assert_eq!((asked.tty, asked.size), (true, (100, 30)));
    assert_eq!(asked.env["TERM"], "xterm-256color");
    socket.text(r#"{"resize":[120,40]}"#).await;
    socket.expect("120x40").await;
    // An empty message must not be taken for the end.
    socket.bytes(b"").await;
    let long = "y".repeat(200 << 10);
    socket.bytes(long.as_bytes()).await;
    socket.expect(&long).await;
    socket.text(r#"{"eof":true}"#).await;
    assert_eq!(
        socket.closed().await,
        (1000, r#"{"exit_code":7}"#.to_owned())
    );
}

#[tokio::test]
async fn leaving_ends_the_shell() {
    let fixture = Fixture::start().await;
    let mut socket = fixture.socket("/api/terminal/vm").await;
    socket.bytes(b"x").await;
    socket.expect("x").await;
    drop(socket);
    fixture.handler.dropped.notified().await;
}

#[tokio::test]
async fn a_terminal_that_answers_no_ping_is_given_up() {
    let fixture = Fixture::start().await;
    let mut socket = fixture.socket("/api/terminal/vm").await;
    socket.bytes(b"x").await;
    socket.expect("x").await;
    tokio::time::pause();
    fixture.handler.dropped.notified().await;
}

#[tokio::test]
async fn a_machine_that_does_not_run_has_no_shell() {
    let stopped = Fake {
        stopped: true,
        ..Fake::default()
    };
    let fixture = Fixture::with(stopped).await;
    let mut socket = fixture.socket("/api/terminal/vm").await;
    let expected = (4503, "the virtual machine is not running".to_owned());
    assert_eq!(socket.closed().await, expected);
}

#[tokio::test]
async fn an_order_that_is_none_ends_the_terminal() {
    let fixture = Fixture::start().await;
    for order in [
        "",
        "x",
        "{}",
        r#"{"resize":[1]}"#,
        r#"{"resize":[-1,99999]}"#,
    ] {
        let mut socket = fixture.socket("/api/terminal/vm").await;
        socket.text(order).await;
        assert_eq!(socket.closed().await.0, 1007, "{order}");
    }
}
