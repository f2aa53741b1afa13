//! Starts the daemon when it does not run, and waits until it answers.
//!
//! The daemon gets one end of a pipe (`--ready-fd`): one line on it says that
//! the socket answers or why the daemon can't start, and its end without a
//! line says that the daemon died. So nothing is polled, but for one case:
//! another client started the daemon at the same moment.
use std::{
    env,
    ffi::{OsStr, OsString},
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    time::Duration,
};

use berth_model::home::Home;
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::Child,
    time::{Instant, sleep, timeout},
};

use super::{
    Client, ClientError,
    launch::{is_executable, launch, prepare},
};
use crate::{
    READY_LINE,
    error::{ApiError, ErrorCode},
    wire::MAX_LINE,
};

/// How long the daemon may take until its socket answers; it only has to take
/// its lock, bind and read its settings, the machine starts later.
const READY_TIMEOUT: Duration = Duration::from_secs(30);
/// First pause while another client's daemon starts, doubled up to 200 ms.
const RETRY_PAUSE: Duration = Duration::from_millis(10);
/// How much of the daemon's output an error shows.
const TAIL_LINES: usize = 20;
const TAIL_BYTES: u64 = 16 << 10;

/// How long another daemon that holds the lock may be silent before ours is
/// started again: one that was killed lets go of it a moment after it has died.
const ANOTHER_TIMEOUT: Duration = Duration::from_millis(500);

/// Starts the daemon of `home` and connects to it.
pub(super) async fn spawn_and_connect(home: &Home) -> Result<Client, ClientError> {
    let deadline = Instant::now() + READY_TIMEOUT;
    loop {
        match spawn_once(home).await? {
            Spawned::Ours(client) => return Ok(client),
            Spawned::Silent(output) if Instant::now() >= deadline => {
                return Err(ClientError::Late {
                    seconds: READY_TIMEOUT.as_secs(),
                    output,
                });
            }
            Spawned::Silent(_) => {}
        }
    }
}

/// What became of one start.
enum Spawned {
    /// A daemon answers, ours or one that was faster.
    Ours(Client),
    /// Another holds the lock and does not answer; the output of ours.
    Silent(Vec<String>),
}

async fn spawn_once(home: &Home) -> Result<Spawned, ClientError> {
    let program = daemon_program().ok_or(ClientError::DaemonMissing)?;
    let output = prepare(home).map_err(|source| ClientError::Spawn {
        what: format!("its folder '{}'", home.root().display()),
        source,
    })?;
    let start = output.metadata().map_or(0, |meta| meta.len());
    let (child, ready) = launch(&program, home, output).map_err(|source| ClientError::Spawn {
        what: format!("'{}'", program.display()),
        source,
    })?;
    let tail = || tail(&home.daemon_output(), start);
    match timeout(READY_TIMEOUT, read_line(ready)).await {
        Err(_) => Err(ClientError::Late {
            seconds: READY_TIMEOUT.as_secs(),
            output: tail(),
        }),
        Ok(line) => match verdict(&line) {
            Verdict::Ready => Client::connect(&home.control_socket())
                .await
                .map(Spawned::Ours),
            Verdict::Another => match connect_to_another(&home.control_socket()).await? {
                Some(client) => Ok(Spawned::Ours(client)),
                None => Ok(Spawned::Silent(tail())),
            },
            Verdict::Refused(error) => Err(error.into()),
            Verdict::Died => Err(ClientError::Died {
                status: exit_status(child).await,
                output: tail(),
            }),
        },
    }
}

/// What the daemon's pipe said.
#[derive(Debug, PartialEq)]
enum Verdict {
    Ready,
    Another,
    Refused(ApiError),
    Died,
}

fn verdict(line: &[u8]) -> Verdict {
    if line == READY_LINE.as_bytes() {
        return Verdict::Ready;
    }
    match serde_json::from_slice::<ApiError>(line) {
        Ok(error) if error.code == ErrorCode::AlreadyRunning => Verdict::Another,
        Ok(error) => Verdict::Refused(error),
        Err(_) => Verdict::Died,
    }
}

/// The daemon that another client started, `None` if it is silent for long.
async fn connect_to_another(socket: &Path) -> Result<Option<Client>, ClientError> {
    let deadline = Instant::now() + ANOTHER_TIMEOUT;
    let mut pause = RETRY_PAUSE;
    loop {
        match Client::connect(socket).await {
            Err(error) if error.is_absent() && Instant::now() < deadline => {}
            Err(error) if error.is_absent() => return Ok(None),
            other => return other.map(Some),
        }
        sleep(pause).await;
        pause = (pause * 2).min(Duration::from_millis(200));
    }
}

/// The daemon's program: `$BERTHD`, else `berthd` beside this program, else the
/// one on `PATH`.
pub fn daemon_program() -> Option<PathBuf> {
    let exe = env::current_exe().ok();
    let path = env::var_os("PATH");
    find_daemon(env::var_os("BERTHD"), exe.as_deref(), path.as_deref())
}

fn find_daemon(
    named: Option<OsString>,
    exe: Option<&Path>,
    path: Option<&OsStr>,
) -> Option<PathBuf> {
    if let Some(named) = named.filter(|named| !named.is_empty()) {
        return Some(named.into());
    }
    let beside = exe.and_then(Path::parent).map(Path::to_owned);
    let folders = path.unwrap_or_else(|| OsStr::new(""));
    let mut candidates = beside
        .into_iter()
        .chain(env::split_paths(folders))
        .map(|folder| folder.join("berthd"));
    candidates.find(|file| is_executable(file))
}

async fn read_line(ready: impl AsyncRead + Unpin) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut ready = ready.take(MAX_LINE as u64);
    while !bytes.contains(&b'\n') {
        // A pipe that can't be read is as good as one that has ended.
        if !matches!(ready.read_buf(&mut bytes).await, Ok(count) if count > 0) {
            break;
        }
    }
    bytes
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or(&[])
        .to_vec()
}

async fn exit_status(mut child: Child) -> Option<std::process::ExitStatus> {
    // It has closed its pipe, so this is a matter of moments unless the
    // program is something else altogether.
    let ended = timeout(Duration::from_secs(1), child.wait()).await;
    ended.ok().and_then(Result::ok)
}

fn tail(path: &Path, start: u64) -> Vec<String> {
    let Ok(mut file) = File::open(path) else {
        return Vec::new();
    };
    let length = file.metadata().map_or(0, |meta| meta.len());
    let from = start.min(length).max(length.saturating_sub(TAIL_BYTES));
    let mut bytes = Vec::new();
    if file.seek(SeekFrom::Start(from)).is_err() || file.read_to_end(&mut bytes).is_err() {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    let skipped = lines.len().saturating_sub(TAIL_LINES);
    lines[skipped..]
        .iter()
        .map(|line| (*line).to_owned())
        .collect()
}

#[cfg(test)]
mod tests;
