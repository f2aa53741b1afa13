//! Lines out of what the engine sends: frames of any cut, each beginning with a
//! time. A long line comes in pieces, and every piece has a time of its own
//! (moby, `daemon/logger`: partial messages).
use berth_api::activity::{LogRecord, MAX_LOG_LINE};
use bollard::container::LogOutput;

use super::Stamped;
use crate::clock::parse_nanos;

/// Makes lines of one container's frames.
#[derive(Debug)]
pub(super) struct Lines {
    container: String,
    /// What has no line end yet: of the output, of the error output.
    open: [Option<Stamped>; 2],
    /// The newest time that was read, for what comes without one.
    last: u64,
}

impl Lines {
    pub(super) fn new(container: &str) -> Self {
        Self {
            container: container.to_owned(),
            open: [None, None],
            last: 0,
        }
    }

    /// Takes a frame; gives the line that it ends, if it ends one.
    pub(super) fn push(&mut self, frame: &LogOutput) -> Option<Stamped> {
        let (stderr, bytes) = match frame {
            LogOutput::StdErr { message } => (true, message),
            LogOutput::StdOut { message }
            | LogOutput::Console { message }
            | LogOutput::StdIn { message } => (false, message),
        };
        let (nanos, text) = split_time(bytes);
        self.last = nanos.unwrap_or(self.last);
        let (ended, text) = match text.strip_suffix(b"\n") {
            Some(text) => (true, text.strip_suffix(b"\r").unwrap_or(text)),
            None => (false, text),
        };
        let place = &mut self.open[usize::from(stderr)];
        let line = place.get_or_insert_with(|| Stamped {
            nanos: self.last,
            record: LogRecord {
                container: self.container.clone(),
                time_ms: self.last / 1_000_000,
                stderr,
                text: String::new(),
                cut: 0,
            },
        });
        append(&mut line.record, text);
        if ended { place.take() } else { None }
    }

    /// What had no line end when the log ended.
    pub(super) fn finish(&mut self) -> impl Iterator<Item = Stamped> + use<> {
        let mut rest: Vec<Stamped> = self.open.iter_mut().filter_map(Option::take).collect();
        rest.sort_by_key(|line| line.nanos);
        rest.into_iter()
    }
}

/// Adds bytes up to the limit and counts the rest. A character that is cut in two
/// pieces is lost, which long lines of text can bear.
fn append(record: &mut LogRecord, bytes: &[u8]) {
    let room = MAX_LOG_LINE - record.text.len();
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(room)]);
    let kept = &text[..text.floor_char_boundary(room)];
    record.text.push_str(kept);
    record.cut += bytes.len().saturating_sub(room) as u64;
}

/// The time before the first space, and what comes after.
fn split_time(bytes: &[u8]) -> (Option<u64>, &[u8]) {
    let Some(space) = bytes.iter().take(40).position(|byte| *byte == b' ') else {
        // An empty line may end right after its time.
        let end = bytes
            .iter()
            .position(|byte| *byte == b'\n')
            .unwrap_or(bytes.len());
        return match std::str::from_utf8(&bytes[..end])
            .ok()
            .and_then(parse_nanos)
        {
            Some(nanos) => (Some(nanos), &bytes[end..]),
            None => (None, bytes),
        };
    };
    match std::str::from_utf8(&bytes[..space])
        .ok()
        .and_then(parse_nanos)
    {
        Some(nanos) => (Some(nanos), &bytes[space + 1..]),
        None => (None, bytes),
    }
}

#[cfg(test)]
mod tests {
    use berth_api::activity::MAX_LOG_LINE;
    use bollard::container::LogOutput;

    use super::Lines;

    fn out(text: impl Into<Vec<u8>>) -> LogOutput {
        LogOutput::StdOut {
            message: text.into().into(),
        }
    }

    fn err(text: &str) -> LogOutput {
        LogOutput::StdErr {
            message: text.as_bytes().to_vec().into(),
        }
    }

    #[test]
    fn pieces_of_a_line_become_one_whichever_stream_comes_between() {
        let mut lines = Lines::new("c");
        assert_eq!(
            lines.push(&out("2026-01-01T00:00:00.000000001Z one ")),
            None
        );
        let other = lines.push(&err("2026-01-01T00:00:00.5Z bad\n")).unwrap();
        assert_eq!(
            (other.record.text.as_str(), other.record.stderr),
            ("bad", true)
        );
        let line = lines
            .push(&out("2026-01-01T00:00:00.000000002Z two\r\n"))
            .unwrap();
        assert_eq!(line.record.text, "one two");
        assert_eq!(line.nanos % 1_000_000_000, 1);
        assert_eq!(line.record.time_ms, 1_767_225_600_000);
    }

    #[test]
    fn a_line_of_ten_megabytes_is_cut_and_the_rest_counted() {
        let mut lines = Lines::new("c");
        let piece = "x".repeat(16 << 10);
        for _ in 0..640 {
            assert_eq!(
                lines.push(&out(format!("2026-01-01T00:00:00Z {piece}"))),
                None
            );
        }
        let line = lines.push(&out("2026-01-01T00:00:00Z end\n")).unwrap();
        assert_eq!(line.record.text.len(), MAX_LOG_LINE);
        let whole = 640 * piece.len() + 3;
        assert_eq!(line.record.cut, (whole - MAX_LOG_LINE) as u64);
    }

    #[test]
    fn empty_lines_binary_and_lines_without_a_time_come_through() {
        let mut lines = Lines::new("c");
        let empty = lines.push(&out("2026-01-01T00:00:00Z \n")).unwrap();
        assert_eq!(empty.record.text, "");
        let bare = lines.push(&out("2026-01-01T00:00:00Z\n")).unwrap();
        assert_eq!(bare.record.text, "");
        let binary = lines.push(&out(b"2026-01-01T00:00:01Z \xff\x00\x1b[31m\n".to_vec()));
        assert_eq!(binary.unwrap().record.text, "\u{fffd}\0\u{1b}[31m");
        let untimed = lines.push(&out("no time here\n")).unwrap();
        assert_eq!(untimed.record.text, "no time here");
        assert_eq!(untimed.record.time_ms, 1_767_225_601_000);
        assert_eq!(lines.push(&err("2026-01-01T00:00:02Z open")), None);
        assert_eq!(lines.finish().next().unwrap().record.text, "open");
        assert_eq!(lines.finish().next(), None);
    }
}
