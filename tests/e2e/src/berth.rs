//! Berth's command line, and facts about the shared daemon and VM.
use std::{fs, path::Path, process::Command};

use serde_json::Value;

use crate::{
    environment,
    process::{self, Finished},
};

/// A command of Berth's, with the shared home.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(environment::cli());
    command.args(arguments);
    command
}

/// Runs a command of Berth's.
pub fn berth(arguments: &[&str]) -> Finished {
    process::run(&mut command(arguments))
}

/// The same with another home, which has the image.
pub fn berth_in(home: &Path, arguments: &[&str]) -> Finished {
    process::run(command(arguments).env("BERTH_HOME", home))
}

/// `berth status` as JSON; `Null` if there is no answer.
pub fn status() -> Value {
    serde_json::from_str(&berth(&["status", "--json"]).stdout).unwrap_or(Value::Null)
}

/// The process of the daemon.
#[track_caller]
pub fn daemon_pid() -> u32 {
    pid(&status(), "/daemon/pid")
}

/// The process of the VM.
#[track_caller]
pub fn vm_pid() -> u32 {
    pid(&status(), "/vm/pid")
}

#[track_caller]
fn pid(status: &Value, pointer: &str) -> u32 {
    let pid = status.pointer(pointer).and_then(Value::as_u64);
    let pid = pid.and_then(|pid| u32::try_from(pid).ok());
    pid.unwrap_or_else(|| panic!("no {pointer} in {status:#}"))
}

/// The engine answers, by what Berth says.
pub fn engine_runs() -> bool {
    status().pointer("/engine/state").and_then(Value::as_str) == Some("running")
}

/// The VM's processors are emulated, many times slower than the host's.
pub fn is_emulated() -> bool {
    let status = status();
    let accelerator = status.pointer("/vm/backend/accelerator");
    accelerator.and_then(Value::as_str) == Some("software emulation")
}

/// Runs a program in the VM.
#[track_caller]
pub fn in_vm(program: &[&str]) -> Finished {
    let mut arguments = vec!["exec-in-vm", "--no-tty"];
    arguments.extend(program);
    berth(&arguments)
}

/// Gives a home the image of the tests.
pub fn give_image(home: &Path) {
    fs::create_dir_all(home).expect("making a home");
    std::os::unix::fs::symlink(environment::image(), home.join("image")).expect("a link");
}
