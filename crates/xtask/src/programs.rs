//! Building Berth's own programs, and where they are.
use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

/// Berth's programs, built for use.
#[derive(Debug, Clone)]
pub(crate) struct Programs {
    /// `berth`.
    pub(crate) cli: PathBuf,
    /// `berthd`.
    pub(crate) daemon: PathBuf,
}

/// The workspace's folder.
pub(crate) fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// Builds the programs with the release profile.
///
/// # Errors
/// When they don't build.
pub(crate) fn build() -> Result<Programs> {
    cargo(&[
        "build",
        "--quiet",
        "--release",
        "-p",
        "berth-cli",
        "-p",
        "berth-daemon",
    ])?;
    let folder = target().join("release");
    Ok(Programs {
        cli: folder.join("berth"),
        daemon: folder.join("berthd"),
    })
}

/// Builds a program of a package for the guest: linked statically, away from
/// the host's builds so that the flags don't throw out each other's results.
///
/// # Errors
/// When it doesn't build.
pub(crate) fn build_static(package: &str, program: &str) -> Result<PathBuf> {
    const TARGET: &str = "x86_64-unknown-linux-gnu";
    let folder = target().join("guest");
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["build", "--quiet", "--release", "--target", TARGET])
        .args(["--package", package, "--bin", program, "--target-dir"])
        .arg(&folder)
        .env(
            "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS",
            "-C target-feature=+crt-static",
        )
        // Either would win over the flags above.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    run(&mut command)?;
    Ok(folder.join(TARGET).join("release").join(program))
}

/// The folder for all that is built.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from)
}

/// Runs cargo in the workspace.
///
/// # Errors
/// When it fails.
pub(crate) fn cargo(arguments: &[&str]) -> Result<()> {
    run(Command::new(env!("CARGO")).args(arguments))
}

/// Runs a command in the workspace.
///
/// # Errors
/// When it can't be started or fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let name = format!("{command:?}");
    let status = command.current_dir(workspace()).status();
    let status = status.with_context(|| format!("starting {name}"))?;
    if !status.success() {
        bail!("{name} failed ({status})");
    }
    Ok(())
}
