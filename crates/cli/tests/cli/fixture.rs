//! A home, an environment, and the program in it.
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Output, Stdio},
    sync::Arc,
};

use berth_api::{server, socket};
use berth_model::{home::Home, state::VmState};
use tokio::{io::AsyncWriteExt, process::Command};
use tokio_util::sync::CancellationToken;

use crate::daemon::FakeDaemon;

pub(crate) struct Fixture {
    folder: tempfile::TempDir,
    pub(crate) home: Home,
}

/// What a run of the program left.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    #[track_caller]
    pub(crate) fn succeeded(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    #[track_caller]
    pub(crate) fn failed(self, code: i32, error: &str, hint: &str) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        let (before, after) = self.err.split_once("hint: ").unwrap_or((&self.err, ""));
        let fits = before.starts_with("error: ") && before.contains(error) && after.contains(hint);
        assert!(fits, "{self:?}");
        self
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Fixture {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path().join("b")).unwrap();
        fs::create_dir_all(home.run_dir()).unwrap();
        Self { folder, home }
    }

    pub(crate) fn serve(&self, state: VmState) -> Arc<FakeDaemon> {
        self.serve_as(FakeDaemon::new(self.home.clone(), state))
    }

    pub(crate) fn serve_as(&self, daemon: FakeDaemon) -> Arc<FakeDaemon> {
        let daemon = Arc::new(daemon);
        let listener = socket::bind(&self.home.control_socket()).unwrap();
        let never = CancellationToken::new();
        tokio::spawn(server::serve(listener, Arc::clone(&daemon), never));
        daemon
    }

    pub(crate) fn docker_folder(&self) -> PathBuf {
        self.folder.path().join("docker")
    }

    pub(crate) fn config(&self) -> String {
        fs::read_to_string(self.home.config_file()).unwrap()
    }

    pub(crate) fn write_config(&self, text: &str) {
        fs::write(self.home.config_file(), text).unwrap();
    }

    /// A program in the fixture's own folder of programs.
    pub(crate) fn program(&self, name: &str, body: &str) -> PathBuf {
        let path = self.folder.path().join("bin").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_berth"));
        let bin = self.folder.path().join("bin");
        command
            .args(arguments)
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", bin.display()))
            .env("HOME", self.folder.path())
            .env("BERTH_HOME", self.home.root())
            .env("BERTHD", "/nonexistent/berthd")
            .env("DOCKER_CONFIG", self.docker_folder())
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    pub(crate) async fn run(&self, arguments: &[&str]) -> Ran {
        self.command(arguments).output().await.unwrap().into()
    }

    pub(crate) async fn run_with_input(&self, arguments: &[&str], input: &str) -> Ran {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).await.unwrap();
        drop(stdin);
        child.wait_with_output().await.unwrap().into()
    }

    pub(crate) fn selected_context(&self) -> Option<String> {
        let text = fs::read(self.docker_folder().join("config.json")).ok()?;
        let config: serde_json::Value = serde_json::from_slice(&text).unwrap();
        Some(config["currentContext"].as_str()?.to_owned())
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}
