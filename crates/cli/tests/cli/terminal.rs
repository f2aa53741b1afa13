//! The program on a terminal.
use std::{
    fs::File,
    io::{Read, Write},
    process::Stdio,
    thread,
};

use berth_model::state::VmState;
use rustix::{
    process::{Pid, Signal, kill_process},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize},
};
use tokio::{process::Child, sync::mpsc};

use crate::fixture::Fixture;

struct Terminal {
    ours: File,
    output: mpsc::UnboundedReceiver<Vec<u8>>,
    theirs: File,
    seen: String,
}

impl Terminal {
    fn open(columns: u16, rows: u16) -> Self {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let ours = openpt(flags).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        let name = ptsname(&ours, Vec::new()).unwrap().into_string().unwrap();
        let theirs = File::options().read(true).write(true).open(name).unwrap();
        let ours = File::from(ours);
        let output = read_all(ours.try_clone().unwrap());
        let terminal = Self {
            ours,
            output,
            theirs,
            seen: String::new(),
        };
        terminal.resize(columns, rows);
        terminal
    }

    fn resize(&self, columns: u16, rows: u16) {
        let size = Winsize {
            ws_col: columns,
            ws_row: rows,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&self.theirs, size).unwrap();
    }

    fn end(&self) -> Stdio {
        self.theirs.try_clone().unwrap().into()
    }

    fn echoes(&self) -> bool {
        let modes = tcgetattr(&self.theirs).unwrap().local_modes;
        modes.contains(LocalModes::ECHO)
    }

    /// Reads until `text` was seen.
    async fn wait_for(&mut self, text: &str) {
        while !self.seen.contains(text) {
            let bytes = self.output.recv().await.unwrap();
            self.seen.push_str(&String::from_utf8_lossy(&bytes));
        }
    }

    fn type_in(&mut self, text: &str) {
        self.ours.write_all(text.as_bytes()).unwrap();
    }
}

/// What is written to the terminal, read by a thread that ends with it.
fn read_all(mut ours: File) -> mpsc::UnboundedReceiver<Vec<u8>> {
    let (send, receive) = mpsc::unbounded_channel();
    thread::spawn(move || {
        let mut bytes = [0; 1024];
        while let Ok(count @ 1..) = ours.read(&mut bytes) {
            if send.send(bytes[..count].to_vec()).is_err() {
                return;
            }
        }
    });
    receive
}

fn spawn(fixture: &Fixture, terminal: &Terminal, arguments: &[&str]) -> Child {
    let mut command = fixture.command(arguments);
    command
        .env("TERM", "xterm")
        .stdin(terminal.end())
        .stdout(terminal.end())
        .stderr(terminal.end());
    command.spawn().unwrap()
}

#[tokio::test]
async fn a_shell_is_raw_knows_the_size_and_leaves_the_terminal_as_it_was() {
    let fixture = Fixture::new();
    fixture.serve(VmState::Running);
    let mut terminal = Terminal::open(91, 31);
    assert!(terminal.echoes());
    let mut child = spawn(&fixture, &terminal, &["shell"]);
    terminal.wait_for("size 91x31").await;
    terminal.type_in("\x03");
    terminal.wait_for("\x03").await;
    assert!(!terminal.echoes());
    terminal.resize(92, 32);
    let pid = Pid::from_raw(i32::try_from(child.id().unwrap()).unwrap()).unwrap();
    kill_process(pid, Signal::WINCH).unwrap();
    terminal.wait_for("size 92x32").await;
    terminal.type_in("q");
    assert_eq!(child.wait().await.unwrap().code(), Some(7));
    assert!(terminal.echoes());
}

#[tokio::test]
async fn colors_are_shown_on_a_terminal_unless_unwanted() {
    let fixture = Fixture::new();
    fixture.serve(VmState::Running);
    let mut terminal = Terminal::open(80, 24);
    let mut child = spawn(&fixture, &terminal, &["status"]);
    terminal.wait_for("\x1b[32mrunning\x1b[0m").await;
    assert!(child.wait().await.unwrap().success());
    let mut plain = Terminal::open(80, 24);
    let mut command = fixture.command(&["status"]);
    let mut child = command
        .env("NO_COLOR", "1")
        .stdout(plain.end())
        .spawn()
        .unwrap();
    plain.wait_for("Image").await;
    assert!(child.wait().await.unwrap().success());
    assert!(!plain.seen.contains('\x1b'), "{}", plain.seen);
}
