//! What works, and how it fails, without a daemon.
use std::{fs, process::Stdio};

use berth_model::{home::Home, state::VmState};

use crate::fixture::Fixture;

#[tokio::test]
async fn status_without_a_daemon_says_stopped_and_ends_with_3() {
    let fixture = Fixture::new();
    let ran = fixture.run(&["status"]).await;
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (Some(3), "Berth is not running\n")
    );
    assert_eq!(ran.err, "hint: run 'berth start'\n");
    let ran = fixture.run(&["status", "--json"]).await;
    assert_eq!((ran.code, ran.err.as_str()), (Some(3), ""));
    assert_eq!(ran.json()["vm"]["state"], "stopped");
    assert!(ran.json()["daemon"].is_null());
}

#[tokio::test]
async fn stopping_what_does_not_run_succeeds() {
    let ran = Fixture::new().run(&["stop", "--quit"]).await.succeeded();
    assert_eq!(ran.err, "Berth is not running\n");
    let ran = Fixture::new().run(&["stop", "--json"]).await.succeeded();
    assert_eq!(ran.json()["vm"]["state"], "stopped");
}

#[tokio::test]
async fn a_program_in_the_machine_needs_a_machine() {
    let ran = Fixture::new().run(&["exec", "ls"]).await;
    ran.failed(3, "not running", "berth start");
    let ran = Fixture::new().run(&["logs", "dockerd"]).await;
    ran.failed(3, "in the virtual machine", "berth start");
}

#[tokio::test]
async fn wrong_usage_ends_with_2() {
    let fixture = Fixture::new();
    for wrong in [
        ["fly"].as_slice(),
        &["exec"],
        &["config", "set", "cpus"],
        &["logs", "nothing"],
        &["stop", "--force", "--grace", "3"],
        &["exec", "-e", "=x", "ls"],
    ] {
        assert_eq!(fixture.run(wrong).await.code, Some(2), "{wrong:?}");
    }
}

#[tokio::test]
async fn help_names_the_exit_codes() {
    let ran = Fixture::new().run(&["--help"]).await.succeeded();
    assert!(ran.out.contains("Exit codes:"), "{}", ran.out);
}

#[tokio::test]
async fn a_daemon_that_is_missing_or_dies_ends_with_5_and_says_why() {
    let fixture = Fixture::new();
    let ran = fixture.run(&["start"]).await;
    ran.failed(5, "can't be started: '/nonexistent/berthd'", "");
    let daemon = fixture.program("berthd", "echo 'the last words' >&2; exit 9");
    let mut command = fixture.command(&["start"]);
    let ran: crate::fixture::Ran = command.env("BERTHD", daemon).output().await.unwrap().into();
    assert!(ran.err.contains("| the last words"), "{ran:?}");
    ran.failed(5, "exit status: 9", "berth logs daemon");
}

#[tokio::test]
async fn a_daemon_that_refuses_to_start_is_quoted() {
    let fixture = Fixture::new();
    let refusal = r#"{"code":"no_space","message":"the disk is full","hint":"free some"}"#;
    let daemon = fixture.program("berthd", &format!("echo '{refusal}' > /dev/fd/$2"));
    let mut command = fixture.command(&["start"]);
    let ran: crate::fixture::Ran = command.env("BERTHD", daemon).output().await.unwrap().into();
    ran.failed(1, "the disk is full", "free some");
}

#[tokio::test]
async fn a_client_that_loses_the_race_to_start_the_daemon_uses_the_winner() {
    let fixture = Fixture::new();
    let refusal = r#"{"code":"already_running","message":"process 7 has the lock"}"#;
    let body = format!(
        "echo x > '{}/raced'; echo '{refusal}' > /dev/fd/$2",
        fixture.path().display()
    );
    let daemon = fixture.program("berthd", &body);
    let child = fixture
        .command(&["start"])
        .env("BERTHD", daemon)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !fixture.path().join("raced").exists() {
        tokio::task::yield_now().await;
    }
    fixture.serve(VmState::Stopped);
    let ran: crate::fixture::Ran = child.wait_with_output().await.unwrap().into();
    assert!(ran.succeeded().out.contains("Berth is running"));
}

#[tokio::test]
async fn errors_are_json_where_programs_read() {
    let ran = Fixture::new()
        .run(&["--json", "config", "get", "cpu"])
        .await;
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    let error: serde_json::Value = serde_json::from_str(&ran.err).unwrap();
    assert_eq!(error["error"]["code"], "unknown_key");
    assert!(error["error"]["hint"].as_str().unwrap().contains("'cpus'"));
}

