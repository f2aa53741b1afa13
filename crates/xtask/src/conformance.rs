//! `cargo xtask conformance`: bollard's own tests against the forwarded socket
//! and, the very same programs, inside the guest against dockerd's own. What
//! the engine itself or the lack of the outside world fails, fails on both
//! sides; what fails on one only is Berth's doing.
mod outcome;
mod registry;
mod suite;

use std::{
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use self::{
    outcome::{Judgment, Outcome, Run, Test, count_again, describe, differences, judge},
    suite::{Suite, stem},
};
use crate::{bench::lab::Lab, image, programs, setup, stopwatch::stage};

/// Longest that a test may take, in seconds; emulation is slow.
const LIMIT: &str = "240";

/// A third of the tests is about swarms, which the engine does not join while
/// containers may outlive it.
const SETTINGS: &str = "[engine.daemon]\nlive-restore = false\n";

/// Tests that Berth fails for a known reason.
const KNOWN: [(&str, &str); 1] = [(
    "container_test::integration_test_mount_volume_containers",
    "it mounts the host's /tmp, and Berth shares no folders of the host yet",
)];

/// Runs a program where the Docker socket of the first argument lies at its
/// usual place, which some tests name; nobody else on the host sees it there.
const AT_USUAL_PLACE: &str =
    "mount -t tmpfs none /run && ln -s \"$0\" /run/docker.sock && exec \"$@\"";

/// Where the tests lie in the guest.
const PLACE: &str = "/tmp/conformance";

/// Runs bollard's tests on both sides of Berth and compares.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Run only the tests whose names contain this
    #[arg(long)]
    filter: Option<String>,
    /// Install missing system packages without asking
    #[arg(long)]
    yes: bool,
}

/// Where a test runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Forwarded,
    Guest,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut packages = [setup::RUN, &[registry::PACKAGE]].concat();
    packages.extend_from_slice(image::required_packages());
    stage("system packages", || {
        setup::ensure(&packages, arguments.yes)
    })?;
    let suite = stage("bollard's tests", Suite::build)?;
    let programs = stage("Berth's programs", programs::build)?;
    let folder = stage("VM image", || {
        image::ensure(&programs::workspace(), &|step| println!("   {step}"))
    })?;
    let mut tests = suite.tests()?;
    if let Some(part) = &arguments.filter {
        tests.retain(|test| test.name.contains(part));
    }
    ensure!(!tests.is_empty(), "no test is left to run");
    let mut lab = Lab::new(programs, &folder)?;
    lab.configure(SETTINGS)?;
    stage("virtual machine", || lab.start(""))?;
    let bench = Bench {
        lab: &lab,
        suite: &suite,
    };
    stage("registry and tests in the guest", || {
        registry::start(&lab)?;
        bench.copy_programs()
    })?;
    compare(&bench, &tests)
}

fn compare(bench: &Bench<'_>, tests: &[Test]) -> Result<()> {
    let mut forwarded = stage("tests over the forwarded socket", || {
        bench.run(tests, Side::Forwarded)
    })?;
    let mut guest = stage("tests inside the guest", || bench.run(tests, Side::Guest))?;
    let again: Vec<Test> = differences(&forwarded, &guest).into_iter().collect();
    if !again.is_empty() {
        println!(
            "── {} tests differ; once more, in case they are flaky",
            again.len()
        );
        again.iter().for_each(|test| println!("     {test}"));
        count_again(&mut forwarded, &bench.run(&again, Side::Forwarded)?);
        count_again(&mut guest, &bench.run(&again, Side::Guest)?);
    }
    println!("\nForwarded socket: {}", describe(&forwarded));
    println!("\nInside the guest: {}", describe(&guest));
    conclude(&judge(&differences(&forwarded, &guest), &forwarded, &KNOWN))
}

fn conclude(judgment: &Judgment<'_>) -> Result<()> {
    for (test, reason) in &judgment.expected {
        println!("\nDifferent, as is known: {test}: {reason}");
    }
    for (test, _) in &judgment.stale {
        println!("\nSaid to differ, and does not: {test}; take it off the list");
    }
    for test in &judgment.unexplained {
        println!("\nDifferent: {test}");
    }
    let wrong = judgment.unexplained.len() + judgment.stale.len();
    ensure!(wrong == 0, "{wrong} tests end otherwise than they should");
    println!("\nNo other test ends differently through Berth.");
    Ok(())
}

/// The machine and the tests.
struct Bench<'a> {
    lab: &'a Lab,
    suite: &'a Suite,
}

