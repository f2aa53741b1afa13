//! The window: its tests on displays of their own, and what it costs.
use std::{path::PathBuf, process::Command};

use anyhow::Result;

use crate::{
    programs::{self, cargo, run, target},
    setup,
    stopwatch::stage,
    ui,
};

/// Its packages, which need a web view to build against.
pub(crate) const PACKAGES: &[&str] = &["berth-desktop", "berth-desktop-tests"];

/// What building and testing it needs, as packages of Debian and Ubuntu.
const SYSTEM: &[&str] = &[
    "dbus",
    "fonts-dejavu-core",
    "imagemagick",
    "libayatana-appindicator3-dev",
    "libwebkit2gtk-4.1-dev",
    "openbox",
    "pkg-config",
    "webkit2gtk-driver",
    "xdotool",
    "xvfb",
];

/// Lints, units, then the real window and the real tray; leaves pictures in
/// `target/screens`.
///
/// # Errors
/// When one of them fails.
pub(crate) fn test(yes: bool, filter: Option<&str>) -> Result<()> {
    stage("what the window needs", || prepare(yes))?;
    stage("lints of the window", || PACKAGES.iter().try_for_each(lint))?;
    stage("units of the window", || {
        cargo(&["nextest", "run", "-p", "berth-desktop"])
    })?;
    let daemon = stage("daemon", programs::build)?.daemon;
    stage("window", || {
        cargo(&["build", "--quiet", "-p", "berth-desktop"])?;
        let mut tests = Command::new(env!("CARGO"));
        tests.args([
            "nextest",
            "run",
            "-p",
            "berth-desktop-tests",
            "--no-fail-fast",
            "--no-tests=pass",
        ]);
        run(tests
            .args(filter)
            .env("BERTH_DESKTOP", target().join("debug/berth-desktop"))
            .env("BERTHD", daemon)
            .env("BERTH_SCREENS", target().join("screens")))
    })
}

/// One at a time: built together, they would need parts built anew.
fn lint(package: &&str) -> Result<()> {
    cargo(&[
        "clippy",
        "--quiet",
        "-p",
        package,
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ])
}

/// Prints what the window costs against an empty one of Tauri's.
///
/// # Errors
/// When something doesn't build or no window comes up.
pub(crate) fn weigh(yes: bool) -> Result<()> {
    stage("what the window needs", || prepare(yes))?;
    stage("windows", || {
        let both = ["--bins", "--example", "empty"];
        cargo(
            &[
                &["build", "--quiet", "--release", "-p", "berth-desktop"],
                &both[..],
            ]
            .concat(),
        )?;
        let tool = ["--release", "-p", "berth-desktop-tests"];
        cargo(&[&["build", "--quiet"], &tool[..]].concat())
    })?;
    let folder: PathBuf = target().join("release");
    run(Command::new(folder.join("memory"))
        .arg(folder.join("examples/empty"))
        .env("BERTH_DESKTOP", folder.join("berth-desktop")))
}

fn prepare(yes: bool) -> Result<()> {
    setup::ensure(SYSTEM, yes)?;
    ui::ensure(yes).map(drop)
}
