use std::{ffi::OsStr, fs, os::unix::fs::PermissionsExt, path::Path};

use berth_model::home::Home;

use super::{Verdict, find_daemon, launch, prepare, read_line, tail, verdict};
use crate::error::{ApiError, ErrorCode};

fn program(folder: &Path, body: &str) -> std::path::PathBuf {
    let path = folder.join("berthd");
    fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// What a daemon that does `body` says on its pipe, and its output.
async fn run(body: &str) -> (Verdict, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::at(folder.path().join("home")).unwrap();
    let output = prepare(&home).unwrap();
    let program = program(folder.path(), body);
    let (mut child, ready) = launch(&program, &home, output).unwrap();
    let verdict = verdict(&read_line(ready).await);
    child.wait().await.unwrap();
    (verdict, tail(&home.daemon_output(), 0))
}

#[test]
fn a_ready_line_an_error_and_silence_are_told_apart() {
    assert_eq!(verdict(b"ready"), Verdict::Ready);
    assert_eq!(verdict(b""), Verdict::Died);
    assert_eq!(verdict(b"readyish"), Verdict::Died);
    let error = ApiError::new(ErrorCode::NoSpace, "full");
    let line = serde_json::to_vec(&error).unwrap();
    assert_eq!(verdict(&line), Verdict::Refused(error));
    let line = br#"{"code":"already_running","message":"pid 7"}"#;
    assert_eq!(verdict(line), Verdict::Another);
}

#[tokio::test]
async fn a_daemon_reports_on_the_descriptor_that_it_is_given() {
    let (verdict, output) = run("echo ready > /dev/fd/$2; echo hello").await;
    assert_eq!(verdict, Verdict::Ready);
    assert_eq!(output, ["hello"]);
}

#[tokio::test]
async fn a_daemon_that_dies_leaves_its_last_words() {
    let (verdict, output) = run("echo out; echo err >&2; exit 3").await;
    assert_eq!(verdict, Verdict::Died);
    assert_eq!(output, ["out", "err"]);
}

#[tokio::test]
async fn a_daemon_runs_in_a_session_of_its_own() {
    let (_, output) = run("ps -o sid= -p $$ | tr -d ' '; echo $$").await;
    assert_eq!(output[0], output[1]);
}

#[test]
fn the_daemon_is_looked_for_beside_the_program_then_on_the_path() {
    let (beside, on_path) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let exe = beside.path().join("berth");
    let find = |named: Option<&str>| {
        let path = on_path.path().as_os_str();
        find_daemon(named.map(Into::into), Some(&exe), Some(path))
    };
    assert_eq!(find(None), None);
    let second = program(on_path.path(), "");
    assert_eq!(find(None), Some(second));
    let first = program(beside.path(), "");
    assert_eq!(find(None), Some(first.clone()));
    assert_eq!(find(Some("")), Some(first));
    assert_eq!(find(Some("/x")).as_deref(), Some(Path::new("/x")));
    assert_eq!(find_daemon(None, None, Some(OsStr::new(""))), None);
}

#[test]
fn the_tail_is_short_and_begins_where_this_daemon_began() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out");
    let lines: String = (0..100).map(|n| format!("{n}\n")).collect();
    fs::write(&path, format!("old\n{lines}")).unwrap();
    let last = tail(&path, 4);
    assert_eq!((last.len(), last[0].as_str()), (20, "80"));
    assert_eq!(tail(&path, 4 + lines.len() as u64 - 3), ["99"]);
    assert!(tail(&folder.path().join("none"), 0).is_empty());
}
