//! Programs on a terminal, as people run them.
use std::{
    fs::File,
    io::{Read as _, Write as _},
    os::fd::OwnedFd,
    os::unix::process::CommandExt as _,
    process::{Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
};

use rustix::{
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{Winsize, tcsetwinsize},
};

use crate::{process::Running, wait};

/// A program on a terminal of 100 columns and 30 rows.
#[derive(Debug)]
pub struct OnTerminal {
    program: Running,
    keyboard: File,
    screen: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl OnTerminal {
    /// Starts it.
    pub fn start(command: &mut Command) -> Self {
        let (ours, theirs) = pair();
        let end = || Stdio::from(theirs.try_clone().expect("a duplicate"));
        command.stdin(end()).stdout(end()).stderr(end());
        let become_controlling = || {
            rustix::process::setsid()?;
            rustix::process::ioctl_tiocsctty(rustix::stdio::stdin())?;
            Ok(())
        };
        // SAFETY: it makes two system calls and nothing else.
        unsafe { command.pre_exec(become_controlling) };
        let program = Running::start(command);
        // The screen ends when nobody else holds the other end.
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        drop(theirs);
        let screen = Arc::new(Mutex::new(Vec::new()));
        let mut from = File::from(ours.try_clone().expect("a duplicate"));
        let onto = Arc::clone(&screen);
        let reader = thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(length @ 1..) = from.read(&mut bytes) {
                let mut all = onto.lock().unwrap_or_else(PoisonError::into_inner);
                all.extend_from_slice(&bytes[..length]);
            }
        });
        Self {
            program,
            keyboard: File::from(ours),
            screen,
            reader: Some(reader),
        }
    }

    /// Types.
    pub fn write(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("typing");
    }

    /// Everything that was shown until now.
    pub fn screen(&self) -> String {
        let all = self.screen.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&all).into_owned()
    }

    /// Waits until this is shown.
    #[track_caller]
    pub fn expect(&self, text: &str) {
        let mut last = String::new();
        let shown = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            wait::until(text, wait::SOON, || {
                last = self.screen();
                last.contains(text)
            });
        }));
        assert!(shown.is_ok(), "{text:?} is not on the screen: {last:?}");
    }

    /// Waits for its end.
    pub fn finish(mut self) -> (ExitStatus, String) {
        let status = self.program.0.wait().expect("waiting for a program");
        if let Some(reader) = self.reader.take() {
            reader.join().expect("the reader doesn't panic");
        }
        (status, self.screen())
    }
}

fn pair() -> (OwnedFd, OwnedFd) {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC);
    let ours = ours.expect("a terminal");
    grantpt(&ours).expect("a terminal");
    unlockpt(&ours).expect("a terminal");
    let name = ptsname(&ours, Vec::new()).expect("a terminal");
    let flags = rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NOCTTY | rustix::fs::OFlags::CLOEXEC;
    let theirs = rustix::fs::open(name, flags, rustix::fs::Mode::empty()).expect("a terminal");
    let size = Winsize {
        ws_row: 30,
        ws_col: 100,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&theirs, size).expect("a terminal");
    (ours, theirs)
}
