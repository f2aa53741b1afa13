//! Telling whoever started us that we answer, or why not.
use std::io::Write;

use berth_api::{READY_LINE, error::ApiError};

use crate::sys;

/// A one-time message to the starter.
#[derive(Debug)]
pub(crate) struct Ready(Option<std::fs::File>);

impl Ready {
    /// Takes over the descriptor that the starter passed.
    pub(crate) fn new(fd: Option<i32>) -> Self {
        Self(fd.and_then(sys::inherited_file))
    }

    /// We answer.
    pub(crate) fn succeeded(&mut self) {
        self.say(READY_LINE);
    }

    /// We can't start.
    pub(crate) fn failed(&mut self, error: &ApiError) {
        if let Ok(text) = serde_json::to_string(error) {
            self.say(&text);
        }
    }

    fn say(&mut self, line: &str) {
        if let Some(mut file) = self.0.take() {
            // The starter may have gone; that is no reason not to run.
            let _ = writeln!(file, "{line}");
        }
    }
}
