//! `cargo xtask bench`: Berth against QEMU's user network and OpenSSH, in one
//! run with one machine, and its cold start against a stock Debian VM's.
//!
//! Measurements of the compared take turns, so that a busy moment of the host
//! hits all of them. What counts are the ratios.
mod http;
mod images;
pub(crate) mod lab;
mod probes;
mod report;
mod statistics;
mod stock;
mod ways;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result};

use self::{
    lab::Lab,
    report::{BERTH, Better, Metric, Report},
    stock::{Stock, value},
    ways::{Images, Plan, Way},
};
use crate::{prepared::prepare, run::busybox_image, stopwatch::stage, test::dashboard, window};

/// How often everything is measured, and how much of it.
#[derive(Debug, Clone, Copy)]
struct Effort {
    boots: usize,
    rounds: usize,
    answers: usize,
    connections: u32,
    transfer: Duration,
}

const THOROUGH: Effort = Effort {
    boots: 3,
    rounds: 5,
    answers: 100,
    connections: 50,
    transfer: Duration::from_secs(3),
};

const QUICK: Effort = Effort {
    boots: 1,
    rounds: 3,
    answers: 30,
    connections: 20,
    transfer: Duration::from_secs(1),
};

/// Measures Berth against named peers.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Write the measurements to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Measure less often
    #[arg(long)]
    quick: bool,
    /// Leave out the cold start, which needs the stock VM
    #[arg(long)]
    warm: bool,
    /// Measure only what the window costs, against an empty one
    #[arg(long)]
    window: bool,
    /// Measure only how the dashboard bears size: a thousand containers, two
    /// hundred events a second, a log of a million lines
    #[arg(long)]
    dashboard: bool,
    /// Install missing system packages without asking
    #[arg(long)]
    yes: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if arguments.dashboard {
        return dashboard::scale(arguments.yes, arguments.quick, arguments.json.as_deref());
    }
    if arguments.window {
        return window::weigh(arguments.yes);
    }
    let effort = if arguments.quick { QUICK } else { THOROUGH };
    let (programs, folder) = prepare(images::PACKAGES, arguments.yes)?;
    let mut lab = Lab::new(programs, &folder)?;
    let mut metrics = Vec::new();
    if !arguments.warm {
        metrics.push(cold_start(&mut lab, effort.boots)?);
    }
    let mut report = Report {
        machine: String::new(),
        metrics,
    };
    compare_ways(&mut lab, effort, &mut report)?;
    println!("\n{}\n\n{}", report.machine, report.table());
    match report.unmet() {
        unmet if unmet.is_empty() => println!("All aims are met."),
        unmet => println!("Aims not met: {}.", unmet.join(", ")),
    }
    if let Some(file) = &arguments.json {
        write_json(&report, file)?;
    }
    Ok(())
}

fn write_json(report: &Report, file: &Path) -> Result<()> {
    let json = serde_json::to_vec_pretty(report)?;
    fs::write(file, json).with_context(|| format!("writing {}", file.display()))
}

/// From a start of the daemon, or of QEMU, to the engine's first answer. Both
/// machines have been up once before, so that neither sets up its disk.
fn cold_start(lab: &mut Lab, boots: usize) -> Result<Metric> {
    let image = stage("stock Debian VM", images::stock)?;
    let disk = images::copy_disk(&image, lab.folder())?;
    let stock = stage("first starts, not counted", || {
        lab.start("")?;
        let like = lab.qemu_arguments()?;
        lab.stop()?;
        let mut stock = Stock::new(&image, &disk, &like)?;
        stock.boot()?;
        stock.freeze();
        Ok(stock)
    })?;
    let mut samples = BTreeMap::new();
    stage("cold starts", || {
        for _ in 0..boots {
            push(&mut samples, BERTH, lab.start("")?.as_secs_f64());
            lab.stop()?;
            push(&mut samples, "stock VM", stock.boot()?.as_secs_f64());
        }
        Ok(())
    })?;
    fs::remove_file(disk)?;
    Ok(Metric::new(
        ("cold start", "s"),
        (Better::Lower, 2.0),
        &samples,
    ))
}

fn push(samples: &mut BTreeMap<String, Vec<f64>>, who: &str, value: f64) {
    samples.entry(who.to_owned()).or_default().push(value);
}