#[tokio::test]
async fn settings_are_changed_in_the_file_and_comments_stay() {
    let fixture = Fixture::new();
    fixture.write_config("# mine\nautostart = true # for now\n");
    fixture
        .run(&["config", "set", "autostart", "false"])
        .await
        .succeeded();
    assert_eq!(fixture.config(), "# mine\nautostart = false # for now\n");
    let ran = fixture
        .run(&["config", "get", "autostart"])
        .await
        .succeeded();
    assert_eq!(ran.out, "false\n");
    fixture
        .run(&["config", "unset", "autostart"])
        .await
        .succeeded();
    let ran = fixture
        .run(&["--json", "config", "get", "autostart"])
        .await
        .succeeded();
    assert_eq!(
        (&ran.json()["value"], &ran.json()["set"]),
        (&"true".into(), &false.into())
    );
}

#[tokio::test]
async fn an_unknown_setting_names_the_nearest() {
    let fixture = Fixture::new();
    let ran = fixture.run(&["config", "set", "memroy", "4GiB"]).await;
    ran.failed(2, "no setting 'memroy'", "did you mean 'memory'");
    let ran = fixture.run(&["config", "set", "memory", "lots"]).await;
    ran.failed(2, "'lots' is not a size", "config list");
    assert!(!fixture.home.config_file().exists());
}

#[tokio::test]
async fn a_damaged_settings_file_is_told_by_line() {
    let fixture = Fixture::new();
    fixture.write_config("cpus = 1\nmemory = 4\n");
    let ran = fixture.run(&["config", "list"]).await;
    ran.failed(1, "config.toml:2: 'memory'", "berth config unset memory");
    fixture.write_config("cpuss = 1\n");
    let ran = fixture.run(&["config", "list"]).await.succeeded();
    assert!(
        ran.err
            .contains("config.toml:1: there is no setting 'cpuss'"),
        "{ran:?}"
    );
}

#[tokio::test]
async fn edited_settings_are_checked() {
    let fixture = Fixture::new();
    let editor = fixture.program("ed it", "echo \"$2\" > \"$3\"");
    let edit = |text: &str| {
        let mut command = fixture.command(&["config", "edit"]);
        command.env("EDITOR", format!("'{}' -w '{text}'", editor.display()));
        async move { crate::fixture::Ran::from(command.output().await.unwrap()) }
    };
    edit("cpus = 1").await.succeeded();
    assert_eq!(fixture.config(), "cpus = 1\n");
    edit("cpus = \"x\"")
        .await
        .failed(1, "config.toml:1: 'cpus'", "correct that line");
}

#[tokio::test]
async fn env_fits_the_shell() {
    let fixture = Fixture::new();
    let socket = format!("unix://{}", fixture.home.docker_socket().display());
    for (arguments, expected) in [
        (
            ["env"].as_slice(),
            format!("export DOCKER_HOST='{socket}'\n"),
        ),
        (
            &["env", "--shell", "bash"],
            format!("export DOCKER_HOST='{socket}'\n"),
        ),
        (
            &["env", "--shell", "fish"],
            format!("set -gx DOCKER_HOST '{socket}'\n"),
        ),
        (
            &["env", "--shell", "powershell"],
            format!("$Env:DOCKER_HOST = '{socket}'\n"),
        ),
        (
            &["env", "--shell", "fish", "--unset"],
            "set -e DOCKER_HOST\n".to_owned(),
        ),
    ] {
        assert_eq!(fixture.run(arguments).await.succeeded().out, expected);
    }
    let ran = fixture.run(&["env", "--json"]).await.succeeded();
    assert_eq!(ran.json()["DOCKER_HOST"], socket.as_str());
}

#[tokio::test]
async fn completion_scripts_know_the_commands() {
    let fixture = Fixture::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = fixture.run(&["completion", shell]).await.succeeded();
        assert!(ran.out.contains("exec-in-vm"), "{shell}");
    }
}

#[tokio::test]
async fn the_daemons_log_is_read_without_a_daemon() {
    let fixture = Fixture::new();
    assert_eq!(fixture.run(&["logs"]).await.succeeded().out, "");
    fs::create_dir_all(fixture.home.logs_dir()).unwrap();
    fs::write(fixture.home.daemon_log(), "a\nb\nc\n").unwrap();
    let ran = fixture.run(&["logs", "-n", "2"]).await.succeeded();
    assert_eq!(ran.out, "b\nc\n");
    let ran = fixture
        .run(&["logs", "-n", "1", "--json"])
        .await
        .succeeded();
    assert_eq!(ran.out, "{\"line\":\"c\"}\n");
}

