//! Docker's command line, and things in the engine that go when a test ends.
use std::{
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

use serde_json::Value;

use crate::{
    environment,
    process::{self, Finished},
};

/// The image that was imported before the tests: busybox, and `peer`.
pub const IMAGE: &str = "e2e/busybox";

/// A command of Docker's, with the engine of the shared VM.
pub fn command<I: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = I>) -> Command {
    let mut command = Command::new(environment::clients().join("docker"));
    command.args(arguments);
    command.env(
        "DOCKER_HOST",
        format!("unix://{}", environment::docker_socket().display()),
    );
    command
        .env_remove("DOCKER_CONTEXT")
        .env("DOCKER_CLI_HINTS", "false");
    command
}

/// Runs a command of Docker's.
pub fn docker<I: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = I>) -> Finished {
    process::run(&mut command(arguments))
}

/// The same with input, which ends.
pub fn docker_with_input(arguments: &[&str], input: &[u8]) -> Finished {
    process::run_with_input(&mut command(arguments), input)
}

/// A name that no other test uses.
pub fn unique(what: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("e2e-{what}-{}-{count}", std::process::id())
}

/// A container, removed at the end.
#[derive(Debug)]
pub struct Container {
    /// Its name.
    pub name: String,
}

impl Container {
    /// Runs one in the background.
    #[track_caller]
    pub fn run(options: &[&str], program: &[&str]) -> Self {
        let (container, outcome) = Self::try_run(options, program);
        outcome.ok();
        container
    }

    /// The same, that may fail.
    pub fn try_run(options: &[&str], program: &[&str]) -> (Self, Finished) {
        let name = unique("c");
        let mut arguments = vec!["run", "-d", "--name", &name];
        arguments.extend(options);
        arguments.push(IMAGE);
        arguments.extend(program);
        let outcome = docker(arguments);
        (Self { name }, outcome)
    }

    /// Runs a program in it.
    pub fn exec(&self, program: &[&str]) -> Finished {
        let mut arguments = vec!["exec", &self.name];
        arguments.extend(program);
        docker(arguments)
    }

    /// A part of `docker inspect`, by a pointer such as `/State/Running`.
    #[track_caller]
    pub fn inspect(&self, pointer: &str) -> Value {
        let text = docker(["inspect", "--type", "container", &self.name]).ok();
        let all: Value = serde_json::from_str(&text).expect("JSON");
        all.pointer(&format!("/0{pointer}"))
            .cloned()
            .unwrap_or(Value::Null)
    }

    /// The host port that `port` (such as `80/tcp`) was given.
    #[track_caller]
    pub fn host_port(&self, port: &str) -> u16 {
        let pointer = format!(
            "/NetworkSettings/Ports/{}/0/HostPort",
            port.replace('/', "~1")
        );
        let found = self.inspect(&pointer);
        let found = found.as_str().and_then(|text| text.parse().ok());
        found.unwrap_or_else(|| panic!("{port} is not published"))
    }

    /// Ends it now.
    #[track_caller]
    pub fn kill(&self) {
        docker(["kill", &self.name]).ok();
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        // A failed start leaves nothing, and the engine may be down.
        docker(["rm", "-f", "-v", &self.name]);
    }
}

/// A volume, removed at the end.
#[derive(Debug)]
pub struct Volume(pub String);

impl Volume {
    /// Makes one.
    #[track_caller]
    pub fn create() -> Self {
        let name = unique("v");
        docker(["volume", "create", &name]).ok();
        Self(name)
    }

    /// What a file in it holds.
    #[track_caller]
    pub fn read(&self, file: &str) -> String {
        let mount = format!("{}:/v", self.0);
        docker([
            "run",
            "--rm",
            "-v",
            &mount,
            IMAGE,
            "cat",
            &format!("/v/{file}"),
        ])
        .ok()
    }
}

impl Drop for Volume {
    fn drop(&mut self) {
        docker(["volume", "rm", "-f", &self.0]);
    }
}

/// An image's name; the image is removed at the end.
#[derive(Debug)]
pub struct Image(pub String);

impl Drop for Image {
    fn drop(&mut self) {
        docker(["image", "rm", "-f", &self.0]);
    }
}
