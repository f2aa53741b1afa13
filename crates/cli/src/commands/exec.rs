//! `berth exec-in-vm` and `berth shell`: a program in the machine, with this
//! terminal or these pipes.
use std::io::{self, Write};

use berth_api::{
    call::Exec,
    client::ExecSession,
    exec::{CHUNK, ExecFrame, read, write},
};
use tokio::signal::unix::Signal;

use super::Context;
use crate::{
    args::ExecArgs,
    failure::{FAILED, Failure, NOT_RUNNING},
    session,
    terminal::{self, RawMode},
};

/// What a shell reports of a program that it can't find.
const NOT_STARTED: i32 = 127;

/// Opens a login shell.
pub(crate) async fn shell(context: &Context<'_>) -> Result<i32, Failure> {
    let exec = Exec {
        tty: terminal::is_interactive(),
        ..Exec::default()
    };
    run(context, exec).await
}

/// Runs a program.
pub(crate) async fn exec(context: &Context<'_>, args: ExecArgs) -> Result<i32, Failure> {
    let interactive = terminal::is_interactive();
    let exec = Exec {
        argv: args.argv,
        env: args.env.into_iter().collect(),
        tty: args.tty || (interactive && !args.no_tty),
        size: (0, 0),
    };
    run(context, exec).await
}

async fn run(context: &Context<'_>, mut exec: Exec) -> Result<i32, Failure> {
    let client = session::connect(&context.home)
        .await
        .map_err(|error| match error {
            absent if absent.is_absent() => {
                Failure::new(NOT_RUNNING, "Berth is not running").hint("run 'berth start'")
            }
            other => other.into(),
        })?;
    let tty = exec.tty;
    if tty {
        exec.size = terminal::size().unwrap_or((80, 24));
        if let Ok(term) = std::env::var("TERM") {
            exec.env.entry("TERM".to_owned()).or_insert(term);
        }
    }
    let session = client.exec(exec).await?;
    // Only when it runs: an error before would be told on a raw terminal.
    let raw = (tty && terminal::is_interactive()).then(RawMode::begin);
    let raw = raw.transpose()?;
    let resizes = terminal::resizes()?;
    let end = talk(session, resizes, tty).await;
    drop(raw);
    end
}

async fn talk(session: ExecSession, mut resizes: Signal, tty: bool) -> Result<i32, Failure> {
    let ExecSession {
        read: mut from,
        write: mut to,
    } = session;
    let mut input = terminal::input(CHUNK);
    let sending = async move {
        loop {
            let frame = tokio::select! {
                Some(bytes) = input.recv() => ExecFrame::Stdin(bytes),
                Some(()) = resizes.recv(), if tty => match terminal::size() {
                    Some((columns, rows)) => ExecFrame::Resize(columns, rows),
                    None => continue,
                },
                else => break,
            };
            if write(&mut to, &frame).await.is_err() {
                break;
            }
        }
        // The program may go on without input; dropping `to` would end it.
        std::future::pending::<()>().await;
    };
    let receiving = async move {
        while let Some(frame) = read(&mut from).await? {
            if let Some(end) = take(frame)? {
                return Ok(end);
            }
        }
        Ok(End::Cut)
    };
    let end: io::Result<End> = tokio::select! {
        () = sending => Ok(End::Cut),
        end = receiving => end,
    };
    match end? {
        End::Code(code) => Ok(code),
        End::Failed(message) => Err(Failure::new(NOT_STARTED, message)),
        End::Cut => Err(Failure::new(FAILED, "the program's session was cut")
            .hint("run 'berth status' to see whether the machine still runs")),
    }
}

enum End {
    Code(i32),
    Failed(String),
    Cut,
}

fn take(frame: ExecFrame) -> io::Result<Option<End>> {
    match frame {
        ExecFrame::Stdout(bytes) => pass(&mut io::stdout().lock(), &bytes)?,
        ExecFrame::Stderr(bytes) => pass(&mut io::stderr().lock(), &bytes)?,
        ExecFrame::Exit(code) => return Ok(Some(End::Code(code))),
        ExecFrame::Failed(message) => return Ok(Some(End::Failed(message))),
        ExecFrame::Stdin(_) | ExecFrame::Resize(..) => {}
    }
    Ok(None)
}

fn pass(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    to.write_all(bytes)?;
    to.flush()
}
