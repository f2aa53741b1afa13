//! Running programs and looking at how they ended.
use std::{
    fs,
    io::Write as _,
    process::{Child, Command, Output, Stdio},
    thread,
};

/// How a program ended.
#[derive(Debug)]
pub struct Finished {
    /// Its exit code, -1 if a signal killed it.
    pub code: i32,
    /// What it wrote.
    pub stdout: String,
    /// What it wrote as errors.
    pub stderr: String,
    /// The program and its arguments, for who reads a failure.
    pub command: String,
}

impl Finished {
    fn new(command: &Command, output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            command: format!("{:?} {:?}", command.get_program(), command.get_args()),
        }
    }

    /// Its output, without the last line's end, if it succeeded.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, 0, "{self:#?}");
        self.stdout.trim_end().to_owned()
    }

    /// Its error output, if it failed.
    #[track_caller]
    pub fn failed(self) -> String {
        assert_ne!(self.code, 0, "{self:#?}");
        self.stderr
    }
}

/// Runs a program without input.
pub fn run(command: &mut Command) -> Finished {
    let output = command.stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    Finished::new(command, &output)
}

/// Runs a program with this input, which ends.
pub fn run_with_input(command: &mut Command, input: &[u8]) -> Finished {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = Running(command.spawn().expect("starting a program"));
    let mut to = child.0.stdin.take().expect("it is piped");
    let input = input.to_vec();
    // A program may end without reading all of it.
    let writer = thread::spawn(move || drop(to.write_all(&input)));
    let output = child.collect();
    writer.join().expect("the writer doesn't panic");
    Finished::new(command, &output)
}

/// A program that is killed when the test ends.
#[derive(Debug)]
pub struct Running(pub Child);

impl Running {
    /// Starts it.
    pub fn start(command: &mut Command) -> Self {
        Self(command.spawn().expect("starting a program"))
    }

    fn collect(&mut self) -> Output {
        let mut stdout = self.0.stdout.take().expect("it is piped");
        let mut stderr = self.0.stderr.take().expect("it is piped");
        let errors = thread::spawn(move || read_all(&mut stderr));
        let stdout = read_all(&mut stdout);
        Output {
            stdout,
            stderr: errors.join().expect("the reader doesn't panic"),
            status: self.0.wait().expect("waiting for a program"),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn read_all(from: &mut impl std::io::Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes).expect("reading a pipe");
    bytes
}

/// What the kernel says of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Open descriptors.
    pub descriptors: usize,
    /// Threads.
    pub threads: u64,
    /// Resident memory now, in KiB.
    pub memory: u64,
    /// The most resident memory since [`forget_peak`], in KiB.
    pub peak: u64,
}

/// Looks at a process. Source: proc(5).
pub fn usage(pid: u32) -> Usage {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("the process runs");
    let number = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name));
        let word = line.and_then(|line| line.split_whitespace().nth(1));
        word.and_then(|word| word.parse().ok()).expect("a number")
    };
    Usage {
        descriptors: fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count),
        threads: number("Threads:"),
        memory: number("VmRSS:"),
        peak: number("VmHWM:"),
    }
}

/// Lets the peak of a process's memory begin at what it uses now.
pub fn forget_peak(pid: u32) {
    fs::write(format!("/proc/{pid}/clear_refs"), "5").expect("clear_refs of an own process");
}

/// Kills a process as `kill -9` does.
pub fn kill(pid: u32) {
    let pid = i32::try_from(pid)
        .ok()
        .and_then(rustix::process::Pid::from_raw);
    rustix::process::kill_process(pid.expect("a process"), rustix::process::Signal::KILL)
        .expect("killing a process");
}

/// It is there and no zombie.
pub fn is_alive(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| {
        !stat
            .rsplit(')')
            .next()
            .is_some_and(|rest| rest.starts_with(" Z"))
    })
}
