//! A handler of a few lines.
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use berth_api::{
    call::{Call, Exec, Logs},
    error::{ApiError, ErrorCode},
    exec::{ExecFrame, read, write},
    server::{EventSink, Handler},
};
use berth_link::BoxStream;
use serde_json::{Value, json};
use tokio::sync::Notify;

/// Answers `status` at once, `logs` with big events, `events` never; its shell
/// echoes, says its size, and ends with 7 at the end of its input.
#[derive(Default)]
pub(crate) struct Fake {
    /// A call of `events` has come.
    pub(crate) entered: Notify,
    /// It was dropped.
    pub(crate) dropped: Arc<Notify>,
    /// Events that were taken.
    pub(crate) sent: AtomicUsize,
    /// The newest shell.
    pub(crate) asked: Mutex<Option<Exec>>,
    /// The machine does not run.
    pub(crate) stopped: bool,
}

/// Bytes of each event of `logs`.
pub(crate) const EVENT: usize = 64 << 10;

pub(crate) struct NotifyOnDrop(pub(crate) Arc<Notify>);
impl Drop for NotifyOnDrop {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

#[async_trait]
impl Handler for Fake {
    async fn call(&self, call: Call, events: EventSink) -> Result<Value, ApiError> {
        match call {
            Call::Status => Ok(json!({"up": true})),
            Call::Logs(Logs { lines, .. }) => {
                for number in 0..lines {
                    let event = json!({"number": number, "text": "x".repeat(EVENT)});
                    events.send(&event).await.unwrap();
                    self.sent.fetch_add(1, Ordering::Relaxed);
                }
                Ok(Value::Null)
            }
            Call::Events => {
                let _guard = NotifyOnDrop(Arc::clone(&self.dropped));
                self.entered.notify_one();
                std::future::pending().await
            }
            Call::Doctor => panic!("as the test wants"),
            _ => Err(ApiError::new(ErrorCode::Internal, "no")),
        }
    }

    async fn exec(&self, exec: Exec) -> Result<BoxStream, ApiError> {
        if self.stopped {
            let text = "the virtual machine is not running";
            return Err(ApiError::new(ErrorCode::NotRunning, text));
        }
        *self.asked.lock().unwrap() = Some(exec);
        let (ours, theirs) = tokio::io::duplex(1 << 10);
        let ended = NotifyOnDrop(Arc::clone(&self.dropped));
        tokio::spawn(async move {
            let _ended = ended;
            shell(theirs).await;
        });
        Ok(Box::new(ours))
    }
}

async fn shell(stream: tokio::io::DuplexStream) {
    let (mut from, mut to) = tokio::io::split(stream);
    while let Ok(Some(frame)) = read(&mut from).await {
        let answer = match frame {
            ExecFrame::Stdin(bytes) if bytes.is_empty() => ExecFrame::Exit(7),
            ExecFrame::Stdin(bytes) => ExecFrame::Stdout(bytes),
            ExecFrame::Resize(columns, rows) => {
                ExecFrame::Stderr(format!("{columns}x{rows}").into_bytes())
            }
            other => panic!("{other:?}"),
        };
        if write(&mut to, &answer).await.is_err() {
            return;
        }
    }
}
