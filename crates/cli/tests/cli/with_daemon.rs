//! What a daemon answers, and what becomes of it.
use std::{process::Stdio, sync::Arc};

use berth_api::{
    API_VERSION,
    call::{Call, Quit, Stop},
};
use berth_model::state::VmState;
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::{
    daemon::FakeDaemon,
    fixture::{Fixture, Ran},
};

#[tokio::test]
async fn status_is_the_daemons_with_the_context_filled_in() {
    let fixture = Fixture::new();
    fixture.serve(VmState::Running);
    let ran = fixture.run(&["status", "--json"]).await.succeeded();
    let status = ran.json();
    assert_eq!(status["vm"]["state"], "running");
    assert_eq!(status["engine"]["version"], "28.5.2");
    assert_eq!(status["docker"]["context"]["selected"], false);
}

#[tokio::test]
async fn status_for_people_is_aligned_and_plain_on_a_pipe() {
    let fixture = Fixture::new();
    fixture.serve(VmState::Running);
    let ran = fixture.run(&["status"]).await.succeeded();
    assert!(ran.out.contains("Machine    running\n"), "{}", ran.out);
    assert!(
        ran.out.contains("Resources  2 CPUs, 4GiB of memory\n"),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains('\x1b'));
}

#[tokio::test]
async fn status_ends_with_3_when_the_machine_does_not_run() {
    let fixture = Fixture::new();
    let daemon = fixture.serve(VmState::Stopped);
    assert_eq!(fixture.run(&["status"]).await.code, Some(3));
    *daemon.state.lock().unwrap() = VmState::Starting {
        stage: "kernel".into(),
    };
    assert_eq!(fixture.run(&["status"]).await.code, Some(0));
}

#[tokio::test]
async fn starting_reports_stages_and_selects_the_context() {
    let fixture = Fixture::new();
    fixture.serve(VmState::Stopped);
    let ran = fixture.run(&["start"]).await.succeeded();
    assert!(
        ran.out
            .starts_with("Berth is running: Docker Engine 28.5.2"),
        "{ran:?}"
    );
    assert!(ran.err.contains("kernel       1.5 s"), "{ran:?}");
    assert_eq!(fixture.selected_context().as_deref(), Some("berth"));
}

