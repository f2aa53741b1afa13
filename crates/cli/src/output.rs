//! What people and programs read: text, aligned tables, or JSON.
use std::{
    env,
    io::{self, IsTerminal, Write},
    time::Duration,
};

use serde::Serialize;

/// A color of text.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Color {
    Red,
    Green,
    Yellow,
    Cyan,
    Dim,
    Bold,
}

/// Where a command prints.
#[derive(Debug)]
pub(crate) struct Output {
    /// Programs read it.
    pub(crate) json: bool,
    color: bool,
    error_color: bool,
}

impl Output {
    /// Colors only for terminals, and never where `NO_COLOR` is set.
    pub(crate) fn new(json: bool) -> Self {
        let wanted = env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            && env::var_os("TERM").is_none_or(|value| value != "dumb");
        Self {
            json,
            color: wanted && io::stdout().is_terminal(),
            error_color: wanted && io::stderr().is_terminal(),
        }
    }

    /// Prints a line.
    pub(crate) fn line(&self, text: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.write_all(b"\n")
    }

    /// Empties the terminal, if it is one, before something is shown again.
    pub(crate) fn clear(&self) -> io::Result<()> {
        match io::stdout().is_terminal() {
            true => self.raw(b"\x1b[H\x1b[2J\x1b[3J"),
            false => self.line(""),
        }
    }

    /// Prints bytes as they are.
    pub(crate) fn raw(&self, bytes: &[u8]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(bytes)?;
        out.flush()
    }

    /// Prints JSON, indented.
    pub(crate) fn json<T: Serialize>(&self, value: &T) -> io::Result<()> {
        self.line(&serde_json::to_string_pretty(value)?)
    }

    /// Prints JSON on one line, for streams.
    pub(crate) fn json_line<T: Serialize>(&self, value: &T) -> io::Result<()> {
        self.line(&serde_json::to_string(value)?)
    }

    /// Prints rows as aligned columns.
    pub(crate) fn table(&self, rows: &[Vec<String>]) -> io::Result<()> {
        for line in aligned(rows) {
            self.line(&line)?;
        }
        Ok(())
    }

    /// A line for people on standard error, left out where programs read.
    pub(crate) fn note(&self, text: &str) {
        if !self.json {
            self.complain(text);
        }
    }

    /// A line on standard error.
    pub(crate) fn complain(&self, text: &str) {
        // There is nowhere left to say that standard error is gone.
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// A line on standard error after `error:`, `hint:` or `warning:`.
    pub(crate) fn complain_as(&self, label: &str, text: &str) {
        let color = match label {
            "error" => Color::Red,
            "warning" => Color::Yellow,
            _ => Color::Cyan,
        };
        let label = painted(self.error_color, color, &format!("{label}:"));
        self.complain(&format!("{label} {text}"));
    }

    /// The text in a color, where colors are shown.
    pub(crate) fn paint(&self, color: Color, text: &str) -> String {
        painted(self.color, color, text)
    }
}

fn painted(on: bool, color: Color, text: &str) -> String {
    let code = match color {
        Color::Red => "31",
        Color::Green => "32",
        Color::Yellow => "33",
        Color::Cyan => "36",
        Color::Dim => "2",
        Color::Bold => "1",
    };
    match on {
        true => format!("\x1b[{code}m{text}\x1b[0m"),
        false => text.to_owned(),
    }
}

/// Rows as lines, columns two spaces apart.
fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at));
        cells.map(|cell| visible_width(cell)).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let lines = rows.iter().map(|row| {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            let space = width + 2 - visible_width(cell);
            line.extend(std::iter::repeat_n(' ', space));
        }
        line.trim_end().to_owned()
    });
    lines.collect()
}

/// Characters that are seen: colors take no room.
fn visible_width(text: &str) -> usize {
    let mut width = 0;
    let mut in_color = false;
    for character in text.chars() {
        match (in_color, character) {
            (false, '\x1b') => in_color = true,
            (true, 'm') => in_color = false,
            (true, _) => {}
            (false, _) => width += 1,
        }
    }
    width
}

/// A time as people say it: `350 ms`, `12.3 s`, `5 min`, `3 h 20 min`, `2 d 4 h`.
pub(crate) fn duration(time: Duration) -> String {
    let (millis, seconds) = (time.as_millis(), time.as_secs());
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match () {
        () if millis < 1000 => format!("{millis} ms"),
        () if seconds < 60 => format!("{}.{} s", seconds, millis % 1000 / 100),
        () if hours < 1 => format!("{minutes} min"),
        () if days < 1 => format!("{hours} h {} min", minutes % 60),
        () => format!("{days} d {} h", hours % 24),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{aligned, duration};

    #[test]
    fn columns_are_aligned_by_what_is_seen() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let rows = [
            row(["a", "\x1b[31mred\x1b[0m", "x"]),
            row(["long", "z", ""]),
            vec!["short row".into()],
        ];
        let expected = [
            "a          \x1b[31mred\x1b[0m  x",
            "long       z",
            "short row",
        ];
        assert_eq!(aligned(&rows), expected);
        assert!(aligned(&[]).is_empty());
    }

    #[test]
    fn times_are_said_as_people_say_them() {
        for (millis, text) in [
            (0, "0 ms"),
            (350, "350 ms"),
            (12_340, "12.3 s"),
            (59_999, "59.9 s"),
            (300_000, "5 min"),
            (12_000_000, "3 h 20 min"),
            (187_200_000, "2 d 4 h"),
        ] {
            assert_eq!(duration(Duration::from_millis(millis)), text);
        }
    }
}