fn compare_ways(lab: &mut Lab, effort: Effort, report: &mut Report) -> Result<()> {
    let (peer, sshd, key) = stage("the peers' programs", || {
        let peer = images::peer(lab.folder())?;
        let root = busybox_image(lab.folder(), &[("peer", &peer)])?;
        let (sshd, key) = images::sshd()?;
        Ok((root, sshd, key))
    })?;
    let images = Images {
        peer: &peer,
        sshd: &sshd,
        key: &key,
    };
    let plan = Plan::new()?;
    stage("virtual machine", || lab.start(&plan.qemu_arguments()))?;
    report.machine = describe(&lab.qemu_arguments()?);
    let (ways, _ssh) = stage("the ways into the guest", || plan.open(lab, &images))?;
    for probe in probes(lab, effort) {
        let metric = stage(probe.title.0, || probe.measure(&ways, effort.rounds))?;
        report.metrics.push(metric);
    }
    Ok(())
}

fn describe(qemu: &[String]) -> String {
    let of = |name| value(qemu, name).unwrap_or("?");
    format!(
        "One machine for all: QEMU with {}, {} CPUs, {} of memory.",
        of("-accel"),
        of("-smp"),
        of("-m")
    )
}

/// Measures once by one way; may give several samples.
type Once<'a> = dyn Fn(&Way) -> Result<Vec<f64>> + 'a;

/// One thing to measure.
struct Probe<'a> {
    title: (&'static str, &'static str),
    goal: (Better, f64),
    once: Box<Once<'a>>,
}

impl Probe<'_> {
    fn measure(&self, ways: &[Way], rounds: usize) -> Result<Metric> {
        let mut samples: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for round in 0..rounds {
            // Each round begins with another, lest one always comes first.
            for turn in 0..ways.len() {
                let way = &ways[(round + turn) % ways.len()];
                let measured = (self.once)(way)
                    .with_context(|| format!("{} by way of {}", self.title.0, way.name))?;
                samples
                    .entry(way.name.to_owned())
                    .or_default()
                    .extend(measured);
            }
        }
        Ok(Metric::new(self.title, self.goal, &samples))
    }
}

fn probes(lab: &Lab, effort: Effort) -> Vec<Probe<'_>> {
    let latency = |path: &'static str, title, count| Probe {
        title: (title, "ms"),
        goal: (Better::Lower, 1.0),
        once: Box::new(move |way: &Way| probes::latencies(&way.engine, path, count)),
    };
    vec![
        latency("/_ping", "GET /_ping", effort.answers),
        // The engine takes a hundred times as long for it as for the other.
        latency(
            "/containers/json",
            "GET /containers/json",
            effort.answers / 5,
        ),
        Probe {
            title: ("docker run --rm", "s"),
            goal: (Better::Lower, 1.0),
            once: Box::new(|way| {
                let mut docker = lab.docker_at(&way.engine);
                docker.args(["run", "--rm", ways::IMAGE, "/bin/true"]);
                Ok(vec![probes::wall_time(&mut docker)?])
            }),
        },
        Probe {
            title: ("from the guest", "MB/s"),
            goal: (Better::Higher, 5.0),
            once: Box::new(move |way| Ok(vec![probes::download(way.service, effort.transfer)?])),
        },
        Probe {
            title: ("to the guest", "MB/s"),
            goal: (Better::Higher, 5.0),
            once: Box::new(move |way| Ok(vec![probes::upload(way.service, effort.transfer)?])),
        },
        Probe {
            title: ("connections", "per s"),
            goal: (Better::Higher, 1.0),
            once: Box::new(move |way| {
                Ok(vec![probes::connections(way.service, effort.connections)?])
            }),
        },
    ]
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::{Better, Probe, Way};
    use crate::bench::http::Endpoint;

    fn way(name: &'static str) -> Way {
        let service = "127.0.0.1:1".parse().unwrap();
        Way {
            name,
            engine: Endpoint::Tcp(service),
            service,
        }
    }

    #[test]
    fn the_ways_take_turns_and_each_comes_first_once() {
        let order = RefCell::new(Vec::new());
        let probe = Probe {
            title: ("x", "s"),
            goal: (Better::Lower, 1.0),
            once: Box::new(|way| {
                order.borrow_mut().push(way.name);
                Ok(vec![1.0, 2.0])
            }),
        };
        let metric = probe.measure(&[way("berth"), way("ssh")], 2).unwrap();
        assert_eq!(*order.borrow(), ["berth", "ssh", "ssh", "berth"]);
        assert_eq!(metric.results["berth"].samples, 4);
    }

    #[test]
    fn a_probe_that_fails_says_by_which_way() {
        let probe = Probe {
            title: ("x", "s"),
            goal: (Better::Lower, 1.0),
            once: Box::new(|_| anyhow::bail!("no")),
        };
        let error = probe.measure(&[way("ssh")], 1).unwrap_err();
        assert_eq!(error.to_string(), "x by way of ssh");
    }
}
