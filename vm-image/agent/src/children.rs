//! Child processes, and the one place that waits for them.
//!
//! PID 1 inherits every orphan of the guest, so it must wait for any process,
//! and a wait for any would steal the exit of a known child from whoever else
//! waited for that. Hence one reaper, and a table of who wants to know.
use std::{
    collections::HashMap,
    io,
    os::unix::process::CommandExt as _,
    process::{Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
};

use rustix::process::{Pid, Signal, WaitOptions, WaitStatus, wait};
use tokio::{
    io::AsyncReadExt as _,
    net::unix::pipe,
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};

/// Table of the children that somebody waits for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Children(Arc<Mutex<HashMap<i32, oneshot::Sender<i32>>>>);

/// A child that was started.
#[derive(Debug)]
pub(crate) struct Running {
    /// Its PID.
    pub(crate) pid: Pid,
    /// Its exit code, 128 + signal when it was killed.
    pub(crate) exit: oneshot::Receiver<i32>,
}

/// What a finished program left.
#[derive(Debug)]
pub(crate) struct Finished {
    /// Exit code, 128 + signal when it was killed.
    pub(crate) code: i32,
    /// Standard output and error, as they came.
    pub(crate) output: String,
}

impl Children {
    /// Starts a program.
    ///
    /// # Errors
    /// When it can't be started.
    pub(crate) fn spawn(&self, command: &mut Command) -> io::Result<Running> {
        // Held across the start: a child that ends at once must be in the table
        // before the reaper looks for it. A failing start waits for its child
        // inside the standard library; the lock keeps the reaper off that too.
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let child = command.spawn()?;
        let id = i32::try_from(child.id()).map_err(io::Error::other)?;
        let pid = Pid::from_raw(id).ok_or(io::ErrorKind::InvalidData)?;
        let (sender, exit) = oneshot::channel();
        table.insert(id, sender);
        Ok(Running { pid, exit })
    }

    /// Runs a program to its end and collects what it writes.
    ///
    /// # Errors
    /// When it can't be started.
    pub(crate) async fn run(&self, program: &str, arguments: &[&str]) -> io::Result<Finished> {
        let (read, write) = io::pipe()?;
        let mut command = Command::new(program);
        command
            .args(arguments)
            .stdin(Stdio::null())
            .process_group(0);
        command.stdout(write.try_clone()?).stderr(write);
        let running = self.spawn(&mut command)?;
        // The command holds the pipe's other end, and we would never see its end.
        drop(command);
        let mut output = Vec::new();
        let _ = pipe::Receiver::from_owned_fd(read.into())?
            .read_to_end(&mut output)
            .await;
        let code = running.exit.await.map_err(io::Error::other)?;
        let output = String::from_utf8_lossy(&output).trim().to_owned();
        Ok(Finished { code, output })
    }

    /// Waits for children until the runtime ends.
    ///
    /// # Errors
    /// When signals can't be received.
    pub(crate) async fn reap(self) -> io::Result<()> {
        let mut ended = signal(SignalKind::child())?;
        loop {
            self.collect();
            ended.recv().await;
        }
    }

    fn collect(&self) {
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while let Ok(Some((pid, status))) = wait(WaitOptions::NOHANG) {
            if let Some(owner) = table.remove(&pid.as_raw_pid()) {
                // Who dropped the receiver doesn't want to know.
                let _ = owner.send(code(status));
            }
        }
    }
}

impl Running {
    /// Sends a signal; one that ended already gets none.
    pub(crate) fn signal(&self, signal: Signal) {
        // Once the exit was sent, the number may be another's.
        if !self.exit.is_terminated() && self.exit.is_empty() {
            let _ = rustix::process::kill_process(self.pid, signal);
        }
    }
}

fn code(status: WaitStatus) -> i32 {
    match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => code,
        (None, Some(signal)) => 128 + signal,
        (None, None) => -1,
    }
}

#[cfg(test)]
mod tests;
