//! The agent's own log: lines to the serial console, which the host keeps in a
//! file and whose first bytes tell it that the guest lives, and to memory.
use std::{fs::File, io::Write as _, os::fd::AsFd as _};

use crate::log_ring::LogRing;

/// What the agent said.
pub(crate) static LOG: LogRing = LogRing::new();

/// Makes the console our standard input, output and error. The kernel does so
/// itself only when the initramfs holds a `/dev/console`.
pub(crate) fn open() {
    let Ok(console) = File::options().read(true).write(true).open("/dev/console") else {
        return;
    };
    // A failure leaves the descriptors as they were; there is nowhere to say so.
    let _ = rustix::stdio::dup2_stdin(console.as_fd());
    let _ = rustix::stdio::dup2_stdout(console.as_fd());
    let _ = rustix::stdio::dup2_stderr(console.as_fd());
}

/// Writes one line to the console and to [`LOG`].
pub(crate) fn line(text: &str) {
    LOG.push(text);
    // One write, so that lines of two threads don't mix.
    let _ = std::io::stderr().write_all(format!("berth: {text}\r\n").as_bytes());
}

/// Like `println!`, to the console and the agent's log.
macro_rules! say {
    ($($part:tt)*) => { $crate::console::line(&format!($($part)*)) };
}
pub(crate) use say;
