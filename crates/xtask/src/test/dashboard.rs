//! The dashboard's tests: its own units, then a real browser against a made-up
//! engine of any size, and against the real one.
use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use crate::{
    programs::{self, target, workspace},
    setup, ui,
};

/// What the browser tests need, as packages of Debian and Ubuntu. The fonts are
/// for the pictures: without them Chinese is boxes.
const PACKAGES: &[&str] = &[
    "chromium",
    "fonts-dejavu-core",
    "fonts-noto-cjk",
    "fonts-noto-core",
];

/// Types, lints, units and the size of what is loaded first.
///
/// # Errors
/// When one of them fails.
pub(super) fn units(yes: bool) -> Result<()> {
    ui::ensure(yes)?;
    npm(&["run", "--silent", "check"])?;
    npm(&["run", "--silent", "test"])?;
    npm(&["run", "--silent", "size"])
}

/// A real browser against a made-up engine; leaves a picture of every view in
/// `target/screens`.
///
/// # Errors
/// When a test fails.
pub(super) fn recorded(yes: bool) -> Result<()> {
    setup::ensure(PACKAGES, yes)?;
    let files = ui::ensure(yes)?;
    let engine = build_recorded()?;
    let mut tests = playwright("recorded");
    tests.env("BERTH_RECORDED", engine).env("BERTH_UI", files);
    programs::run(&mut tests)
}

/// The program that plays a Docker Engine, and serves the dashboard of it.
///
/// # Errors
/// When it doesn't build.
fn build_recorded() -> Result<PathBuf> {
    programs::cargo(&[
        "build",
        "--quiet",
        "--release",
        "-p",
        "berth-recorded",
        "--bin",
        "recorded-engine",
    ])?;
    Ok(target().join("release/recorded-engine"))
}

/// Prints how the dashboard bears size, in a real browser against a made-up engine.
///
/// # Errors
/// When something doesn't build, or the dashboard doesn't show what it should.
pub(crate) fn scale(yes: bool, quick: bool, json: Option<&Path>) -> Result<()> {
    setup::ensure(PACKAGES, yes)?;
    let files = ui::ensure(yes)?;
    let engine = build_recorded()?;
    let mut bench = Command::new("node");
    bench
        .arg(folder().join("bench/scale.mjs"))
        .env("BERTH_RECORDED", engine)
        .env("BERTH_UI", files)
        .env("BERTH_BENCH_MINUTES", if quick { "1" } else { "10" });
    if let Some(file) = json {
        bench.env("BERTH_BENCH_JSON", std::path::absolute(file)?);
    }
    programs::run(&mut bench)
}

/// A real browser against the real engine; `tell` says where that is.
///
/// # Errors
/// When a test fails.
pub(super) fn engine(yes: bool, filter: Option<&str>, tell: impl Fn(&mut Command)) -> Result<()> {
    setup::ensure(PACKAGES, yes)?;
    let mut tests = playwright("engine");
    if let Some(filter) = filter {
        tests.args(["--grep", filter, "--pass-with-no-tests"]);
    }
    tell(&mut tests);
    programs::run(&mut tests)
}

fn playwright(project: &str) -> Command {
    let mut command = npm_command();
    command.args(["run", "--silent", "e2e", "--", "--project", project]);
    command
}

fn npm(arguments: &[&str]) -> Result<()> {
    programs::run(npm_command().args(arguments))
}

fn npm_command() -> Command {
    let mut command = Command::new("npm");
    command.arg("--prefix").arg(folder());
    command
}

fn folder() -> PathBuf {
    workspace().join("ui")
}
