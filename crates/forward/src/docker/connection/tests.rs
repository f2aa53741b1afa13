use std::{io, sync::Arc};

use berth_link::{Dialer, proto::GuestService};
use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream},
    net::{UnixListener, UnixStream},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use crate::{
    docker::{DockerProxy, MountRules},
    testing::{Dialed, failing, pipes, resetting},
};

const ATTACH: &str = "POST /v1.47/containers/x/attach?stdin=1 HTTP/1.1\r\nHost: d\r\n\
    Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n";
const SWITCH: &str = "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";
const PING: &str = "GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n";
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK";

struct Talk {
    client: DuplexStream,
    dialed: Dialed,
    task: JoinHandle<()>,
}

fn proxy(dialer: Arc<dyn Dialer>) -> DockerProxy {
    let nothing = |_: &std::path::Path| Err(io::ErrorKind::NotFound.into());
    let rules = MountRules::new("/berth/docker.sock").with_resolver(nothing);
    DockerProxy::new(dialer, rules)
}

fn client_of(dialer: Arc<dyn Dialer>) -> (DuplexStream, JoinHandle<()>) {
    let (client, ours) = tokio::io::duplex(64 * 1024);
    let task = tokio::spawn(async move { proxy(dialer).serve_connection(ours).await });
    (client, task)
}

fn talk() -> Talk {
    let (dialer, dialed) = pipes();
    let (client, task) = client_of(dialer);
    Talk {
        client,
        dialed,
        task,
    }
}

impl Talk {
    async fn send(&mut self, text: &str) {
        self.client.write_all(text.as_bytes()).await.unwrap();
    }

    async fn guest(&mut self) -> DuplexStream {
        let (service, guest) = self.dialed.recv().await.unwrap();
        assert_eq!(service, GuestService::Docker);
        guest
    }
}

async fn expect(from: &mut DuplexStream, text: &str) {
    let mut bytes = vec![0; text.len()];
    from.read_exact(&mut bytes).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&bytes), text);
}

async fn rest(from: &mut DuplexStream) -> String {
    let mut text = String::new();
    from.read_to_string(&mut text).await.unwrap();
    text
}

fn post(path: &str, body: &str) -> String {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nHost: d\r\nContent-Length: {length}\r\n\r\n{body}")
}

fn create(source: &str) -> String {
    let body = format!("{{\"HostConfig\":{{\"Binds\":[\"{source}:/x\"]}}}}");
    post("/v1.47/containers/create", &body)
}

/// The message of a refusal whose connection stays open.
async fn refusal(from: &mut DuplexStream) -> String {
    let mut text = String::new();
    while !text.ends_with("}\n") {
        text.push(char::from(from.read_u8().await.unwrap()));
    }
    assert!(text.starts_with("HTTP/1.1 400 "), "{text}");
    text
}

#[tokio::test]
async fn requests_and_responses_pass_unchanged_on_one_stream() {
    let mut talk = talk();
    talk.send(PING).await;
    let mut guest = talk.guest().await;
    for _ in 0..3 {
        expect(&mut guest, PING).await;
        guest.write_all(OK.as_bytes()).await.unwrap();
        expect(&mut talk.client, OK).await;
        talk.send(PING).await;
    }
    drop(talk.client);
    expect(&mut guest, PING).await;
    assert_eq!(rest(&mut guest).await, "");
    drop(guest);
    talk.task.await.unwrap();
    assert!(talk.dialed.try_recv().is_err());
}

#[tokio::test]
async fn nothing_is_dialed_for_a_client_that_asks_nothing() {
    let mut talk = talk();
    talk.send("GET /_pi").await;
    drop(talk.client);
    talk.task.await.unwrap();
    assert!(talk.dialed.recv().await.is_none());
}

#[tokio::test]
async fn pipelined_requests_pass() {
    let mut talk = talk();
    let all = [PING, &post("/build", "abc"), &create("/proc"), PING].concat();
    talk.send(&all).await;
    let mut guest = talk.guest().await;
    expect(&mut guest, &all).await;
}

#[tokio::test]
async fn an_upgraded_connection_is_raw_and_keeps_half_closes() {
    let mut talk = talk();
    talk.send(ATTACH).await;
    let mut guest = talk.guest().await;
    expect(&mut guest, ATTACH).await;
    guest.write_all(SWITCH.as_bytes()).await.unwrap();
    expect(&mut talk.client, SWITCH).await;
    let stdin = create("/home/ada");
    talk.send(&stdin).await;
    talk.client.shutdown().await.unwrap();
    assert_eq!(rest(&mut guest).await, stdin);
    guest.write_all(b"output after stdin").await.unwrap();
    guest.shutdown().await.unwrap();
    assert_eq!(rest(&mut talk.client).await, "output after stdin");
    talk.task.await.unwrap();
}

