//! Docker's own programs: where they are, and how they are run.
//!
//! They are found by the daemon itself, since one that a desktop started may
//! have a poor `PATH`, and run in a process group of their own, so that a cancel
//! reaches what they started too.
use std::{
    env,
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use berth_api::error::{ApiError, ErrorCode};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::{Child, Command},
    sync::mpsc,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::sys;

/// Folders that Docker's client looks for plugins in, besides the user's own
/// (docker/cli, `cli-plugins/manager`).
const PLUGIN_FOLDERS: [&str; 4] = [
    "/usr/local/lib/docker/cli-plugins",
    "/usr/local/libexec/docker/cli-plugins",
    "/usr/lib/docker/cli-plugins",
    "/usr/libexec/docker/cli-plugins",
];

/// Longest line that is read from a program, in bytes. `BuildKit` reports a step's
/// output in pieces of this order.
const LINE: usize = 4 << 20;

/// How long a program may take to end in order.
const GRACE: Duration = Duration::from_secs(10);

/// Docker's programs of this host.
#[derive(Debug, Clone)]
pub(crate) struct Programs {
    /// Looked at before any other place.
    first: Vec<PathBuf>,
    /// `DOCKER_HOST` of what is run.
    host: String,
}

/// A line that a program wrote.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) stderr: bool,
    pub(crate) text: String,
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Done,
    /// With this code, or by a signal.
    Failed(Option<i32>),
}

impl Programs {
    pub(crate) fn new(socket: &Path, more: Vec<PathBuf>) -> Self {
        Self {
            first: more,
            host: format!("unix://{}", socket.display()),
        }
    }

    /// A plugin of Docker's client, which runs by itself too.
    ///
    /// # Errors
    /// When it is not installed, with the command that does.
    pub(crate) fn plugin(&self, name: &str) -> Result<PathBuf, ApiError> {
        let own = docker_folder().map(|folder| folder.join("cli-plugins"));
        let plugins = own.into_iter().chain(PLUGIN_FOLDERS.map(PathBuf::from));
        let first = self.first.iter().cloned();
        let mut files = first
            .chain(plugins)
            .chain(path_folders())
            .map(|folder| folder.join(name));
        files
            .find(|file| sys::is_executable(file))
            .ok_or_else(|| missing(name))
    }

    /// A program on the `PATH`, or in the user's own folder of programs.
    pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
        let mut files = path_folders().map(|folder| folder.join(name));
        files.find(|file| sys::is_executable(file))
    }

    /// A command that talks to our engine and to no other.
    pub(crate) fn command<S: AsRef<OsStr>>(
        &self,
        program: &Path,
        arguments: impl IntoIterator<Item = S>,
    ) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env("DOCKER_HOST", &self.host)
            .env_remove("DOCKER_CONTEXT")
            .env_remove("DOCKER_TLS_VERIFY")
            .env_remove("DOCKER_CERT_PATH")
            .env_remove("BUILDX_BUILDER")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

fn docker_folder() -> Option<PathBuf> {
    let named = env::var_os("DOCKER_CONFIG").filter(|folder| !folder.is_empty());
    named
        .map(PathBuf::from)
        .or_else(|| Some(env::home_dir()?.join(".docker")))
}

fn path_folders() -> impl Iterator<Item = PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let own = env::home_dir().map(|home| home.join(".local/bin"));
    let folders: Vec<PathBuf> = env::split_paths(&path).chain(own).collect();
    folders.into_iter()
}

fn missing(name: &str) -> ApiError {
    ApiError::new(
        ErrorCode::BackendMissing,
        format!("'{name}' is not installed"),
    )
    .with_hint("install Docker's programs with 'berth docker-cli install'")
}

/// Kills the group when whoever runs the program is gone.
struct Group(Option<u32>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(pid) = self.0 {
            sys::end_group(pid, true);
        }
    }
}

/// Runs a program to its end and gives each line as it comes. On `cancel` its
/// process group is asked to end, and killed when it does not.
///
/// # Errors
/// When it can't be started.
pub(crate) async fn run(
    mut command: Command,
    cancel: &CancellationToken,
    mut line: impl FnMut(Line),
) -> io::Result<End> {
    let mut child = command.process_group(0).kill_on_drop(true).spawn()?;
    let mut group = Group(child.id());
    let (sender, mut lines) = mpsc::channel(64);
    if let Some(stdout) = child.stdout.take() {
        tokio::spawn(read(stdout, false, sender.clone()));
    }
    if let Some(stderr) = child.stderr.take() {
        tokio::spawn(read(stderr, true, sender.clone()));
    }
    drop(sender);
    let status = loop {
        tokio::select! {
            biased;
            () = cancel.cancelled() => break end(&mut child, &group, &mut lines, &mut line).await?,
            next = lines.recv() => match next {
                Some(next) => line(next),
                // Both outputs are closed: it has ended, or is about to.
                None => break tokio::select! {
                    () = cancel.cancelled() => end(&mut child, &group, &mut lines, &mut line).await?,
                    status = child.wait() => status?,
                },
            },
        }
    };
    // What it left behind in its group goes too.
    if let Some(pid) = group.0.take() {
        sys::end_group(pid, true);
    }
    Ok(if status.success() {
        End::Done
    } else {
        End::Failed(status.code())
    })
}

