//! Programs that the host runs in the guest: for rescue, and for a look around.
use std::{
    io,
    os::{fd::OwnedFd, unix::process::CommandExt as _},
    process::{Command, Stdio},
};

use berth_link::{
    exec::{self, CHUNK},
    proto::{ExecFrame, ExecRequest},
};
use rustix::{
    process::{Pid, Signal, kill_process_group},
    pty::OpenptFlags,
    termios::{Winsize, tcsetwinsize},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::unix::pipe,
    sync::mpsc,
};

use crate::{agent::Agent, engine::daemon::PATH};

mod terminal;
use terminal::Terminal;

/// Frames that a slow host may be behind.
const BEHIND: usize = 8;

/// The program's ends that we hold.
struct Ends {
    input: Input,
    output: Vec<(Output, Kind)>,
}

type Output = Box<dyn AsyncRead + Send + Unpin>;
type Kind = fn(Vec<u8>) -> ExecFrame;

enum Input {
    Pipe(Option<pipe::Sender>),
    Terminal(Terminal),
}

/// Kills the program and what it started when the host goes away.
struct Leash(Pid);

impl Drop for Leash {
    fn drop(&mut self) {
        // A group that is gone is what we want.
        let _ = kill_process_group(self.0, Signal::HUP);
        let _ = kill_process_group(self.0, Signal::KILL);
    }
}

/// Runs the program to its end, or until the host ends the stream.
///
/// # Errors
/// When the stream fails.
pub(super) async fn serve(
    agent: &Agent,
    mut stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    request: ExecRequest,
) -> io::Result<()> {
    let mut command = command(&request);
    let started = wire(&mut command, &request).and_then(|ends| {
        let running = agent.children.spawn(&mut command)?;
        Ok((ends, running))
    });
    // It holds the program's ends, and we would never see them closed.
    drop(command);
    let (ends, running) = match started {
        Ok(started) => started,
        Err(error) => {
            let program = request.argv.first().map_or("sh", String::as_str);
            let failed = ExecFrame::Failed(format!("can't run {program}: {error}"));
            exec::write(&mut stream, &failed).await?;
            return stream.shutdown().await;
        }
    };
    let leash = Leash(running.pid);
    let (from_host, to_host) = tokio::io::split(stream);
    let (frames, queue) = mpsc::channel(BEHIND);
    let mut exit = running.exit;
    let Ends { input, output } = ends;
    let reading = async {
        let pumps: Vec<_> = output
            .into_iter()
            .map(|(from, kind)| tokio::spawn(pump(from, kind, frames.clone())))
            .collect();
        let code = (&mut exit).await.unwrap_or(-1);
        // The end of the program is the end of the session; children of it
        // that keep its output open are not waited for.
        drop(leash);
        for pump in pumps {
            let _ = pump.await;
        }
        let _ = frames.send(ExecFrame::Exit(code)).await;
        drop(frames);
    };
    let writing = send(queue, to_host);
    tokio::select! {
        ((), sent) = async { tokio::join!(reading, writing) } => sent,
        gone = receive(from_host, input) => gone,
    }
}

fn command(request: &ExecRequest) -> Command {
    let mut command = match request.argv.split_first() {
        Some((program, arguments)) => {
            let mut command = Command::new(program);
            command.args(arguments);
            command
        }
        None => {
            let mut command = Command::new("/bin/sh");
            command.arg("-l");
            command
        }
    };
    command
        .env_clear()
        .env("PATH", PATH)
        .env("HOME", "/root")
        .env("LANG", "C.UTF-8");
    if request.tty {
        command.env("TERM", "xterm-256color");
    }
    command.envs(&request.env).current_dir("/root");
    command
}

fn wire(command: &mut Command, request: &ExecRequest) -> io::Result<Ends> {
    if request.tty {
        return wire_terminal(command, request.size);
    }
    let (input, to) = io::pipe()?;
    let (stdout, to_stdout) = io::pipe()?;
    let (stderr, to_stderr) = io::pipe()?;
    command
        .stdin(input)
        .stdout(to_stdout)
        .stderr(to_stderr)
        .process_group(0);
    let receiver = |pipe: io::PipeReader| pipe::Receiver::from_owned_fd(pipe.into()).map(Box::new);
    Ok(Ends {
        input: Input::Pipe(Some(pipe::Sender::from_owned_fd(to.into())?)),
        output: vec![
            (receiver(stdout)?, ExecFrame::Stdout),
            (receiver(stderr)?, ExecFrame::Stderr),
        ],
    })
}

fn wire_terminal(command: &mut Command, size: (u16, u16)) -> io::Result<Ends> {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let ours = rustix::pty::openpt(flags)?;
    rustix::pty::unlockpt(&ours)?;
    let theirs: OwnedFd = rustix::pty::ioctl_tiocgptpeer(&ours, flags)?;
    if size != (0, 0) {
        resize(&ours, size)?;
    }
    command.stdin(Stdio::from(theirs.try_clone()?));
    command
        .stdout(Stdio::from(theirs.try_clone()?))
        .stderr(Stdio::from(theirs));
    let own_session = || {
        rustix::process::setsid()?;
        rustix::process::ioctl_tiocsctty(rustix::stdio::stdin())?;
        Ok(())
    };
    // SAFETY: two system calls, which are all that may happen here.
    unsafe { command.pre_exec(own_session) };
    let terminal = Terminal::new(ours)?;
    Ok(Ends {
        input: Input::Terminal(terminal.clone()),
        output: vec![(Box::new(terminal), ExecFrame::Stdout)],
    })
}

fn resize(terminal: &OwnedFd, (columns, rows): (u16, u16)) -> io::Result<()> {
    let size = Winsize {
        ws_col: columns,
        ws_row: rows,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    Ok(tcsetwinsize(terminal, size)?)
}

async fn pump(mut from: Output, kind: Kind, to: mpsc::Sender<ExecFrame>) {
    let mut buffer = vec![0; CHUNK];
    // A terminal whose other end was closed fails instead of ending.
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if to.send(kind(buffer[..length].to_vec())).await.is_err() {
            return;
        }
    }
}

async fn send(
    mut frames: mpsc::Receiver<ExecFrame>,
    mut host: impl AsyncWrite + Unpin,
) -> io::Result<()> {
    while let Some(frame) = frames.recv().await {
        exec::write(&mut host, &frame).await?;
    }
    host.shutdown().await
}

/// Passes on what the host sends. Its end of the stream is not the end of the
/// program: only a failure is.
async fn receive(mut host: impl AsyncRead + Unpin, mut input: Input) -> io::Result<()> {
    while let Some(frame) = exec::read(&mut host).await? {
        match (frame, &mut input) {
            (ExecFrame::Stdin(bytes), Input::Pipe(pipe)) if bytes.is_empty() => *pipe = None,
            (ExecFrame::Stdin(bytes), Input::Pipe(Some(pipe))) => {
                // A program may end its input before we do.
                let _ = pipe.write_all(&bytes).await;
            }
            (ExecFrame::Stdin(bytes), Input::Terminal(terminal)) => {
                let _ = terminal.write_all(&bytes).await;
            }
            (ExecFrame::Resize(columns, rows), Input::Terminal(terminal)) => {
                let _ = terminal.resize((columns, rows));
            }
            _ => {}
        }
    }
    drop(input);
    std::future::pending().await
}

#[cfg(test)]
mod tests;