#[tokio::test]
async fn starting_leaves_the_users_own_context_and_settings_alone() {
    let fixture = Fixture::new();
    fixture.serve(VmState::Stopped);
    std::fs::create_dir(fixture.docker_folder()).unwrap();
    let config = fixture.docker_folder().join("config.json");
    std::fs::write(&config, r#"{"currentContext":"work"}"#).unwrap();
    let ran = fixture.run(&["start"]).await.succeeded();
    assert_eq!(fixture.selected_context().as_deref(), Some("work"));
    assert!(ran.err.contains("berth context use"), "{ran:?}");
    std::fs::remove_dir_all(fixture.docker_folder()).unwrap();
    fixture.write_config("docker.context = false\n");
    fixture.run(&["start"]).await.succeeded();
    assert!(!fixture.docker_folder().exists());
}

#[tokio::test]
async fn a_start_that_fails_says_why_and_what_to_do() {
    let fixture = Fixture::new();
    fixture.serve(VmState::Failed {
        stage: "data".into(),
        cause: "the data disk is damaged".into(),
        next_step: "run 'berth doctor'".into(),
    });
    let ran = fixture.run(&["start"]).await;
    assert!(
        ran.err
            .contains("error: the data disk is damaged\nhint: run 'berth doctor'"),
        "{ran:?}"
    );
    assert_eq!(ran.code, Some(1));
}

#[tokio::test]
async fn stopping_passes_on_what_was_asked() {
    let fixture = Fixture::new();
    let daemon = fixture.serve(VmState::Running);
    let ran = fixture
        .run(&["stop", "--grace", "3", "--quit"])
        .await
        .succeeded();
    assert_eq!(ran.out, "Berth is stopped\n");
    let stop = Call::Stop(Stop {
        grace_seconds: Some(3),
        force: false,
    });
    let quit = Call::Quit(Quit { stop_vm: true });
    assert_eq!(*daemon.calls.lock().unwrap(), [stop, quit]);
}

#[tokio::test]
async fn a_daemon_of_another_version_is_named_and_can_be_stopped() {
    let fixture = Fixture::new();
    fixture.serve_as(FakeDaemon {
        api: API_VERSION + 1,
        ..FakeDaemon::new(fixture.home.clone(), VmState::Running)
    });
    let ran = fixture.run(&["status"]).await;
    ran.failed(1, "another version", "update");
    fixture.run(&["stop", "--quit"]).await.succeeded();
    let ran = fixture.run(&["version"]).await.succeeded();
    assert!(ran.out.contains("berthd         9.9.9"), "{ran:?}");
}

#[tokio::test]
async fn settings_go_through_the_daemon_and_name_their_cost() {
    let fixture = Fixture::new();
    let daemon = fixture.serve(VmState::Running);
    let ran = fixture
        .run(&["config", "set", "cpus", "8"])
        .await
        .succeeded();
    assert_eq!(ran.out, "cpus = 8\n");
    assert!(ran.err.contains("hint: run 'berth restart'"), "{ran:?}");
    assert!(matches!(
        daemon.calls.lock().unwrap()[1],
        Call::ConfigSet(_)
    ));
    let ran = fixture.run(&["config", "set", "memroy", "1GiB"]).await;
    ran.failed(2, "no setting 'memroy'", "did you mean 'memory'");
}

#[tokio::test]
async fn logs_are_streamed() {
    let fixture = Fixture::new();
    fixture.serve(VmState::Running);
    let ran = fixture
        .run(&["logs", "dockerd", "-n", "2"])
        .await
        .succeeded();
    assert_eq!(ran.out, "dockerd 0\ndockerd 1\n");
}

#[tokio::test]
async fn a_reader_that_leaves_ends_a_stream_of_logs_quietly() {
    let fixture = Fixture::new();
    fixture.serve(VmState::Running);
    let mut command = fixture.command(&["logs", "-n", "1000000"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(
        lines.next_line().await.unwrap().as_deref(),
        Some("daemon 0")
    );
    drop(lines);
    let ran: Ran = child.wait_with_output().await.unwrap().into();
    assert_eq!((ran.code, ran.err.as_str()), (Some(141), ""));
}

#[tokio::test]
async fn a_program_in_the_machine_has_our_pipes_and_gives_its_code() {
    let fixture = Fixture::new();
    let daemon = fixture.serve(VmState::Running);
    let arguments = ["exec", "-e", "A=b=c", "--", "cat", "-u"];
    let ran = fixture.run_with_input(&arguments, "hello\n").await;
    assert_eq!((ran.code, ran.out.as_str()), (Some(7), "hello\n"));
    let calls = daemon.calls.lock().unwrap();
    let Some(Call::Exec(exec)) = calls.last() else {
        panic!("{calls:?}");
    };
    assert_eq!(exec.argv, ["cat", "-u"]);
    assert_eq!(exec.env["A"], "b=c");
    assert!(!exec.tty);
}

#[tokio::test]
async fn a_program_that_is_not_there_is_an_error() {
    let fixture = Fixture::new();
    let daemon = fixture.serve(VmState::Running);
    let ran = fixture.run(&["exec", "missing"]).await;
    ran.failed(127, "no such program", "");
    *daemon.state.lock().unwrap() = VmState::Stopped;
    let ran = fixture.run(&["exec", "ls"]).await;
    ran.failed(3, "not running", "berth start");
}

#[tokio::test]
async fn the_doctor_joins_both_sides() {
    let fixture = Fixture::new();
    fixture.serve(VmState::Running);
    let ran = fixture.run(&["doctor", "--json"]).await.succeeded();
    let report = ran.json();
    let checks = report["checks"].as_array().unwrap();
    let ids: Vec<_> = checks
        .iter()
        .filter_map(|check| check["id"].as_str())
        .collect();
    assert!(
        ids.starts_with(&["daemon", "hypervisor", "docker_cli"]),
        "{ids:?}"
    );
}

#[tokio::test]
async fn image_and_version_print_json_too() {
    let fixture = Fixture::new();
    fixture.serve(VmState::Running);
    let ran = fixture.run(&["image", "info", "--json"]).await.succeeded();
    assert_eq!(ran.json()["files"][0]["bytes"], 1024);
    let ran = fixture.run(&["version", "--json"]).await.succeeded();
    assert_eq!(ran.json()["engine"], "28.5.2");
}

#[tokio::test]
async fn watching_prints_a_status_for_each_reading() {
    let fixture = Fixture::new();
    let daemon: Arc<FakeDaemon> = fixture.serve(VmState::Running);
    let mut command = fixture.command(&["status", "--watch", "--json"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for state in [VmState::Running, VmState::Stopped] {
        *daemon.state.lock().unwrap() = state.clone();
        let line = lines.next_line().await.unwrap().unwrap();
        let status: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(status["vm"]["state"], state.name());
    }
}

#[tokio::test]
async fn suspend_says_what_the_machine_is_then() {
    let fixture = Fixture::new();
    fixture.serve(VmState::Running);
    let ran = fixture.run(&["suspend"]).await.succeeded();
    assert_eq!(ran.out.trim(), "Berth is suspended");
    assert_eq!(fixture.run(&["status"]).await.code, Some(3));
}

#[tokio::test]
async fn the_dashboards_address_is_printed_and_opened_unless_it_is_not_wanted() {
    let fixture = Fixture::new();
    fixture.serve(VmState::Running);
    let fifo = fixture.home.root().join("fifo");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status();
    assert!(made.unwrap().success());
    let opened = fixture.home.root().join("opened");
    let body = format!(
        "echo \"$1\" >> {}; echo > {}",
        opened.display(),
        fifo.display()
    );
    fixture.program("xdg-open", &body);
    let ran = fixture.run(&["dashboard", "--no-open"]).await.succeeded();
    assert!(ran.out.trim().ends_with("/#token=t"), "{ran:?}");
    let ran = fixture.run(&["dashboard", "--json"]).await.succeeded();
    assert_eq!(ran.json()["token"], "t");
    let ran = fixture.run(&["dashboard"]).await.succeeded();
    let origin = ran.out.trim().strip_suffix("/#token=t").unwrap();
    // Only the last one opens it; the browser is a process of its own.
    tokio::fs::read(&fifo).await.unwrap();
    let opened = std::fs::read_to_string(opened).unwrap();
    assert_eq!(opened, format!("{origin}/once\n"));
}
