//! What a task wrote: its newest lines, bounded.
use std::collections::VecDeque;

use berth_api::task::TaskOutput;

/// Most lines that are kept of one task.
const LINES: usize = 10_000;

/// Most bytes that are kept of one task.
const BYTES: usize = 1 << 20;

/// Longest line, in bytes; the rest is cut off.
const LINE: usize = 16 << 10;

/// Most bytes of text in one event, so that it fits a message however much of
/// it JSON has to escape.
const EVENT: usize = 128 << 10;

#[derive(Debug, Default)]
pub(super) struct Output {
    lines: VecDeque<(Option<String>, String)>,
    bytes: usize,
    /// Number of the first line that is still here.
    first: u64,
}

impl Output {
    pub(super) fn push(&mut self, step: Option<&str>, line: &str) {
        let line = &line[..line.floor_char_boundary(LINE)];
        self.bytes += line.len();
        self.lines
            .push_back((step.map(str::to_owned), line.to_owned()));
        while self.lines.len() > LINES || self.bytes > BYTES {
            let Some((_, gone)) = self.lines.pop_front() else {
                return;
            };
            self.bytes -= gone.len();
            self.first += 1;
        }
    }

    /// Lines of one step from number `from` on, and the number to go on from.
    pub(super) fn read(&self, from: u64) -> Option<(TaskOutput, u64)> {
        if from < self.first {
            let gone = self.first - from;
            let note = format!("... {gone} lines are left out");
            let output = TaskOutput {
                step: None,
                lines: vec![note],
            };
            return Some((output, self.first));
        }
        let skip = usize::try_from(from - self.first).unwrap_or(usize::MAX);
        let mut rest = self.lines.iter().skip(skip);
        let (step, line) = rest.next()?;
        let mut lines = vec![line.clone()];
        let mut size = line.len();
        for (other, line) in rest {
            size += line.len() + 8;
            if other != step || size > EVENT {
                break;
            }
            lines.push(line.clone());
        }
        let next = from + lines.len() as u64;
        let step = step.clone();
        Some((TaskOutput { step, lines }, next))
    }
}

#[cfg(test)]
mod tests {
    use super::{BYTES, EVENT, LINE, LINES, Output};

    #[test]
    fn lines_come_back_in_order_grouped_by_step() {
        let mut output = Output::default();
        for (step, line) in [(None, "a"), (Some("x"), "b"), (Some("x"), "c"), (None, "d")] {
            output.push(step, line);
        }
        let (first, next) = output.read(0).unwrap();
        assert_eq!((first.step, first.lines), (None, vec!["a".to_owned()]));
        let (second, next) = output.read(next).unwrap();
        assert_eq!(second.step.as_deref(), Some("x"));
        assert_eq!(second.lines, ["b", "c"]);
        let (_, next) = output.read(next).unwrap();
        assert_eq!(output.read(next), None);
    }

    #[test]
    fn the_newest_lines_stay_and_the_gap_is_told() {
        let mut output = Output::default();
        for number in 0..LINES + 5 {
            output.push(None, &number.to_string());
        }
        let (note, next) = output.read(0).unwrap();
        assert_eq!(note.lines, ["... 5 lines are left out"]);
        assert_eq!(output.read(next).unwrap().0.lines[0], "5");
    }

    #[test]
    fn neither_one_line_nor_all_of_them_grow_past_their_limits() {
        let mut output = Output::default();
        let long = "ä".repeat(LINE);
        for _ in 0..200 {
            output.push(Some("s"), &long);
        }
        assert!(output.bytes <= BYTES);
        let (event, _) = output.read(output.first).unwrap();
        assert!(event.lines.iter().map(String::len).sum::<usize>() <= EVENT);
    }
}