#[tokio::test]
async fn stdin_goes_on_after_the_end_of_output() {
    let mut talk = talk();
    talk.send(ATTACH).await;
    let mut guest = talk.guest().await;
    expect(&mut guest, ATTACH).await;
    guest.write_all(SWITCH.as_bytes()).await.unwrap();
    guest.shutdown().await.unwrap();
    assert_eq!(rest(&mut talk.client).await, SWITCH);
    talk.send("late").await;
    talk.client.shutdown().await.unwrap();
    assert_eq!(rest(&mut guest).await, "late");
}

#[tokio::test]
async fn what_a_client_sends_before_the_upgrade_is_accepted_follows_it() {
    let mut talk = talk();
    talk.send(&format!("{ATTACH}early")).await;
    talk.client.shutdown().await.unwrap();
    let mut guest = talk.guest().await;
    expect(&mut guest, ATTACH).await;
    guest.write_all(SWITCH.as_bytes()).await.unwrap();
    assert_eq!(rest(&mut guest).await, "early");
}

#[tokio::test]
async fn a_client_that_leaves_before_the_upgrade_is_noticed() {
    let mut talk = talk();
    talk.send(ATTACH).await;
    let mut guest = talk.guest().await;
    drop(talk.client);
    assert_eq!(rest(&mut guest).await, ATTACH);
}

#[tokio::test]
async fn an_old_client_hijacks_without_an_upgrade() {
    let mut talk = talk();
    let exec = post("/exec/0a/start", "{\"Tty\":true}");
    talk.send(&exec).await;
    let mut guest = talk.guest().await;
    expect(&mut guest, &exec).await;
    let raw = "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n";
    guest.write_all(raw.as_bytes()).await.unwrap();
    expect(&mut talk.client, raw).await;
    talk.send(&create("/home/ada")).await;
    expect(&mut guest, &create("/home/ada")).await;
}

#[tokio::test]
async fn after_a_refused_upgrade_and_a_detached_exec_requests_are_checked_again() {
    let mut talk = talk();
    talk.send(ATTACH).await;
    let mut guest = talk.guest().await;
    expect(&mut guest, ATTACH).await;
    let missing = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    guest.write_all(missing.as_bytes()).await.unwrap();
    expect(&mut talk.client, missing).await;

    let exec = post("/exec/0a/start", "{\"Detach\":true}");
    talk.send(&exec).await;
    expect(&mut guest, &exec).await;
    guest.write_all(OK.as_bytes()).await.unwrap();
    expect(&mut talk.client, OK).await;

    talk.send(&create("/home/ada")).await;
    assert!(refusal(&mut talk.client).await.contains("/home/ada"));
}

#[tokio::test]
async fn a_refused_mount_never_reaches_the_engine_and_the_connection_goes_on() {
    let mut talk = talk();
    talk.send(&create("/home/ada")).await;
    let mut guest = talk.guest().await;
    let text = refusal(&mut talk.client).await;
    assert!(
        text.contains("/home/ada is not shared with the VM"),
        "{text}"
    );
    talk.send(PING).await;
    expect(&mut guest, PING).await;
    guest.write_all(OK.as_bytes()).await.unwrap();
    expect(&mut talk.client, OK).await;
}

#[tokio::test]
async fn the_socket_is_translated_and_the_length_follows() {
    let mut talk = talk();
    talk.send(&[&create("/berth/docker.sock"), PING].concat())
        .await;
    let mut guest = talk.guest().await;
    let expected = create("/var/run/docker.sock");
    expect(&mut guest, &[&expected, PING].concat()).await;
}

#[tokio::test]
async fn a_chunked_create_that_waits_for_100_continue_is_answered_and_checked() {
    let mut talk = talk();
    talk.send(
        "POST /containers/create HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\
         Expect: 100-continue\r\n\r\n",
    )
    .await;
    expect(&mut talk.client, "HTTP/1.1 100 Continue\r\n\r\n").await;
    talk.send("a\r\n{\"Image\":\"\r\n4\r\nx\"} \r\n0\r\n\r\n")
        .await;
    let mut guest = talk.guest().await;
    let expected =
        "POST /containers/create HTTP/1.1\r\nContent-Length: 14\r\n\r\n{\"Image\":\"x\"} ";
    expect(&mut guest, expected).await;
}

#[tokio::test]
async fn a_create_without_json_is_the_engines_business() {
    let mut talk = talk();
    let odd = post("/containers/create", "not json");
    talk.send(&odd).await;
    let mut guest = talk.guest().await;
    expect(&mut guest, &odd).await;
}

#[tokio::test]
async fn too_large_a_create_is_answered_with_413() {
    let head = "POST /containers/create HTTP/1.1\r\nContent-Length: 16777217\r\n\r\n";
    let mut talk = talk();
    talk.send(head).await;
    let _guest = talk.guest().await;
    let text = rest(&mut talk.client).await;
    assert!(text.starts_with("HTTP/1.1 413 "), "{text}");
}

