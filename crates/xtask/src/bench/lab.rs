//! A Berth of a chore's own: a home in a temporary folder, stopped at the end.
use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use berth_model::home::Home;
use tempfile::TempDir;

use super::http::{Connection, Endpoint};
use crate::{
    clients,
    programs::{self, Programs},
    run::link_image,
    setup::which,
};

/// How long a machine may take to answer; emulation on a busy host is slow.
pub(crate) const PATIENCE: Duration = Duration::from_secs(600);

/// Pause between two attempts to get an answer.
const AGAIN: Duration = Duration::from_millis(20);

/// A Berth of a chore's own.
#[derive(Debug)]
pub(crate) struct Lab {
    runs: bool,
    client: PathBuf,
    programs: Programs,
    home: Home,
    folder: TempDir,
}

impl Lab {
    /// Prepares a home with the image in `image`; nothing runs yet.
    pub(crate) fn new(programs: Programs, image: &Path) -> Result<Self> {
        // Sockets need a short path, which the build folder may not have.
        let folder = tempfile::Builder::new().prefix("berth-lab").tempdir()?;
        let home = Home::at(folder.path().join("home"))?;
        link_image(&home, image)?;
        let client = match which("docker") {
            Some(found) => found,
            None => clients::ensure(image)?.join("docker"),
        };
        Ok(Self {
            runs: false,
            client,
            programs,
            home,
            folder,
        })
    }

    /// Writes the settings file; holds from the next start on.
    pub(crate) fn configure(&self, settings: &str) -> Result<()> {
        fs::write(self.home.config_file(), settings).context("writing the settings")
    }

    /// A folder for files that end with the lab.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The forwarded socket.
    pub(crate) fn socket(&self) -> PathBuf {
        self.home.docker_socket()
    }

    /// The forwarded socket, as something to connect to.
    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint::Unix(self.socket())
    }

    /// Starts daemon and machine, with `extra` arguments for QEMU, and says how
    /// long it took until the engine answered.
    pub(crate) fn start(&mut self, extra: &str) -> Result<Duration> {
        let start = Instant::now();
        self.runs = true;
        let mut berth = self.berth();
        berth
            .args(["start", "--no-wait"])
            .env("BERTHD", &self.programs.daemon)
            .env("BERTH_QEMU_EXTRA_ARGS", extra)
            .stdout(Stdio::null());
        programs::run(&mut berth).with_context(|| self.logs())?;
        wait_for_engine(&self.endpoint(), PATIENCE).with_context(|| self.logs())?;
        Ok(start.elapsed())
    }

    /// Stops the machine in order, and the daemon.
    pub(crate) fn stop(&mut self) -> Result<()> {
        self.end(&["stop", "--quit", "--grace", "5"])
    }

    fn end(&mut self, arguments: &[&str]) -> Result<()> {
        if !std::mem::take(&mut self.runs) {
            return Ok(());
        }
        programs::run(self.berth().args(arguments).stdout(Stdio::null()))
    }

    fn berth(&self) -> Command {
        let mut berth = Command::new(&self.programs.cli);
        berth
            .env("BERTH_HOME", self.home.root())
            .env("DOCKER_CONFIG", self.folder.path().join("docker"));
        berth
    }

    /// A command that runs `argv` in the guest itself, with no terminal.
    pub(crate) fn in_guest(&self, argv: &[&str]) -> Command {
        let mut command = self.berth();
        command.args(["exec-in-vm", "-T", "--"]).args(argv);
        command
    }

    /// Runs a shell script in the guest and gives what it printed.
    pub(crate) fn script(&self, script: &str) -> Result<String> {
        output(
            self.in_guest(&["/bin/sh", "-ec", script])
                .stdin(Stdio::null()),
        )
    }

    /// A `docker` command for the engine at `endpoint`.
    pub(crate) fn docker_at(&self, endpoint: &Endpoint) -> Command {
        let mut docker = Command::new(&self.client);
        docker
            .env("DOCKER_HOST", endpoint.to_string())
            .env_remove("DOCKER_CONTEXT")
            .env("DOCKER_CONFIG", self.folder.path().join("docker"));
        docker
    }

    /// Runs `docker` over the forwarded socket and gives what it printed.
    pub(crate) fn docker(&self, arguments: &[&str]) -> Result<String> {
        let mut docker = self.docker_at(&self.endpoint());
        output(docker.args(arguments).stdin(Stdio::null()))
    }

    /// The command line of the machine's QEMU.
    pub(crate) fn qemu_arguments(&self) -> Result<Vec<String>> {
        let mark = self.home.qmp_socket().display().to_string();
        let processes = fs::read_dir("/proc")?.filter_map(|entry| {
            let line = fs::read(entry.ok()?.path().join("cmdline")).ok()?;
            let text = String::from_utf8_lossy(&line).into_owned();
            Some(text.split('\0').map(str::to_owned).collect::<Vec<_>>())
        });
        let is_ours = |line: &Vec<String>| {
            line.iter().any(|argument| argument.contains(&mark)) && line[0].contains("qemu-system")
        };
        let found = { processes }.find(is_ours);
        found.context("the machine's QEMU is not among the processes")
    }

    /// The ends of the logs, for whoever reads the output of a failed run.
    fn logs(&self) -> String {
        let end = |path: PathBuf| {
            let text = fs::read_to_string(&path).unwrap_or_default();
            let lines: Vec<&str> = text.lines().collect();
            let newest = lines[lines.len().saturating_sub(20)..].join("\n");
            format!("the end of {}:\n{newest}\n", path.display())
        };
        end(self.home.daemon_log()) + &end(self.home.console_log())
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        if let Err(error) = self.end(&["stop", "--quit", "--force"]) {
            println!("   the machine could not be stopped: {error:#}");
        }
    }
}

/// Waits until an engine answers `/_ping`.
pub(crate) fn wait_for_engine(endpoint: &Endpoint, patience: Duration) -> Result<()> {
    let deadline = Instant::now() + patience;
    loop {
        let answer = Connection::open(endpoint, Duration::from_secs(30))
            .and_then(|mut connection| connection.get("/_ping"));
        match answer {
            Ok(200) => return Ok(()),
            Ok(_) | Err(_) if Instant::now() < deadline => std::thread::sleep(AGAIN),
            Ok(status) => bail!("{endpoint} still answers with {status}"),
            Err(error) => return Err(error.context(format!("{endpoint} does not answer"))),
        }
    }
}

/// What a command printed.
///
/// # Errors
/// When it can't be started, or fails; then with what it complained of.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let Output {
        status,
        stdout,
        stderr,
    } = command
        .output()
        .with_context(|| format!("starting {command:?}"))?;
    let errors = String::from_utf8_lossy(&stderr);
    ensure!(status.success(), "{command:?} failed: {}", errors.trim());
    Ok(String::from_utf8_lossy(&stdout).trim().to_owned())
}

/// Addresses on the loopback that nobody uses, all different.
pub(crate) fn free_addresses<const N: usize>() -> Result<[SocketAddr; N]> {
    let listeners = (0..N).map(|_| TcpListener::bind("127.0.0.1:0"));
    let listeners: Vec<_> = listeners.collect::<Result<_, _>>()?;
    let addresses = listeners.iter().map(TcpListener::local_addr);
    let addresses: Vec<_> = addresses.collect::<Result<_, _>>()?;
    addresses.try_into().ok().context("as many as asked for")
}
