//! `cargo xtask test`: every tier.
pub(crate) mod dashboard;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;
use berth_model::home::Home;

use crate::{
    bindings, clients,
    prepared::prepare,
    programs::{self, Programs},
    run::{busybox_image, link_image, link_ui},
    setup::{self, which},
    stopwatch::stage,
    window,
};

/// Passes every test, installing what they need.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Run only this tier
    #[arg(long, value_enum)]
    tier: Option<Tier>,
    /// Run only the real-VM and window tests whose names contain this
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
    /// The dashboard in a real browser, with a made-up engine: no VM
    Ui,
    /// The window and the tray on displays of their own: no VM
    Desktop,
    /// One real VM, and the dashboard over it
    Vm,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let wants = |tier| arguments.tier.is_none_or(|only| only == tier);
    if which("cargo-nextest").is_none() {
        // It is no part of the toolchain.
        stage("test runner", || {
            programs::cargo(&["install", "--quiet", "--locked", "cargo-nextest"])
        })?;
    }
    if wants(Tier::Unit) {
        stage("formatting", || {
            programs::cargo(&["fmt", "--all", "--check"])
        })?;
        stage("lints", || {
            let lint = ["clippy", "--quiet", "--workspace", "--all-targets"];
            programs::cargo(
                &[
                    &lint[..],
                    &without(window::PACKAGES),
                    &["--", "-D", "warnings"],
                ]
                .concat(),
            )
        })?;
        stage("TypeScript bindings", || bindings::run(&bindings::CHECK))?;
        stage("unit tests", unit)?;
    }
    if wants(Tier::Ui) {
        stage("dashboard", || dashboard::units(arguments.yes))?;
        stage("dashboard in a browser", || {
            dashboard::recorded(arguments.yes)
        })?;
    }
    if wants(Tier::Desktop) {
        window::test(arguments.yes, arguments.filter.as_deref())?;
    }
    if wants(Tier::Vm) {
        let (programs, folder) = prepare(setup::TEST, arguments.yes)?;
        stage("real-VM tests", || vm(&programs, &folder, arguments))?;
    }
    Ok(())
}

fn unit() -> Result<()> {
    let tests = ["nextest", "run", "--workspace", "--exclude", "berth-e2e"];
    programs::cargo(&[&tests[..], &without(window::PACKAGES)].concat())
}

fn without(packages: &[&'static str]) -> Vec<&'static str> {
    packages
        .iter()
        .flat_map(|name| ["--exclude", name])
        .collect()
}

/// One VM, booted once, for all tests; each finds it by the environment.
fn vm(programs: &Programs, image: &Path, arguments: &Arguments) -> Result<()> {
    // Sockets need a short path, which the build folder may not have.
    let folder = tempfile::Builder::new().prefix("be").tempdir()?;
    let home = Home::at(folder.path().join("h"))?;
    link_image(&home, image)?;
    link_ui(&home, arguments.yes)?;
    let world = World {
        clients: clients::ensure(image)?,
        config: folder.path().join("docker"),
        home,
        image,
        programs,
    };
    world.link_plugins()?;
    // Built before the VM runs, which would slow the compiler down.
    programs::run(&mut tests(&["--no-run"], None))?;
    let _stop = StopAtEnd(&world);
    let outcome = world.prepare(folder.path()).and_then(|()| {
        let filter = arguments.filter.as_deref();
        let engine = programs::run(world.tell(&mut tests(&["--no-fail-fast"], filter)));
        // After the tests that break the machine: it has to bear those.
        let browser = dashboard::engine(arguments.yes, filter, |it| {
            world.tell(it);
        });
        engine.and(browser)
    });
    if outcome.is_err() {
        print_log(&world.home);
    }
    outcome
}

fn tests(options: &[&str], filter: Option<&str>) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(["nextest", "run", "-p", "berth-e2e", "--profile", "vm"]);
    command.args(options).args(filter);
    command
}

/// What the tests find.
struct World<'a> {
    programs: &'a Programs,
    image: &'a Path,
    home: Home,
    /// Folder with Docker's clients.
    clients: PathBuf,
    /// Their configuration, away from the user's.
    config: PathBuf,
}

impl World<'_> {
    /// Tells a program about it.
    fn tell<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command
            .env("BERTH_HOME", self.home.root())
            .env("BERTH_E2E_CLI", &self.programs.cli)
            .env("BERTH_E2E_IMAGE", self.image)
            .env("BERTH_E2E_CLIENTS", &self.clients)
            .env("BERTHD", &self.programs.daemon)
            .env("DOCKER_CONFIG", &self.config)
            .env_remove("BERTH_IMAGE")
            .env_remove("DOCKER_HOST")
    }

    fn link_plugins(&self) -> Result<()> {
        let plugins = self.config.join("cli-plugins");
        fs::create_dir_all(&plugins)?;
        for name in ["docker-buildx", "docker-compose"] {
            std::os::unix::fs::symlink(self.clients.join(name), plugins.join(name))?;
        }
        Ok(())
    }

    /// Starts the VM and gives it the image that the tests run.
    fn prepare(&self, folder: &Path) -> Result<()> {
        let peer = programs::build_static("berth-e2e", "peer")?;
        let archive = busybox_image(folder, &[("bin/peer", &peer)])?;
        let mut start = Command::new(&self.programs.cli);
        programs::run(self.tell(start.arg("start")))?;
        let mut import = Command::new(self.clients.join("docker"));
        let socket = self.home.docker_socket();
        import
            .arg("--host")
            .arg(format!("unix://{}", socket.display()))
            .args(["import", "--change", "ENV PATH=/bin"])
            .arg(archive)
            .arg("e2e/busybox");
        programs::run(self.tell(&mut import))
    }
}

struct StopAtEnd<'a>(&'a World<'a>);

impl Drop for StopAtEnd<'_> {
    fn drop(&mut self) {
        let mut stop = Command::new(&self.0.programs.cli);
        stop.args(["stop", "--quit", "--force"]);
        if let Err(error) = programs::run(self.0.tell(&mut stop)) {
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
