//! The newest lines of a log, in memory: for the boot report and for
//! `ControlRequest::Logs`, which must work when no file system does.
use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

/// Lines kept for each log.
const CAPACITY: usize = 200;

/// Longest line kept, in bytes; the rest of it is dropped.
const LINE: usize = 4 << 10;

/// The newest lines of one log.
#[derive(Debug, Default)]
pub(crate) struct LogRing(Mutex<VecDeque<String>>);

impl LogRing {
    /// An empty log.
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(VecDeque::new()))
    }

    /// Adds a line, forgetting the oldest when there are too many.
    pub(crate) fn push(&self, line: &str) {
        let line = &line[..line.floor_char_boundary(LINE)];
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == CAPACITY {
            lines.pop_front();
        }
        lines.push_back(line.to_owned());
    }

    /// The newest `count` lines, oldest first.
    pub(crate) fn tail(&self, count: usize) -> Vec<String> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines
            .iter()
            .skip(lines.len().saturating_sub(count))
            .cloned()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{CAPACITY, LINE, LogRing};

    #[test]
    fn the_tail_is_the_newest_lines_oldest_first() {
        let log = LogRing::new();
        for line in ["a", "b", "c"] {
            log.push(line);
        }
        assert_eq!(log.tail(2), ["b", "c"]);
        assert_eq!(log.tail(10), ["a", "b", "c"]);
    }

    #[test]
    fn the_oldest_line_makes_room() {
        let log = LogRing::new();
        for number in 0..=CAPACITY {
            log.push(&number.to_string());
        }
        let lines = log.tail(usize::MAX);
        assert_eq!(lines.len(), CAPACITY);
        assert_eq!(lines[0], "1");
    }

    #[test]
    fn a_long_line_is_cut_at_a_character() {
        let log = LogRing::new();
        log.push(&"é".repeat(LINE));
        assert_eq!(log.tail(1)[0].len(), LINE);
        log.push(&format!("x{}", "é".repeat(LINE)));
        assert_eq!(log.tail(1)[0].len(), LINE - 1);
    }
}
