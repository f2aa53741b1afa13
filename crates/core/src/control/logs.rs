//! Logs: files of the host, and what the agent keeps of the guest's.
use std::{path::Path, time::Duration};

use berth_api::{
    call::{Exec, LogLine, LogSource, Logs},
    error::{ApiError, ErrorCode},
    server::EventSink,
};
use berth_link::{
    exec,
    proto::{ControlReply, ControlRequest, ExecFrame, GuestService},
};
use serde_json::Value;
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt},
};

use super::Control;
use crate::session;

/// At most this much of a file's end is read for its newest lines.
const TAIL_BYTES: u64 = 4 << 20;

/// How often a followed file is looked at.
const FOLLOW: Duration = Duration::from_millis(300);

enum Where {
    File(std::path::PathBuf),
    Guest,
}

impl Control {
    fn place(&self, source: LogSource) -> Where {
        match source {
            LogSource::Daemon => Where::File(self.home.daemon_log()),
            LogSource::Console => Where::File(self.home.console_log()),
            LogSource::Qemu => Where::File(self.home.run_dir().join("qemu.log")),
            LogSource::Agent | LogSource::Dockerd | LogSource::Containerd | LogSource::Kernel => {
                Where::Guest
            }
        }
    }

    pub(super) async fn logs(&self, logs: &Logs, sink: &EventSink) -> Result<Value, ApiError> {
        match self.place(logs.source) {
            Where::File(path) => follow_file(&path, logs, sink).await?,
            Where::Guest if logs.follow => self.follow_guest(logs, sink).await?,
            Where::Guest => self.guest_tail(logs, sink).await?,
        }
        Ok(Value::Null)
    }

    async fn guest_tail(&self, logs: &Logs, sink: &EventSink) -> Result<(), ApiError> {
        let handle = self.session()?;
        let request = ControlRequest::Logs {
            source: logs.source.name().into(),
            lines: logs.lines,
        };
        let reply = session::ask(&handle, &request).await;
        match reply.map_err(|error| ApiError::internal(&error))? {
            ControlReply::Logs { lines } => {
                for line in lines {
                    send(sink, line).await?;
                }
                Ok(())
            }
            ControlReply::Failed { message } => Err(ApiError::new(ErrorCode::Internal, message)),
            _ => Err(ApiError::new(
                ErrorCode::Internal,
                "the agent gave another answer",
            )),
        }
    }

    async fn follow_guest(&self, logs: &Logs, sink: &EventSink) -> Result<(), ApiError> {
        if logs.source == LogSource::Kernel {
            let message = "the kernel's log can't be followed";
            return Err(ApiError::new(ErrorCode::BadRequest, message)
                .with_hint("follow the console with 'berth logs console -f'"));
        }
        let handle = self.session()?;
        let file = format!("/var/log/{}.log", logs.source.name());
        let argv = ["tail", "-n", &logs.lines.to_string(), "-F", &file].map(str::to_owned);
        let exec = Exec {
            argv: argv.to_vec(),
            ..Exec::default()
        };
        let stream = handle.open(&GuestService::Exec(exec.into())).await;
        let mut stream = stream.map_err(|error| ApiError::internal(&error))?;
        let mut lines = Lines::default();
        loop {
            let frame = tokio::select! {
                () = sink.closed() => return Ok(()),
                frame = exec::read(&mut stream) => frame,
            };
            match frame.map_err(|error| ApiError::internal(&error))? {
                Some(ExecFrame::Stdout(bytes)) => lines.push(&bytes, sink).await?,
                Some(ExecFrame::Failed(message)) => {
                    return Err(ApiError::new(ErrorCode::Internal, message));
                }
                Some(ExecFrame::Exit(_)) | None => return Ok(()),
                Some(_) => {}
            }
        }
    }
}

async fn send(sink: &EventSink, line: String) -> Result<(), ApiError> {
    sink.send(&LogLine { line })
        .await
        .map_err(|error| ApiError::internal(&error))
}

/// Cuts bytes into lines.
#[derive(Default)]
struct Lines(Vec<u8>);

impl Lines {
    async fn push(&mut self, bytes: &[u8], sink: &EventSink) -> Result<(), ApiError> {
        self.0.extend_from_slice(bytes);
        while let Some(end) = self.0.iter().position(|b| *b == b'\n') {
            let line: Vec<u8> = self.0.drain(..=end).collect();
            send(
                sink,
                String::from_utf8_lossy(&line[..end]).trim_end().to_owned(),
            )
            .await?;
        }
        Ok(())
    }
}

async fn follow_file(path: &Path, logs: &Logs, sink: &EventSink) -> Result<(), ApiError> {
    let mut at = match tail(path, logs.lines).await {
        Ok((lines, end)) => {
            for line in lines {
                send(sink, line).await?;
            }
            end
        }
        // A log that nothing was written to yet is empty.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => 0,
        Err(error) => return Err(unreadable(path, &error)),
    };
    if logs.follow {
        follow_from(path, &mut at, sink).await?;
    }
    Ok(())
}

/// Passes on what a file gains, until the client leaves. A file that shrank was
/// rotated and is read from its beginning.
async fn follow_from(path: &Path, at: &mut u64, sink: &EventSink) -> Result<(), ApiError> {
    let mut lines = Lines::default();
    let mut ticks = tokio::time::interval(FOLLOW);
    loop {
        tokio::select! {
            () = sink.closed() => return Ok(()),
            _ = ticks.tick() => {}
        }
        let length = tokio::fs::metadata(path).await.map_or(0, |m| m.len());
        if length < *at {
            *at = 0;
        }
        if length > *at {
            let bytes = read_from(path, *at)
                .await
                .map_err(|error| unreadable(path, &error))?;
            *at += bytes.len() as u64;
            lines.push(&bytes, sink).await?;
        }
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> ApiError {
    let message = format!("'{}' can't be read: {error}", path.display());
    ApiError::new(ErrorCode::NoPermission, message).with_hint("check who owns the file")
}

async fn read_from(path: &Path, at: u64) -> std::io::Result<Vec<u8>> {
    let mut file = File::open(path).await?;
    file.seek(std::io::SeekFrom::Start(at)).await?;
    let mut bytes = Vec::new();
    file.take(TAIL_BYTES).read_to_end(&mut bytes).await?;
    Ok(bytes)
}

/// The newest lines of a file, and where it ended.
async fn tail(path: &Path, count: u32) -> std::io::Result<(Vec<String>, u64)> {
    let length = tokio::fs::metadata(path).await?.len();
    let bytes = read_from(path, length.saturating_sub(TAIL_BYTES)).await?;
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    let skip = lines.len().saturating_sub(count as usize);
    Ok((
        lines[skip..].iter().map(|l| (*l).to_owned()).collect(),
        length,
    ))
}

#[cfg(test)]
mod tests {
    use super::tail;

    #[tokio::test]
    async fn the_newest_lines_come_oldest_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        std::fs::write(&path, "one\ntwo\nthree\n").unwrap();
        let (lines, end) = tail(&path, 2).await.unwrap();
        assert_eq!(
            (lines, end),
            (vec!["two".to_owned(), "three".to_owned()], 14)
        );
        assert_eq!(tail(&path, 9).await.unwrap().0.len(), 3);
    }
}