#[tokio::test]
async fn the_context_is_selected_shown_and_removed() {
    let fixture = Fixture::new();
    fixture.run(&["context", "use"]).await.succeeded();
    assert_eq!(fixture.selected_context().as_deref(), Some("berth"));
    let ran = fixture
        .run(&["context", "show", "--json"])
        .await
        .succeeded();
    let expected = serde_json::json!({"name": "berth", "present": true, "selected": true});
    assert_eq!(ran.json(), expected);
    fixture.run(&["context", "remove"]).await.succeeded();
    assert_eq!(fixture.selected_context(), None);
}

#[tokio::test]
async fn the_doctor_reports_a_daemon_that_does_not_answer_and_ends_with_4() {
    let fixture = Fixture::new();
    let ran = fixture.run(&["doctor", "--json"]).await;
    assert_eq!(ran.code, Some(4), "{ran:?}");
    let report = ran.json();
    let daemon = &report["checks"][0];
    assert_eq!(
        (&daemon["id"], &daemon["status"]),
        (&"daemon".into(), &"fail".into())
    );
    assert_eq!(daemon["fix"], "run 'berth start'");
}

#[tokio::test]
async fn clients_are_listed_first_and_installed_only_when_agreed() {
    let fixture = Fixture::new();
    let source = fixture.path().join("clients");
    fs::create_dir(&source).unwrap();
    for name in ["docker", "docker-buildx", "docker-compose"] {
        fs::rename(fixture.program(name, ""), source.join(name)).unwrap();
    }
    let from = source.to_str().unwrap();
    let install = ["docker-cli", "install", "--from", from];
    let plugin = fixture.docker_folder().join("cli-plugins/docker-compose");
    let command = |arguments: &[&str]| {
        let mut command = fixture.command(arguments);
        // A host with a Docker client of its own must not change the outcome.
        command.env("PATH", fixture.path().join("bin"));
        async move { crate::fixture::Ran::from(command.output().await.unwrap()) }
    };
    let ran = command(&install).await.succeeded();
    assert!(ran.err.contains("Nothing was changed"), "{ran:?}");
    assert!(
        ran.out.contains("to install") && !plugin.exists(),
        "{ran:?}"
    );
    command(&[&install[..], &["--yes"]].concat())
        .await
        .succeeded();
    assert!(fixture.path().join(".local/bin/docker").exists());
    // The host may have plugins of its own in system folders.
    if !std::path::Path::new("/usr/libexec/docker/cli-plugins").exists() {
        assert!(plugin.exists());
    }
    let ran = command(&["docker-cli", "install"]).await.succeeded();
    assert!(ran.err.contains("Nothing to install"), "{ran:?}");
}

#[tokio::test]
async fn a_home_too_deep_for_sockets_is_explained() {
    let fixture = Fixture::new();
    let deep = format!("/{}", "d".repeat(100));
    assert!(Home::at(&deep).is_err());
    let mut command = fixture.command(&["status"]);
    let ran: crate::fixture::Ran = command
        .env("BERTH_HOME", deep)
        .output()
        .await
        .unwrap()
        .into();
    ran.failed(1, "too deep", "shorter path");
}

#[tokio::test]
async fn a_reader_that_leaves_ends_the_program_quietly() {
    let fixture = Fixture::new();
    let mut command = fixture.command(&["completion", "bash"]);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let child = command
        .stdout(writer)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let ran: crate::fixture::Ran = child.wait_with_output().await.unwrap().into();
    assert_eq!((ran.code, ran.err.as_str()), (Some(141), ""));
}

#[tokio::test]
async fn the_login_item_comes_and_goes() {
    let fixture = Fixture::new();
    let daemon = fixture.program("berthd", "exit 0");
    let run = |what: &'static str| {
        let mut command = fixture.command(&["login-item", what, "--json"]);
        command.env("BERTHD", &daemon);
        async move { crate::fixture::Ran::from(command.output().await.unwrap()) }
    };
    assert_eq!(run("status").await.succeeded().json()["enabled"], false);
    let enabled = run("enable").await.succeeded().json();
    assert_eq!(enabled["enabled"], true);
    let text = fs::read_to_string(enabled["file"].as_str().unwrap()).unwrap();
    assert!(text.contains(daemon.to_str().unwrap()), "{text}");
    assert_eq!(run("disable").await.succeeded().json()["enabled"], false);
}