#[tokio::test]
async fn garbage_is_answered_with_400_and_not_dialed() {
    for garbage in [
        "\x16\x03\x01",
        "SSH-2.0-OpenSSH_9\r\n\r\n",
        "GET / HTTP/2.0\r\n\r\n",
    ] {
        let mut talk = talk();
        talk.send(garbage).await;
        let text = rest(&mut talk.client).await;
        assert!(text.starts_with("HTTP/1.1 400 "), "{text}");
        assert!(text.contains("{\"message\":"), "{text}");
        drop(talk.client);
        talk.task.await.unwrap();
        assert!(talk.dialed.recv().await.is_none());
    }
}

#[tokio::test]
async fn garbage_behind_a_request_ends_the_connection() {
    let mut talk = talk();
    talk.send("POST /build HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz")
        .await;
    let mut guest = talk.guest().await;
    let text = rest(&mut talk.client).await;
    assert!(text.starts_with("HTTP/1.1 400 "), "{text}");
    rest(&mut guest).await;
}

#[tokio::test]
async fn without_a_vm_every_request_gets_503_and_the_reason() {
    for request in [PING, &create("/proc"), ATTACH] {
        let (mut client, _task) = client_of(failing());
        client.write_all(request.as_bytes()).await.unwrap();
        let text = rest(&mut client).await;
        assert!(text.starts_with("HTTP/1.1 503 "), "{text}");
        assert!(
            text.ends_with("{\"message\":\"the VM is stopped\"}\n"),
            "{text}"
        );
    }
    let (mut client, _task) = client_of(failing());
    client
        .write_all(b"HEAD /_ping HTTP/1.1\r\n\r\n")
        .await
        .unwrap();
    assert!(rest(&mut client).await.ends_with("\r\n\r\n"));
}

#[tokio::test]
async fn an_engine_that_hangs_up_without_a_word_is_reported() {
    let (mut client, _task) = client_of(resetting());
    client.write_all(PING.as_bytes()).await.unwrap();
    let text = rest(&mut client).await;
    assert!(
        text.starts_with("HTTP/1.1 503 ") && text.contains("berth status"),
        "{text}"
    );
}

#[tokio::test]
async fn a_guest_that_dies_in_a_response_ends_the_client() {
    let mut talk = talk();
    talk.send(PING).await;
    let mut guest = talk.guest().await;
    guest
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Le")
        .await
        .unwrap();
    drop(guest);
    assert_eq!(
        rest(&mut talk.client).await,
        "HTTP/1.1 200 OK\r\nContent-Le"
    );
    drop(talk.client);
    talk.task.await.unwrap();
}

#[tokio::test]
async fn a_client_that_dies_in_a_response_ends_the_stream() {
    let mut talk = talk();
    talk.send(PING).await;
    let mut guest = talk.guest().await;
    expect(&mut guest, PING).await;
    drop(talk.client);
    let piece = [0; 8192];
    let error = loop {
        if let Err(error) = guest.write_all(&piece).await {
            break error;
        }
    };
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    talk.task.await.unwrap();
}

#[tokio::test]
async fn an_early_answer_to_a_long_upload_arrives() {
    let mut talk = talk();
    talk.send("POST /images/load HTTP/1.1\r\nContent-Length: 1000000000\r\n\r\n")
        .await;
    let mut guest = talk.guest().await;
    guest.write_all(OK.as_bytes()).await.unwrap();
    drop(guest);
    let piece = vec![0; 1 << 20];
    let _ = talk.client.write_all(&piece).await;
    assert_eq!(rest(&mut talk.client).await, OK);
}

#[tokio::test]
async fn a_long_upload_streams_through_without_being_held() {
    const SIZE: usize = 256 << 20;
    let mut talk = talk();
    let head = format!("POST /images/load HTTP/1.1\r\nContent-Length: {SIZE}\r\n\r\n");
    talk.send(&head).await;
    let mut guest = talk.guest().await;
    expect(&mut guest, &head).await;
    let Talk { mut client, .. } = talk;
    let upload = async {
        let piece = vec![7; 1 << 20];
        for _ in 0..SIZE / piece.len() {
            client.write_all(&piece).await.unwrap();
        }
        client.write_all(PING.as_bytes()).await.unwrap();
    };
    let load = async {
        let mut body = (&mut guest).take(SIZE as u64);
        assert_eq!(
            tokio::io::copy(&mut body, &mut tokio::io::sink())
                .await
                .unwrap(),
            SIZE as u64
        );
        expect(&mut guest, PING).await;
    };
    tokio::join!(upload, load);
}

