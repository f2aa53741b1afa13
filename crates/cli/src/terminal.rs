//! The terminal that this program runs in, for programs in the machine.
use std::{
    io::{self, IsTerminal},
    thread,
};

use rustix::{
    stdio,
    termios::{self, OptionalActions, Termios},
};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc,
};

/// Input and output are both terminals.
pub(crate) fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Columns and rows.
pub(crate) fn size() -> Option<(u16, u16)> {
    let size = termios::tcgetwinsize(stdio::stdout()).ok()?;
    (size.ws_col > 0).then_some((size.ws_col, size.ws_row))
}

/// Reports every change of the size.
pub(crate) fn resizes() -> io::Result<Signal> {
    signal(SignalKind::window_change())
}

/// Keys reach the program as they are pressed, until this is dropped.
#[derive(Debug)]
pub(crate) struct RawMode {
    before: Termios,
}

impl RawMode {
    /// Begins.
    pub(crate) fn begin() -> io::Result<Self> {
        let before = termios::tcgetattr(stdio::stdin())?;
        let mut raw = before.clone();
        raw.make_raw();
        termios::tcsetattr(stdio::stdin(), OptionalActions::Now, &raw)?;
        Ok(Self { before })
    }
}

impl Drop for RawMode {
    fn drop(&mut self) {
        // The terminal is gone if this fails, and nobody is left to be told.
        let _ = termios::tcsetattr(stdio::stdin(), OptionalActions::Now, &self.before);
    }
}

/// Standard input in pieces, an empty one at its end.
///
/// Read by a thread of its own: a read of a terminal can't be cancelled, and
/// the program ends without waiting for this thread.
pub(crate) fn input(piece: usize) -> mpsc::Receiver<Vec<u8>> {
    let (send, receive) = mpsc::channel(4);
    thread::spawn(move || {
        let mut buffer = vec![0; piece];
        loop {
            let count = match rustix::io::read(stdio::stdin(), &mut buffer) {
                Ok(count) => count,
                Err(rustix::io::Errno::INTR) => continue,
                Err(_) => 0,
            };
            let bytes = buffer[..count].to_vec();
            if send.blocking_send(bytes).is_err() || count == 0 {
                return;
            }
        }
    });
    receive
}
