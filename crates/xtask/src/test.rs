//! `cargo xtask test`: every tier.
use std::{path::Path, process::Command};

use anyhow::Result;
use berth_model::home::Home;

use crate::{
    image,
    programs::{self, Programs},
    run::{busybox_image, link_image},
    setup,
    stopwatch::stage,
};

/// Passes every test, installing what they need.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Run only this tier
    #[arg(long, value_enum)]
    tier: Option<Tier>,
    /// Run only the real-VM tests whose names contain this
    #[arg(long)]
    filter: Option<String>,
    /// Install missing system packages without asking
    #[arg(long)]
    yes: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Tier {
    /// Formatting, lints, unit and architecture tests: no VM
    Unit,
    /// One real VM
    Vm,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let wants = |tier| arguments.tier.is_none_or(|only| only == tier);
    if wants(Tier::Unit) {
        stage("formatting", || {
            programs::cargo(&["fmt", "--all", "--check"])
        })?;
        stage("lints", || {
            programs::cargo(&[
                "clippy",
                "--quiet",
                "--workspace",
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ])
        })?;
        stage("unit tests", unit)?;
    }
    if wants(Tier::Vm) {
        let mut packages = [setup::RUN, setup::TEST].concat();
        packages.extend_from_slice(image::required_packages());
        stage("system packages", || {
            setup::ensure(&packages, arguments.yes)
        })?;
        let programs = stage("Berth's programs", programs::build)?;
        let folder = stage("VM image", || {
            image::ensure(&programs::workspace(), &|step| println!("   {step}"))
        })?;
        stage("real-VM tests", || {
            vm(&programs, &folder, arguments.filter.as_deref())
        })?;
    }
    Ok(())
}

fn unit() -> Result<()> {
    programs::cargo(&["nextest", "run", "--workspace", "--exclude", "berth-e2e"])
}

/// One VM, booted once, for all tests; each finds it by the environment.
fn vm(programs: &Programs, image: &Path, filter: Option<&str>) -> Result<()> {
    // Sockets need a short path, which the build folder may not have.
    let folder = tempfile::Builder::new().prefix("berth-e2e").tempdir()?;
    let home = Home::at(folder.path().join("home"))?;
    link_image(&home, image)?;
    let busybox = busybox_image(folder.path())?;
    let mut tests = Command::new(env!("CARGO"));
    tests.args(["nextest", "run", "-p", "berth-e2e", "--profile", "vm"]);
    tests.args(filter);
    tests
        .env("BERTH_HOME", home.root())
        .env("BERTH_E2E_CLI", &programs.cli)
        .env("BERTH_E2E_IMAGE", image)
        .env("BERTH_E2E_BUSYBOX", &busybox)
        .env("BERTHD", &programs.daemon)
        .env("DOCKER_CONFIG", folder.path().join("docker"));
    let _stop = StopAtEnd {
        programs,
        home: &home,
    };
    let outcome = programs::run(&mut tests);
    if outcome.is_err() {
        print_log(&home);
    }
    outcome
}

struct StopAtEnd<'a> {
    programs: &'a Programs,
    home: &'a Home,
}

impl Drop for StopAtEnd<'_> {
    fn drop(&mut self) {
        let mut stop = Command::new(&self.programs.cli);
        stop.args(["stop", "--quit", "--force"])
            .env("BERTH_HOME", self.home.root());
        if let Err(error) = programs::run(&mut stop) {
            println!("the test VM could not be stopped: {error:#}");
        }
    }
}

/// What happened, for whoever reads the output of a failed run.
fn print_log(home: &Home) {
    for log in [home.daemon_log(), home.console_log()] {
        if let Ok(text) = std::fs::read_to_string(&log) {
            let lines: Vec<&str> = text.lines().collect();
            let newest = lines.len().saturating_sub(80);
            println!("── the end of {}", log.display());
            println!("{}", lines[newest..].join("\n"));
        }
    }
}