#[tokio::test]
async fn the_listener_serves_clients_and_drains_when_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("docker.sock");
    let (dialer, mut dialed) = pipes();
    let cancel = CancellationToken::new();
    let proxy = proxy(dialer);
    let server = tokio::spawn({
        let (proxy, cancel) = (proxy.clone(), cancel.clone());
        let listener = UnixListener::bind(&path).unwrap();
        async move { proxy.serve(listener, cancel).await }
    });
    let mut client = UnixStream::connect(&path).await.unwrap();
    client.write_all(PING.as_bytes()).await.unwrap();
    let (_, mut guest) = dialed.recv().await.unwrap();
    expect(&mut guest, PING).await;
    assert_eq!(proxy.active(), 1);
    cancel.cancel();
    guest.write_all(OK.as_bytes()).await.unwrap();
    let mut bytes = [0; OK.len()];
    client.read_exact(&mut bytes).await.unwrap();
    assert_eq!(bytes, OK.as_bytes());
    drop(client);
    assert_eq!(rest(&mut guest).await, "");
    drop(guest);
    server.await.unwrap();
    assert_eq!(proxy.active(), 0);
    assert!(UnixStream::connect(&path).await.is_err());
}

#[tokio::test]
async fn an_idle_connection_does_not_hold_up_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("docker.sock");
    let (dialer, mut dialed) = pipes();
    let proxy = proxy(dialer).with_limits(1, std::time::Duration::ZERO);
    let listener = UnixListener::bind(&path).unwrap();
    let cancel = CancellationToken::new();
    let server = tokio::spawn({
        let cancel = cancel.clone();
        async move { proxy.serve(listener, cancel).await }
    });
    let mut client = UnixStream::connect(&path).await.unwrap();
    client.write_all(PING.as_bytes()).await.unwrap();
    let _guest = dialed.recv().await.unwrap();
    cancel.cancel();
    server.await.unwrap();
    assert_eq!(client.read(&mut [0; 8]).await.unwrap(), 0);
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..300)
}

/// A request, with a body that is framed in one of the three ways.
fn request() -> impl Strategy<Value = Vec<u8>> {
    let plain = Just(PING.as_bytes().to_vec());
    let path = prop_oneof![
        Just("/build"),
        Just("/containers/create"),
        Just("/v1.47/volumes/create")
    ];
    let length = (path.clone(), body()).prop_map(|(path, body)| {
        let head = format!(
            "POST {path} HTTP/1.1\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        [head.as_bytes(), &body].concat()
    });
    let chunked = (path, prop::collection::vec(body(), 0..4), any::<bool>());
    let chunked = chunked.prop_map(|(path, chunks, trailer)| {
        let mut bytes =
            format!("POST {path} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n").into_bytes();
        for chunk in chunks.iter().filter(|chunk| !chunk.is_empty()) {
            bytes.extend_from_slice(format!("{:x};e=1\r\n", chunk.len()).as_bytes());
            bytes.extend_from_slice(chunk);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(if trailer {
            b"0\r\nX-T: 1\r\n\r\n"
        } else {
            b"0\r\n\r\n"
        });
        bytes
    });
    prop_oneof![plain, length, chunked]
}

async fn passes_in_pieces(requests: Vec<Vec<u8>>, cuts: Vec<usize>) {
    let (dialer, mut dialed) = pipes();
    let (mut client, _task) = client_of(dialer);
    let all = requests.concat();
    let sent = [&all[..], create("/home/ada").as_bytes()].concat();
    let send = async {
        let mut left = &sent[..];
        for cut in cuts.iter().cycle() {
            let (piece, more) = left.split_at((*cut).min(left.len()));
            client.write_all(piece).await.unwrap();
            tokio::task::yield_now().await;
            left = more;
            if left.is_empty() {
                break;
            }
        }
    };
    let receive = async {
        let (_, mut guest) = dialed.recv().await.unwrap();
        let mut bytes = vec![0; all.len()];
        guest.read_exact(&mut bytes).await.unwrap();
        assert_eq!(bytes, all);
        guest
    };
    let ((), mut guest) = tokio::join!(send, receive);
    // That the last one is refused shows that its head was found.
    refusal(&mut client).await;
    drop(client);
    assert_eq!(rest(&mut guest).await, "");
}

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(128))]

    #[test]
    fn requests_pass_unchanged_however_they_are_cut(
        requests in prop::collection::vec(request(), 0..8),
        cuts in prop::collection::vec(1_usize..200, 1..20),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(passes_in_pieces(requests, cuts));
    }

    #[test]
    fn no_garbage_upsets_the_proxy(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (mut client, task) = client_of(failing());
            client.write_all(&bytes).await.unwrap();
            client.shutdown().await.unwrap();
            let mut answer = Vec::new();
            client.read_to_end(&mut answer).await.unwrap();
            assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 "));
            task.await.unwrap();
        });
    }
}
