//! One daemon: started, watched, started again when it ends.
mod backoff;
mod output;

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Write as _},
    os::unix::process::CommandExt as _,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use rustix::process::Signal;
use tokio::{
    net::UnixDatagram,
    sync::{mpsc, oneshot},
    time::{Instant, timeout},
};

use self::backoff::Backoff;
use super::{
    CONTAINERD_CONFIG, DAEMON_JSON, http,
    state::{Board, DaemonState, Which},
};
use crate::{
    agent::Agent, boot::mounts::ENGINE_GROUP, children::Running, console::say, log_ring::LogRing,
    stages::since_boot,
};

/// Search path of the daemons and of what they start.
pub(crate) const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Lines of its log that go with the report of a failure.
const REPORTED_LINES: usize = 30;

/// How to start a daemon.
#[derive(Debug)]
pub(super) struct Daemon {
    which: Which,
    name: &'static str,
    arguments: Vec<String>,
    environment: BTreeMap<String, String>,
    /// For the kernel when memory runs out, as the daemons' systemd units have it.
    oom_score: &'static str,
}

/// What a supervised daemon is asked for.
#[derive(Debug)]
pub(super) enum Request {
    /// End and start again, as this says; it may take so long to end.
    Restart(Box<Daemon>, Duration),
    /// Read the configuration again.
    Reload,
    /// End, within the time, and stay so.
    Stop(Duration, oneshot::Sender<()>),
}

enum Ended {
    Itself(i32),
    Restart(Box<Daemon>),
    Stop(oneshot::Sender<()>),
}

impl Daemon {
    /// containerd.
    pub(super) fn containerd() -> Self {
        Self {
            which: Which::Containerd,
            name: "containerd",
            arguments: vec!["--config".into(), CONTAINERD_CONFIG.into()],
            environment: BTreeMap::new(),
            oom_score: "-999",
        }
    }

    /// dockerd, with variables that name proxies.
    pub(super) fn dockerd(proxy: &BTreeMap<String, String>) -> Self {
        Self {
            which: Which::Dockerd,
            name: "dockerd",
            arguments: vec!["--config-file".into(), DAEMON_JSON.into()],
            environment: proxy.clone(),
            oom_score: "-500",
        }
    }

    fn log(&self, agent: &Agent) -> Vec<String> {
        self.ring(agent).tail(REPORTED_LINES)
    }

    fn ring<'a>(&self, agent: &'a Agent) -> &'a LogRing {
        match self.which {
            Which::Containerd => &agent.containerd_log,
            Which::Dockerd => &agent.dockerd_log,
        }
    }

    fn notify_path(&self) -> String {
        format!("/run/berth/notify-{}", self.name)
    }

    fn command(&self) -> io::Result<Command> {
        let mut group = File::options()
            .write(true)
            .open(format!("{ENGINE_GROUP}/cgroup.procs"))?;
        let score = self.oom_score;
        let mut command = Command::new(self.name);
        command
            .args(&self.arguments)
            .env_clear()
            .envs(&self.environment);
        command
            .env("PATH", PATH)
            .env("HOME", "/root")
            .env("NOTIFY_SOCKET", self.notify_path());
        command.stdin(Stdio::null()).current_dir("/");
        let enter = move || {
            // "0" is whoever writes it.
            group.write_all(b"0")?;
            let mut oom = File::options()
                .write(true)
                .open("/proc/self/oom_score_adj")?;
            oom.write_all(score.as_bytes())
        };
        // SAFETY: `enter` only opens and writes files: system calls.
        unsafe { command.pre_exec(enter) };
        Ok(command)
    }
}

/// Starts a daemon and keeps it running until it is asked to stop.
pub(super) fn supervise(
    agent: Arc<Agent>,
    board: Arc<Board>,
    daemon: Daemon,
) -> mpsc::Sender<Request> {
    let (sender, requests) = mpsc::channel(4);
    let supervisor = Supervisor {
        agent,
        board,
        requests,
        ready_once: false,
    };
    tokio::spawn(supervisor.run(daemon));
    sender
}

struct Supervisor {
    agent: Arc<Agent>,
    board: Arc<Board>,
    requests: mpsc::Receiver<Request>,
    ready_once: bool,
}

