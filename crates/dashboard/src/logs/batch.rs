//! Lines on their way to a client, gathered so that a message holds many and is
//! never too long.
use berth_api::{
    activity::{LogBatch, LogRecord},
    server::EventSink,
};

/// Most lines of one event.
const LINES: usize = 1000;

/// Most bytes of one event as JSON, which escapes control characters sixfold. A
/// single line of any kind fits besides.
const BYTES: usize = 512 << 10;

#[derive(Debug)]
pub(super) struct Batches<'a> {
    sink: &'a EventSink,
    lines: Vec<LogRecord>,
    bytes: usize,
}

impl<'a> Batches<'a> {
    pub(super) fn new(sink: &'a EventSink) -> Self {
        Self {
            sink,
            lines: Vec::new(),
            bytes: 0,
        }
    }

    /// False when the client has left.
    pub(super) async fn push(&mut self, record: LogRecord) -> bool {
        let size = encoded(&record.text) + record.container.len() + 80;
        if self.bytes + size > BYTES && !self.flush().await {
            return false;
        }
        self.bytes += size;
        self.lines.push(record);
        self.lines.len() < LINES || self.flush().await
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Sends what is there; false when the client has left.
    pub(super) async fn flush(&mut self) -> bool {
        self.lines.is_empty() || self.send(false).await
    }

    /// Says that what comes from now on is new; false when the client has left.
    pub(super) async fn caught_up(&mut self) -> bool {
        self.send(true).await
    }

    async fn send(&mut self, caught_up: bool) -> bool {
        self.bytes = 0;
        let batch = LogBatch {
            lines: std::mem::take(&mut self.lines),
            caught_up,
        };
        self.sink.send(&batch).await.is_ok()
    }

    pub(super) async fn closed(&self) {
        self.sink.closed().await;
    }
}

/// How long a text is as JSON, at most.
fn encoded(text: &str) -> usize {
    let escapes = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    text.len() + 5 * text.bytes().filter(|byte| escapes(*byte)).count()
}

#[cfg(test)]
mod tests {
    use berth_api::{
        activity::{LogBatch, LogRecord, MAX_LOG_LINE},
        server::EventSink,
        wire::MAX_LINE,
    };

    use super::Batches;
    use crate::testing::event;

    #[tokio::test]
    async fn messages_fit_however_much_of_a_line_is_escaped() {
        let (sink, mut lines) = EventSink::channel(64);
        let mut batches = Batches::new(&sink);
        for _ in 0..5 {
            let record = LogRecord {
                text: "\u{1}".repeat(MAX_LOG_LINE),
                ..LogRecord::default()
            };
            assert!(batches.push(record).await);
        }
        assert!(batches.caught_up().await);
        drop(sink);
        let mut count = 0;
        while let Some(line) = lines.recv().await {
            assert!(line.len() < MAX_LINE, "{}", line.len());
            count += event::<LogBatch>(&line).lines.len();
        }
        assert_eq!(count, 5);
    }
}
