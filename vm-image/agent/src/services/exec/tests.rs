//! As with `children`: each test must be a process of its own.
use std::sync::Arc;

use berth_link::{
    exec::{read, write},
    proto::{ExecFrame, ExecRequest},
};
use tokio::io::DuplexStream;

use crate::{agent::Agent, stages::Stages};

fn start(argv: &[&str], tty: bool) -> DuplexStream {
    let (agent, _) = Agent::new(Stages::default());
    let agent = Arc::new(agent);
    let (host, stream) = tokio::io::duplex(64 << 10);
    let argv = argv.iter().map(|&word| word.to_owned()).collect();
    let request = ExecRequest {
        argv,
        tty,
        size: (132, 43),
        ..ExecRequest::default()
    };
    tokio::spawn(agent.children.clone().reap());
    tokio::spawn(async move { super::serve(&agent, stream, request).await });
    host
}

async fn rest(host: &mut DuplexStream) -> (String, String, Option<ExecFrame>) {
    let (mut out, mut err, mut last) = (vec![], vec![], None);
    while let Some(frame) = read(host).await.unwrap() {
        match frame {
            ExecFrame::Stdout(bytes) => out.extend(bytes),
            ExecFrame::Stderr(bytes) => err.extend(bytes),
            other => last = Some(other),
        }
    }
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(out), text(err), last)
}

#[tokio::test]
async fn output_comes_apart_and_the_exit_code_last() {
    let mut host = start(&["sh", "-c", "echo out; echo err >&2; exit 7"], false);
    let expected = ("out\n".into(), "err\n".into(), Some(ExecFrame::Exit(7)));
    assert_eq!(rest(&mut host).await, expected);
}

#[tokio::test]
async fn input_ends_with_an_empty_frame() {
    let mut host = start(&["cat"], false);
    write(&mut host, &ExecFrame::Stdin(b"hello".to_vec()))
        .await
        .unwrap();
    write(&mut host, &ExecFrame::Stdin(vec![])).await.unwrap();
    assert_eq!(
        rest(&mut host).await,
        ("hello".into(), String::new(), Some(ExecFrame::Exit(0)))
    );
}

#[tokio::test]
async fn a_terminal_has_the_size_that_was_asked_for() {
    let mut host = start(&["sh", "-c", "tty >/dev/null && stty size"], true);
    let (out, _, last) = rest(&mut host).await;
    assert_eq!((out.trim(), last), ("43 132", Some(ExecFrame::Exit(0))));
}

#[tokio::test]
async fn a_missing_program_is_reported() {
    let mut host = start(&["/no/such/program"], false);
    let (_, _, last) = rest(&mut host).await;
    let Some(ExecFrame::Failed(message)) = last else {
        panic!("{last:?}")
    };
    assert!(message.contains("/no/such/program"), "{message}");
}

#[tokio::test]
async fn garbage_from_the_host_kills_the_program() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut host = start(&["sh", "-c", "echo $$; exec sleep 1000"], false);
    let Some(ExecFrame::Stdout(pid)) = read(&mut host).await.unwrap() else {
        panic!()
    };
    host.write_all(&[0xff; 8]).await.unwrap();
    assert_eq!(host.read_to_end(&mut Vec::new()).await.unwrap(), 0);
    let pid: i32 = String::from_utf8(pid).unwrap().trim().parse().unwrap();
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    // The reaper takes it away; until then it is still there as a zombie.
    while rustix::process::test_kill_process(pid).is_ok() {
        tokio::task::yield_now().await;
    }
}
