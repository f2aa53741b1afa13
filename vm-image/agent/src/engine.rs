//! containerd and dockerd: configured, started, kept running, stopped.
pub(crate) mod certificates;
mod config;
pub(crate) mod daemon;
pub(crate) mod http;
pub(crate) mod modules;
mod state;
mod stop;

use std::{fs, io, os::unix::fs::OpenOptionsExt as _, sync::Arc, time::Duration};

use anyhow::{Context as _, Result, bail};
use berth_link::proto::{EngineConfig, EngineState};
use tokio::sync::{mpsc, oneshot};

use self::{
    config::{CONTAINERD_TOML, Life, daemon_json},
    daemon::{Daemon, Request},
    state::Board,
};
use crate::{agent::Agent, boot::data, console::say, stages::since_boot};

/// The engine's socket in the guest.
pub(crate) const SOCKET: &str = "/run/docker.sock";

const DAEMON_JSON: &str = "/run/berth/docker/daemon.json";
const CONTAINERD_CONFIG: &str = "/run/berth/containerd/config.toml";

/// The host's settings, kept on the data disk so that the next boot starts
/// right with them instead of starting twice.
const SAVED: &str = "/data/.berth/engine.json";
const SAVED_IN: &str = "/data/.berth";

/// How long dockerd may take to end when it is restarted.
const RESTART_PATIENCE: Duration = Duration::from_secs(20);

/// What others want of the engine.
#[derive(Debug)]
pub(crate) enum Order {
    /// Use these settings.
    Configure(Box<EngineConfig>, oneshot::Sender<Result<()>>),
    /// Stop containers within the time, and both daemons.
    Stop(Duration, oneshot::Sender<Result<()>>),
}

/// Mounts the data disk, starts the engine and obeys orders until it is stopped.
pub(crate) async fn run(agent: Arc<Agent>, orders: mpsc::Receiver<Order>) {
    let began = since_boot();
    read_ahead();
    if let Err(error) = data::mount_all(&agent.children).await {
        agent.engine_failed("data", &error);
        return refuse_all(orders, "the data disk is not usable, see its state").await;
    }
    agent.stage_ended("data", began);
    let config = load_saved();
    if let Err(error) = apply(&config) {
        agent.engine_failed("dockerd", &error);
        return refuse_all(orders, "the engine can't be configured, see its state").await;
    }
    let engine = Engine::start(Arc::clone(&agent), config);
    tokio::spawn(load_modules(agent));
    engine.obey(orders).await;
}

async fn load_modules(agent: Arc<Agent>) {
    modules::load(&agent.children, modules::NEXT).await;
    let mut state = agent.engine.subscribe();
    if state
        .wait_for(|state| matches!(state, EngineState::Running { .. }))
        .await
        .is_ok()
    {
        modules::load(&agent.children, modules::LAST).await;
    }
}

/// Reads the daemons' programs into memory while the data disk is mounted:
/// they are large, compressed, and would be read page by page as they start.
fn read_ahead() {
    for program in ["/usr/bin/containerd", "/usr/sbin/dockerd"] {
        let read = move || {
            // SAFETY: a system call on numbers; 0 means this thread. Only idle
            // CPU time is for this: the data disk comes first.
            unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, 19) };
            let file = fs::File::open(program);
            // Without it the start is slower and nothing else.
            let _ = file.and_then(|mut file| io::copy(&mut file, &mut io::sink()));
        };
        let _ = std::thread::Builder::new()
            .name("read-ahead".into())
            .spawn(read);
    }
}

/// Answers orders when there is no engine to give them to.
pub(crate) async fn refuse_all(mut orders: mpsc::Receiver<Order>, why: &str) {
    while let Some(order) = orders.recv().await {
        let _ = match order {
            Order::Configure(_, reply) => reply.send(Err(anyhow::anyhow!("{why}"))),
            // Nothing runs that would have to be stopped.
            Order::Stop(_, reply) => reply.send(Ok(())),
        };
    }
}

struct Engine {
    agent: Arc<Agent>,
    config: EngineConfig,
    containerd: mpsc::Sender<Request>,
    dockerd: mpsc::Sender<Request>,
}

impl Engine {
    fn start(agent: Arc<Agent>, config: EngineConfig) -> Self {
        let board = Arc::new(Board::default());
        let start = |daemon| daemon::supervise(Arc::clone(&agent), Arc::clone(&board), daemon);
        let containerd = start(Daemon::containerd());
        let dockerd = start(Daemon::dockerd(&config.proxy));
        Self {
            agent,
            config,
            containerd,
            dockerd,
        }
    }

    async fn obey(mut self, mut orders: mpsc::Receiver<Order>) {
        while let Some(order) = orders.recv().await {
            match order {
                Order::Configure(config, reply) => {
                    let _ = reply.send(self.configure(*config).await);
                }
                Order::Stop(grace, reply) => {
                    self.agent.engine_is(EngineState::Stopping);
                    let _ = reply.send(self.stop(grace).await);
                    return refuse_all(orders, "the engine is stopped").await;
                }
            }
        }
    }

    async fn configure(&mut self, config: EngineConfig) -> Result<()> {
        if config == self.config {
            return Ok(());
        }
        self.validate(&config).await?;
        save(&config).context("can't keep the settings on the data disk")?;
        apply(&config)?;
        let daemon = Daemon::dockerd(&config.proxy);
        self.config = config;
        let request = Request::Restart(Box::new(daemon), RESTART_PATIENCE);
        self.dockerd
            .send(request)
            .await
            .context("dockerd is being stopped")
    }

    /// Asks dockerd itself, before a bad file keeps it from starting.
    async fn validate(&self, config: &EngineConfig) -> Result<()> {
        let path = format!("{DAEMON_JSON}.new");
        write_json(&path, config, Life::Running)?;
        let arguments = ["--validate", "--config-file", &path];
        let finished = self.agent.children.run("dockerd", &arguments).await?;
        if finished.code != 0 {
            bail!("the engine refuses these settings: {}", finished.output);
        }
        Ok(())
    }
}

fn load_saved() -> EngineConfig {
    let Ok(text) = fs::read(SAVED) else {
        return EngineConfig::default();
    };
    serde_json::from_slice(&text).unwrap_or_else(|error| {
        say!("saved engine settings are unreadable, using none: {error}");
        EngineConfig::default()
    })
}

fn save(config: &EngineConfig) -> Result<()> {
    use std::io::Write as _;
    let temporary = format!("{SAVED}.new");
    fs::create_dir_all(SAVED_IN)?;
    // Proxy addresses may hold passwords.
    let mut file = fs::File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&temporary)?;
    file.write_all(&serde_json::to_vec(config)?)?;
    file.sync_all()?;
    fs::rename(&temporary, SAVED)?;
    // Or the next boot may find the old name.
    Ok(fs::File::open(SAVED_IN)?.sync_all()?)
}

/// Writes the files that the daemons read.
fn apply(config: &EngineConfig) -> Result<()> {
    fs::create_dir_all("/run/berth/docker")?;
    fs::create_dir_all("/run/berth/containerd")?;
    fs::write(CONTAINERD_CONFIG, CONTAINERD_TOML)?;
    write_json(DAEMON_JSON, config, Life::Running)?;
    certificates::trust(&config.ca_certificates).context("can't install the certificates")
}

fn write_json(path: &str, config: &EngineConfig, life: Life) -> Result<()> {
    let json = daemon_json(&config.daemon_json, life);
    fs::write(path, serde_json::to_vec_pretty(&json)?)
        .with_context(|| format!("can't write {path}"))
}
