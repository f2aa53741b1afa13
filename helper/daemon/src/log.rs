//! The daemon's log: a file that is rotated by size.
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::EnvFilter;

/// Size at which the log is rotated, in bytes.
const LIMIT: u64 = 5 << 20;

/// Old logs that are kept.
const KEPT: u32 = 3;

/// Starts logging. Lines that are queued are written when the guard drops.
///
/// `$BERTH_LOG` sets what is logged, as in `info,berth_core=debug`.
pub(crate) fn start(path: &Path) -> io::Result<WorkerGuard> {
    let file = Rotating::open(path, LIMIT)?;
    let (writer, guard) = tracing_appender::non_blocking(file);
    let filter = EnvFilter::try_from_env("BERTH_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_writer(writer)
        .with_ansi(false)
        .with_env_filter(filter)
        .init();
    Ok(guard)
}

/// Number of an old log, in its name.
fn old(path: &Path, number: u32) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{number}"));
    name.into()
}

struct Rotating {
    path: PathBuf,
    file: File,
    size: u64,
    limit: u64,
}

impl Rotating {
    fn open(path: &Path, limit: u64) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        let size = file.metadata()?.len();
        Ok(Self {
            path: path.to_owned(),
            file,
            size,
            limit,
        })
    }

    fn rotate(&mut self) -> io::Result<()> {
        for number in (1..KEPT).rev() {
            let _ = fs::rename(old(&self.path, number), old(&self.path, number + 1));
        }
        fs::rename(&self.path, old(&self.path, 1))?;
        *self = Self::open(&self.path, self.limit)?;
        Ok(())
    }
}

impl Write for Rotating {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.size >= self.limit {
            self.rotate()?;
        }
        let written = self.file.write(bytes)?;
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write};

    use super::{KEPT, Rotating, old};

    #[test]
    fn a_full_log_is_put_aside_and_the_oldest_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut log = Rotating::open(&path, 4).unwrap();
        for line in ["one\n", "two\n", "three\n", "four\n", "five\n"] {
            log.write_all(line.as_bytes()).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "five\n");
        assert_eq!(fs::read_to_string(old(&path, 1)).unwrap(), "four\n");
        assert_eq!(fs::read_to_string(old(&path, KEPT)).unwrap(), "two\n");
        assert!(!old(&path, KEPT + 1).exists());
    }
}
