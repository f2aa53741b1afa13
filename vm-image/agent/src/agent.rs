//! The agent's parts, put together.
use std::{process::ExitCode, sync::Arc};

use anyhow::{Context as _, Result};
use berth_link::proto::{EngineState, GuestEvent};
use tokio::sync::{broadcast, mpsc, watch};

use crate::{
    boot,
    children::Children,
    console::say,
    engine, expose, hostnet,
    log_ring::LogRing,
    network, power,
    session::{self, HostLink},
    stages::{Stages, since_boot},
};

/// Events that a slow host may be behind.
const EVENTS: usize = 256;

/// What the agent's tasks share.
#[derive(Debug)]
pub(crate) struct Agent {
    /// Boot stages passed.
    pub(crate) stages: Stages,
    /// What the host is told.
    pub(crate) events: broadcast::Sender<GuestEvent>,
    /// State of the engine.
    pub(crate) engine: watch::Sender<EngineState>,
    /// Orders to the engine.
    pub(crate) orders: mpsc::Sender<engine::Order>,
    /// Child processes.
    pub(crate) children: Children,
    /// The session with the host, while there is one.
    pub(crate) host: watch::Sender<Option<HostLink>>,
    /// Ports whose proxies ended with dockerd.
    pub(crate) orphans: expose::Orphans,
    /// Log of containerd.
    pub(crate) containerd_log: LogRing,
    /// Log of dockerd.
    pub(crate) dockerd_log: LogRing,
}

impl Agent {
    /// An agent that has done nothing yet, and the orders that it will be given.
    pub(crate) fn new(stages: Stages) -> (Self, mpsc::Receiver<engine::Order>) {
        let (orders, received) = mpsc::channel(8);
        let agent = Self {
            stages,
            events: broadcast::Sender::new(EVENTS),
            engine: watch::Sender::new(EngineState::Starting),
            orders,
            children: Children::default(),
            host: watch::Sender::new(None),
            orphans: expose::Orphans::default(),
            containerd_log: LogRing::new(),
            dockerd_log: LogRing::new(),
        };
        (agent, received)
    }

    /// Ends a boot stage and tells the host.
    pub(crate) fn stage_ended(&self, name: &str, began: std::time::Duration) {
        let stage = self.stages.ended(name, began);
        // Without a session nobody listens; the next one gets the list.
        let _ = self.events.send(GuestEvent::Stage(stage));
    }

    /// Changes the state of the engine and tells the host.
    pub(crate) fn engine_is(&self, state: EngineState) {
        let changed = self.engine.send_if_modified(|old| {
            let differs = *old != state;
            old.clone_from(&state);
            differs
        });
        if changed {
            let _ = self.events.send(GuestEvent::Engine(state));
        }
    }

    /// The engine can't run because of `part`.
    pub(crate) fn engine_failed(&self, part: &str, error: &anyhow::Error) {
        say!("{part}: {error:#}");
        self.engine_is(EngineState::Failed {
            part: part.to_owned(),
            cause: format!("{error:#}"),
            log: crate::console::LOG.tail(20),
        });
    }
}

/// Runs as PID 1; returns only when there is nothing that can be done.
pub(crate) fn main() -> ExitCode {
    // SAFETY: there is no other thread yet. The kernel gives us no search path.
    unsafe { std::env::set_var("PATH", engine::daemon::PATH) };
    // The default hook writes to the console only, which the host can't ask for.
    std::panic::set_hook(Box::new(|panic| say!("{panic}")));
    let stages = Stages::default();
    let root = boot::early(&stages);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers())
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(run(stages, root)),
        Err(error) => say!("no async runtime: {error}"),
    }
    // PID 1 must not end: the kernel would panic, and the reason be lost.
    loop {
        std::thread::park();
    }
}

/// One for each CPU, and two at most: the agent moves bytes and waits. How much
/// a second one gains, or costs on one CPU, was not measured.
fn workers() -> usize {
    std::thread::available_parallelism().map_or(1, |cpus| cpus.get().min(2))
}

async fn run(stages: Stages, root: Result<()>) {
    let (agent, orders) = Agent::new(stages);
    let agent = Arc::new(agent);
    tokio::spawn(agent.children.clone().reap());
    tokio::spawn(session::run(Arc::clone(&agent)));
    tokio::spawn(power::on_signals(Arc::clone(&agent)));
    match root {
        Ok(()) => {
            tokio::spawn(networking(Arc::clone(&agent)));
            tokio::spawn(hostnet::run(Arc::clone(&agent)));
            Box::pin(engine::run(agent, orders)).await;
        }
        Err(error) => {
            agent.engine_failed("root", &error);
            engine::refuse_all(orders, "the guest has no root file system").await;
        }
    }
}

async fn networking(agent: Arc<Agent>) {
    if let Err(error) = network_up(&agent).await {
        say!("network: {error:#}");
    }
}

async fn network_up(agent: &Arc<Agent>) -> Result<()> {
    let began = since_boot();
    tokio::spawn(expose::serve(Arc::clone(agent)));
    engine::modules::load(&agent.children, engine::modules::FIRST).await;
    let tun = network::set_up()?;
    agent.stage_ended("network", began);
    network::run(tun, agent.host.subscribe())
        .await
        .context("can't watch the network device")
}
