//! What `cargo xtask test` tells the tests.
use std::path::PathBuf;

fn variable(name: &str) -> PathBuf {
    let value = std::env::var_os(name);
    let value = value.expect("run these tests by 'cargo xtask test --tier vm'");
    PathBuf::from(value)
}

/// Berth's home, in which the shared VM runs.
pub fn home() -> PathBuf {
    variable("BERTH_HOME")
}

/// The program `berth`.
pub fn cli() -> PathBuf {
    variable("BERTH_E2E_CLI")
}

/// The program `berthd`.
pub fn daemon() -> PathBuf {
    variable("BERTHD")
}

/// The folder of the VM image.
pub fn image() -> PathBuf {
    variable("BERTH_E2E_IMAGE")
}

/// The folder with `docker`.
pub fn clients() -> PathBuf {
    variable("BERTH_E2E_CLIENTS")
}

/// The engine's socket.
pub fn docker_socket() -> PathBuf {
    home().join("run/docker.sock")
}
