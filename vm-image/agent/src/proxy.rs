//! dockerd's `userland-proxy-path` program: stands behind one published port.
//!
//! It has the host bind the port and reports the outcome to dockerd, which
//! fails the container's start with our message; then it serves the port for
//! clients inside the guest until dockerd ends it. Flags, descriptors and
//! answers are those of Moby's `cmd/docker-proxy`.
mod flags;
mod relay;

use std::{
    fs::File,
    io::{self, Write as _},
    os::fd::{FromRawFd as _, OwnedFd},
    process::ExitCode,
    time::Duration,
};

use anyhow::Context as _;
use berth_link::{
    frame,
    proto::{ExposeReply, Transport},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::UnixStream,
    signal::unix::{SignalKind, signal},
    time::timeout,
};

use self::flags::{Flags, parse};
use crate::expose;

/// Where dockerd reads the outcome.
const STATUS: i32 = 3;
/// Where dockerd leaves the bound socket.
const LISTENER: i32 = 4;

/// How long the agent may take to answer. dockerd waits for 16 s and then
/// forgets this process without ending it.
const PATIENCE: Duration = Duration::from_secs(15);

/// Runs as docker-proxy.
pub(crate) fn main(arguments: &[String]) -> ExitCode {
    // SAFETY: dockerd passes its pipe as this descriptor, and nothing else here
    // knows of it.
    let mut status = unsafe { File::from_raw_fd(STATUS) };
    match run(arguments, &mut status) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // dockerd that went away needs no answer.
            let _ = status.write_all(format!("1\n{error}").as_bytes());
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String], status: &mut File) -> anyhow::Result<()> {
    let flags = parse(arguments)?;
    // SAFETY: as for the status; the flag says that it is there.
    let listener = flags
        .use_listener
        .then(|| unsafe { OwnedFd::from_raw_fd(LISTENER) });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async { publish(&flags, listener, status).await })
}

async fn publish(
    flags: &Flags,
    listener: Option<OwnedFd>,
    status: &mut File,
) -> anyhow::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut agent = UnixStream::connect(expose::SOCKET).await?;
    frame::write(&mut agent, &flags.port).await?;
    let answer = timeout(PATIENCE, frame::read(&mut agent)).await;
    if let ExposeReply::Refused { message } = answer.context("the agent does not answer")?? {
        anyhow::bail!(message);
    }
    status.write_all(b"0\n")?;
    // dockerd reads on until every copy of the pipe is closed.
    *status = File::open("/dev/null")?;
    let guest_clients = async {
        let served = match (listener, flags.port.transport) {
            (None, _) => Ok(()),
            (Some(fd), Transport::Tcp) => relay::tcp(fd, flags.port.target).await,
            (Some(fd), Transport::Udp) => relay::udp(fd, flags.port.target).await,
        };
        // The port's life on the host does not hang on the guest's own clients.
        let _: io::Result<()> = served;
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = guest_clients => {}
        // dockerd stops its proxies by this signal, and the kernel ends those of
        // a dockerd that died by another one: only the first is the port's end.
        _ = interrupt.recv() => agent.write_u8(0).await?,
        // PID 1 does not go away, and its socket is made once.
        _ = agent.read_u8() => {}
    }
    Ok(())
}