async fn end(
    child: &mut Child,
    group: &Group,
    lines: &mut mpsc::Receiver<Line>,
    line: &mut impl FnMut(Line),
) -> io::Result<std::process::ExitStatus> {
    let Some(pid) = group.0 else {
        return child.wait().await;
    };
    sys::end_group(pid, false);
    let orderly = async {
        loop {
            tokio::select! {
                status = child.wait() => return status,
                Some(next) = lines.recv() => line(next),
            }
        }
    };
    if let Ok(status) = timeout(GRACE, orderly).await {
        return status;
    }
    sys::end_group(pid, true);
    child.wait().await
}

async fn read(from: impl AsyncRead + Unpin, stderr: bool, to: mpsc::Sender<Line>) {
    let mut from = BufReader::with_capacity(64 << 10, from);
    while let Ok(Some(bytes)) = read_line(&mut from, LINE).await {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if to.send(Line { stderr, text }).await.is_err() {
            return;
        }
    }
}

/// A line without its end; of one that is longer than `limit` the rest is
/// skipped. `None` at the end.
async fn read_line(
    from: &mut (impl AsyncBufReadExt + Unpin),
    limit: usize,
) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let mut any = false;
    loop {
        let buffer = from.fill_buf().await?;
        if buffer.is_empty() {
            break;
        }
        any = true;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let part = &buffer[..end.unwrap_or(buffer.len())];
        let room = limit.saturating_sub(line.len());
        line.extend_from_slice(&part[..part.len().min(room)]);
        let used = end.map_or(buffer.len(), |end| end + 1);
        from.consume(used);
        if end.is_some() {
            break;
        }
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(any.then_some(line))
}

#[cfg(test)]
pub(crate) mod fake {
    //! Programs that tests write.
    use std::{fs, os::unix::fs::PermissionsExt, path::Path};

    use super::Programs;

    /// A folder's `name` runs `script` with a POSIX shell.
    pub(crate) fn write(folder: &Path, name: &str, script: &str) -> Programs {
        let file = folder.join(name);
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        Programs::new(&folder.join("docker.sock"), vec![folder.to_owned()])
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use berth_api::error::ErrorCode;
    use tokio_util::sync::CancellationToken;

    use super::{End, Line, Programs, fake, read_line, run};

    #[tokio::test]
    async fn lines_of_both_outputs_arrive_and_the_exit_code_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let programs = fake::write(
            folder.path(),
            "it",
            "echo $DOCKER_HOST; echo bad >&2; exit 3",
        );
        let program = programs.plugin("it").unwrap();
        let mut lines = Vec::new();
        let command = programs.command(&program, [""; 0]);
        let end = run(command, &CancellationToken::new(), |line| lines.push(line)).await;
        assert_eq!(end.unwrap(), End::Failed(Some(3)));
        let line = |stderr, text: &str| Line {
            stderr,
            text: text.into(),
        };
        let socket = format!("unix://{}/docker.sock", folder.path().display());
        assert!(lines.contains(&line(false, &socket)), "{lines:?}");
        assert!(lines.contains(&line(true, "bad")));
    }

    #[tokio::test]
    async fn a_cancel_ends_the_whole_group() {
        let folder = tempfile::tempdir().unwrap();
        let script = "sh -c 'echo $$; exec sleep 1000' & wait";
        let programs = fake::write(folder.path(), "it", script);
        let command = programs.command(&programs.plugin("it").unwrap(), [""; 0]);
        let cancel = CancellationToken::new();
        let mut child = None;
        let end = run(command, &cancel, |line| {
            child = Some(line.text.parse::<u32>().unwrap());
            cancel.cancel();
        });
        assert_ne!(end.await.unwrap(), End::Done);
        // A killed orphan stays until init has collected it.
        let state = fs::read_to_string(format!("/proc/{}/stat", child.unwrap()));
        let gone = state.is_err() || state.is_ok_and(|stat| stat.contains(") Z "));
        assert!(gone || !still_there(child.unwrap()).await);
    }

    async fn still_there(pid: u32) -> bool {
        for _ in 0..1000 {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat"));
            if stat.is_err() || stat.is_ok_and(|stat| stat.contains(") Z ")) {
                return false;
            }
            tokio::task::yield_now().await;
        }
        true
    }

    #[test]
    fn a_missing_program_is_told_with_how_to_get_it() {
        let programs = Programs::new("/x".as_ref(), Vec::new());
        let error = programs.plugin("docker-nonesuch").unwrap_err();
        assert_eq!(error.code, ErrorCode::BackendMissing);
        assert!(error.hint.unwrap().contains("berth docker-cli install"));
    }

    #[tokio::test]
    async fn a_line_is_cut_at_the_limit_and_the_next_one_is_whole() {
        let mut from = &b"abcdefgh\r\n\nxy"[..];
        assert_eq!(read_line(&mut from, 4).await.unwrap().unwrap(), b"abcd");
        assert_eq!(read_line(&mut from, 4).await.unwrap().unwrap(), b"");
        assert_eq!(read_line(&mut from, 4).await.unwrap().unwrap(), b"xy");
        assert_eq!(read_line(&mut from, 4).await.unwrap(), None);
    }
}
