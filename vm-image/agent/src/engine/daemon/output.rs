//! What a daemon writes: to memory, and to a file of bounded size.
use std::{
    fs::{self, File},
    io::{self, Write as _},
    os::fd::OwnedFd,
    sync::Arc,
};

use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    net::unix::pipe,
};

use super::Which;
use crate::agent::Agent;

/// Size at which a log file makes room, in bytes. Two of them are kept for each
/// daemon, in memory.
const FILE: u64 = 4 << 20;

/// Reads the pipe until everyone closed its other end.
pub(super) fn collect(
    agent: Arc<Agent>,
    name: &'static str,
    which: Which,
    pipe: OwnedFd,
) -> io::Result<()> {
    let pipe = pipe::Receiver::from_owned_fd(pipe)?;
    tokio::spawn(async move {
        let ring = match which {
            Which::Containerd => &agent.containerd_log,
            Which::Dockerd => &agent.dockerd_log,
        };
        let mut file = LogFile::open(name);
        let mut reader = BufReader::new(pipe);
        let mut line = Vec::new();
        while matches!(reader.read_until(b'\n', &mut line).await, Ok(1..)) {
            let text = String::from_utf8_lossy(&line);
            ring.push(text.trim_end());
            file.append(&line);
            line.clear();
        }
    });
    Ok(())
}

struct LogFile {
    path: String,
    file: Option<File>,
    written: u64,
}

impl LogFile {
    fn open(name: &str) -> Self {
        let path = format!("/var/log/{name}.log");
        let file = File::options().append(true).create(true).open(&path).ok();
        let written = file
            .as_ref()
            .and_then(|f| f.metadata().ok())
            .map_or(0, |found| found.len());
        Self {
            path,
            file,
            written,
        }
    }

    fn append(&mut self, line: &[u8]) {
        if self.written > FILE {
            let _ = fs::rename(&self.path, format!("{}.1", self.path));
            self.file = File::options()
                .append(true)
                .create(true)
                .open(&self.path)
                .ok();
            self.written = 0;
        }
        if let Some(file) = &mut self.file {
            // The memory's copy is what matters; a full /var/log is no reason
            // to stop reading.
            let _ = file.write_all(line);
            self.written += line.len() as u64;
        }
    }
}