impl Supervisor {
    async fn run(mut self, mut daemon: Daemon) {
        let mut backoff = Backoff::default();
        loop {
            let began = Instant::now();
            self.note(&daemon, DaemonState::Starting);
            let ended = match self.start(&daemon) {
                Ok((running, notify)) => self.attend(&daemon, running, &notify).await,
                Err(error) => {
                    say!("{} can't be started: {error}", daemon.name);
                    daemon
                        .ring(&self.agent)
                        .push(&format!("can't be started: {error}"));
                    Ok(Ended::Itself(-1))
                }
            };
            let ended = match ended {
                Ok(Ended::Itself(code)) => {
                    let pause = backoff.after(began.elapsed());
                    self.failed(&daemon, code);
                    self.pause(pause).await
                }
                Ok(asked) => Some(asked),
                Err(error) => {
                    say!("{}: {error}", daemon.name);
                    None
                }
            };
            match ended {
                Some(Ended::Restart(new)) => daemon = *new,
                Some(Ended::Stop(done)) => {
                    let _ = done.send(());
                    return;
                }
                Some(Ended::Itself(_)) | None => {}
            }
        }
    }

    fn start(&self, daemon: &Daemon) -> io::Result<(Running, UnixDatagram)> {
        let path = daemon.notify_path();
        let _ = fs::remove_file(&path);
        let notify = UnixDatagram::bind(&path)?;
        let (read, write) = io::pipe()?;
        let mut command = daemon.command()?;
        command.stdout(write.try_clone()?).stderr(write);
        let running = self.agent.children.spawn(&mut command)?;
        output::collect(
            Arc::clone(&self.agent),
            daemon.name,
            daemon.which,
            read.into(),
        )?;
        Ok((running, notify))
    }

    async fn attend(
        &mut self,
        daemon: &Daemon,
        mut running: Running,
        notify: &UnixDatagram,
    ) -> io::Result<Ended> {
        let began = since_boot();
        let mut message = [0; 4096];
        loop {
            tokio::select! {
                code = &mut running.exit => return Ok(Ended::Itself(code.unwrap_or(-1))),
                length = notify.recv(&mut message) => {
                    if is_ready(&message[..length?]) {
                        self.ready(daemon, began).await;
                    }
                }
                request = self.requests.recv() => match request {
                    Some(Request::Reload) => running.signal(Signal::HUP),
                    Some(Request::Restart(new, patience)) => {
                        self.note(daemon, DaemonState::Starting);
                        end(daemon.name, running, patience).await;
                        return Ok(Ended::Restart(new));
                    }
                    Some(Request::Stop(patience, done)) => {
                        end(daemon.name, running, patience).await;
                        return Ok(Ended::Stop(done));
                    }
                    None => std::future::pending().await,
                }
            }
        }
    }

    async fn ready(&mut self, daemon: &Daemon, began: Duration) {
        let version = match daemon.which {
            Which::Containerd => String::new(),
            Which::Dockerd => http::engine_version().await,
        };
        if !std::mem::replace(&mut self.ready_once, true) {
            self.agent.stage_ended(daemon.name, began);
        }
        self.note(daemon, DaemonState::Ready(version));
    }

    fn failed(&self, daemon: &Daemon, code: i32) {
        let how = match code {
            129.. => format!("was killed by signal {}", code - 128),
            -1 => "could not be started".into(),
            _ => format!("ended with exit code {code}"),
        };
        let cause = format!("{} {how}", daemon.name);
        say!("{cause}");
        self.note(
            daemon,
            DaemonState::Failed {
                cause,
                log: daemon.log(&self.agent),
            },
        );
    }

    fn note(&self, daemon: &Daemon, state: DaemonState) {
        let engine = self.board.set(daemon.which, state);
        // The board knows nothing of a stop that is under way.
        if *self.agent.engine.borrow() != berth_link::proto::EngineState::Stopping {
            self.agent.engine_is(engine);
        }
    }

    /// Waits before the next try; a request ends the wait.
    async fn pause(&mut self, pause: Duration) -> Option<Ended> {
        match timeout(pause, self.requests.recv()).await {
            Ok(Some(Request::Restart(new, _))) => Some(Ended::Restart(new)),
            Ok(Some(Request::Stop(_, done))) => Some(Ended::Stop(done)),
            Ok(Some(Request::Reload) | None) | Err(_) => None,
        }
    }
}

async fn end(name: &str, mut running: Running, patience: Duration) {
    running.signal(Signal::TERM);
    if timeout(patience, &mut running.exit).await.is_err() {
        say!("{name} did not end in {} s: killing it", patience.as_secs());
        running.signal(Signal::KILL);
        let _ = running.exit.await;
    }
}

/// The protocol of sd_notify(3): lines of assignments.
fn is_ready(message: &[u8]) -> bool {
    message
        .split(|&byte| byte == b'\n')
        .any(|line| line == b"READY=1")
}

#[cfg(test)]
mod tests {
    use super::is_ready;

    #[test]
    fn readiness_is_a_line_of_its_own() {
        assert!(is_ready(b"READY=1"));
        assert!(is_ready(b"STATUS=up\nREADY=1\n"));
        assert!(!is_ready(b"NOTREADY=1"));
        assert!(!is_ready(b"STOPPING=1"));
    }
}
