//! Starts the daemon when it does not run, and waits until it answers.
//!
//! The daemon gets one end of a pipe (`--ready-fd`): one line on it says that
//! the socket answers or why the daemon can't start, and its end without a
//! line says that the daemon died. So nothing is polled, but for one case:
//! another client started the daemon at the same moment.
use std::{
    env,
    ffi::{OsStr, OsString},
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom},
    os::{
        fd::{AsRawFd, BorrowedFd, OwnedFd},
        unix::fs::{DirBuilderExt, PermissionsExt},
    },
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use berth_model::home::Home;
use tokio::{
    io::AsyncReadExt,
    net::unix::pipe,
    process::{Child, Command},
    time::{Instant, sleep, timeout},
};

use super::{Client, ClientError};
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
/// The output file is emptied beyond this size, in bytes.
const OUTPUT_MAX: u64 = 1 << 20;

/// Starts the daemon of `home` and connects to it.
pub(super) async fn spawn_and_connect(home: &Home) -> Result<Client, ClientError> {
    let program = find_daemon(
        env::var_os("BERTHD"),
        env::current_exe().ok().as_deref(),
        env::var_os("PATH").as_deref(),
    )
    .ok_or(ClientError::DaemonMissing)?;
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
            Verdict::Ready => Client::connect(&home.control_socket()).await,
            Verdict::Another => connect_to_another(home, tail).await,
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

async fn connect_to_another(
    home: &Home,
    tail: impl Fn() -> Vec<String>,
) -> Result<Client, ClientError> {
    let deadline = Instant::now() + READY_TIMEOUT;
    let mut pause = RETRY_PAUSE;
    loop {
        match Client::connect(&home.control_socket()).await {
            Err(ClientError::Unreachable { .. }) if Instant::now() < deadline => {}
            Err(ClientError::Unreachable { .. }) => {
                return Err(ClientError::Late {
                    seconds: READY_TIMEOUT.as_secs(),
                    output: tail(),
                });
            }
            other => return other,
        }
        sleep(pause).await;
        pause = (pause * 2).min(Duration::from_millis(200));
    }
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

fn is_executable(file: &Path) -> bool {
    file.metadata()
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

fn prepare(home: &Home) -> io::Result<File> {
    let mut private = fs::DirBuilder::new();
    private.recursive(true).mode(0o700);
    private.create(home.root())?;
    private.create(home.run_dir())?;
    private.create(home.logs_dir())?;
    let path = home.daemon_output();
    let output = File::options().create(true).append(true).open(path)?;
    if output.metadata()?.len() > OUTPUT_MAX {
        output.set_len(0)?;
    }
    Ok(output)
}

fn launch(program: &Path, home: &Home, output: File) -> io::Result<(Child, pipe::Receiver)> {
    let (reader, writer) = io::pipe()?;
    let writer = OwnedFd::from(writer);
    let number = writer.as_raw_fd();
    let mut command = Command::new(program);
    command
        .arg("--ready-fd")
        .arg(number.to_string())
        .env("BERTH_HOME", home.root())
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output);
    // SAFETY: between fork and exec only async-signal-safe calls are allowed.
    // These are two plain system calls that allocate nothing, and `number` is
    // open in the child, which is a copy of this process holding `writer`.
    unsafe {
        command.pre_exec(move || {
            rustix::process::setsid()?;
            let inherited = BorrowedFd::borrow_raw(number);
            rustix::io::fcntl_setfd(inherited, rustix::io::FdFlags::empty())?;
            Ok(())
        });
    }
    let child = command.spawn()?;
    drop(writer);
    Ok((child, pipe::Receiver::from_owned_fd(reader.into())?))
}

async fn read_line(ready: pipe::Receiver) -> Vec<u8> {
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