impl Bench<'_> {
    fn run(&self, tests: &[Test], side: Side) -> Result<Run> {
        self.reset()?;
        let mut run = Run::new();
        for (at, test) in tests.iter().enumerate() {
            let (end, words) = self.run_one(test, side)?;
            println!("   {}/{} {test}: {end:?}", at + 1, tests.len());
            if end != Outcome::Passed {
                words.iter().for_each(|line| println!("        {line}"));
            }
            run.insert(test.clone(), end);
        }
        Ok(run)
    }

    /// How a test ended, and the lines that say why.
    fn run_one(&self, test: &Test, side: Side) -> Result<(Outcome, Vec<String>)> {
        let program = self.suite.program(test)?;
        let argv = ["--exact", test.name.as_str(), "--test-threads", "1"];
        let mut command = match side {
            Side::Forwarded => self.on_host(program),
            Side::Guest => self.in_guest(program),
        };
        let output = command.args(argv).stdin(Stdio::null()).output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        let end = Outcome::from_code(output.status.code());
        ensure!(
            end != Outcome::Passed || text.contains("1 passed"),
            "{test} did not run: {text}"
        );
        Ok((end, reasons(&text)))
    }

    fn on_host(&self, program: &Path) -> Command {
        let mut command = Command::new("unshare");
        command
            .args(["--map-root-user", "--mount", "sh", "-ec", AT_USUAL_PLACE])
            .arg(self.lab.socket())
            .args(["timeout", "-k", "5", LIMIT])
            .arg(program)
            .current_dir(&self.suite.source)
            .env("DOCKER_HOST", self.lab.endpoint().to_string())
            .env("REGISTRY_HTTP_ADDR", registry::ADDRESS);
        command
    }

    fn in_guest(&self, program: &Path) -> Command {
        let program = format!("{PLACE}/{}", stem(program));
        let host = "DOCKER_HOST=unix:///var/run/docker.sock";
        let registry = format!("REGISTRY_HTTP_ADDR={}", registry::ADDRESS);
        let limit = ["timeout", "-k", "5", LIMIT, &program];
        self.lab
            .in_guest(&[&["env", host, &registry, "HOME=/tmp"], &limit[..]].concat())
    }

    /// Copies the tests into the guest's memory, where no volume shows them.
    fn copy_programs(&self) -> Result<()> {
        self.lab.script(&format!("mkdir -p {PLACE}"))?;
        for program in self.suite.programs() {
            let target = format!("cat > {PLACE}/{0} && chmod +x {PLACE}/{0}", stem(program));
            let file = std::fs::File::open(program)?;
            let mut copy = self.lab.in_guest(&["/bin/sh", "-ec", &target]);
            let status = copy
                .stdin(file)
                .status()
                .context("copying into the guest")?;
            ensure!(status.success(), "copying {} failed", program.display());
        }
        Ok(())
    }

    /// What earlier tests left is gone; what bollard's CI prepares is there.
    fn reset(&self) -> Result<()> {
        let name = registry::NAME;
        self.lab.script(&format!(
            "docker swarm leave --force >/dev/null 2>&1 || true\n\
             docker ps -aq --no-trunc | grep -v $(docker inspect -f '{{{{.Id}}}}' {name}) \
             | xargs -r docker rm -f\n\
             docker network prune -f; docker volume prune -af; docker builder prune -af\n\
             docker images --format '{{{{.Repository}}}}:{{{{.Tag}}}} {{{{.ID}}}}' | grep -v ^{name}: \
             | awk '{{print $2}}' | sort -u | xargs -r docker image rm -f || true\n\
             docker swarm init --advertise-addr 127.0.0.1"
        ))?;
        registry::pull(self.lab)
    }
}

/// The lines of a failed test's output that say why.
fn reasons(output: &str) -> Vec<String> {
    let mut lines = output.lines();
    let panicked = lines.find(|line| line.contains("panicked at"));
    let after = lines.take(3).filter(|line| !line.is_empty());
    panicked
        .into_iter()
        .chain(after)
        .map(|line| line.chars().take(300).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::reasons;

    #[test]
    fn the_reason_of_a_failure_is_the_panic_and_what_follows() {
        let output =
            "running 1 test\n\nthread 'a' panicked at x.rs:1:2:\ncalled on an Err\nnote: y\n\n";
        let lines = reasons(output);
        assert_eq!(lines[0], "thread 'a' panicked at x.rs:1:2:");
        assert_eq!(lines[1], "called on an Err");
        assert!(reasons("nothing of the kind").is_empty());
    }
}
