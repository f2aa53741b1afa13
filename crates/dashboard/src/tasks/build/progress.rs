//! What `BuildKit` reports of a build (moby/buildkit, `client.SolveStatus`, as
//! `buildx --progress=rawjson` writes it: one JSON object a line).
use std::collections::HashMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use berth_api::{
    activity::BuildStep,
    task::{StepState, TaskStep},
};
use serde::Deserialize;

use crate::{clock::parse_ms, programs::Line, tasks::Handle};

/// Most bytes of output that are kept of one step.
const OUTPUT: usize = 32 << 10;

/// Most steps of one build.
const STEPS: usize = 2000;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Status {
    vertexes: Vec<Vertex>,
    statuses: Vec<VertexStatus>,
    logs: Vec<Log>,
    warnings: Vec<Warning>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Vertex {
    digest: String,
    name: String,
    started: Option<String>,
    completed: Option<String>,
    cached: bool,
    error: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct VertexStatus {
    id: String,
    vertex: String,
    current: i64,
    total: i64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Log {
    vertex: String,
    data: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Warning {
    short: String,
}

/// What is known of a build.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    steps: Vec<BuildStep>,
    by_digest: HashMap<String, usize>,
    /// Text of a step that has no line end yet.
    partial: HashMap<String, Vec<u8>>,
    /// When each began and ended, in milliseconds since the epoch.
    times: Vec<(Option<u64>, Option<u64>)>,
    /// What the program itself said is wrong.
    said: Option<String>,
}

impl Progress {
    /// Takes a line of a program that shows a build of the past.
    pub(crate) fn replay(&mut self, text: &str) {
        if let Ok(status) = serde_json::from_str::<Status>(text) {
            self.apply(None, &status);
        }
    }

    /// Takes a line of the program.
    pub(super) fn line(&mut self, handle: &Handle, line: &Line) {
        if let Ok(status) = serde_json::from_str::<Status>(&line.text) {
            self.apply(Some(handle), &status);
            return;
        }
        let text = line.text.trim_end();
        if text.is_empty() {
            return;
        }
        if let Some(error) = text.strip_prefix("ERROR: ") {
            self.said = Some(error.to_owned());
        }
        handle.output(None, text);
    }

    fn apply(&mut self, handle: Option<&Handle>, status: &Status) {
        for vertex in &status.vertexes {
            self.vertex(handle, vertex);
        }
        for status in &status.statuses {
            self.status(handle, status);
        }
        for log in &status.logs {
            self.log(handle, log);
        }
        for warning in &status.warnings {
            if let Ok(text) = STANDARD.decode(&warning.short) {
                let text = String::from_utf8_lossy(&text);
                write(handle, None, &format!("WARNING: {text}"));
            }
        }
        let done = self.times.iter().filter(|times| times.1.is_some()).count();
        if !self.times.is_empty() {
            #[expect(clippy::cast_precision_loss, reason = "a few steps")]
            let progress = done as f64 / self.times.len() as f64;
            if let Some(handle) = handle {
                handle.progress(progress);
            }
        }
    }

    fn vertex(&mut self, handle: Option<&Handle>, vertex: &Vertex) {
        let Some(at) = self.place(&vertex.digest) else {
            return;
        };
        let started = vertex.started.as_deref().and_then(parse_ms);
        let ended = vertex.completed.as_deref().and_then(parse_ms);
        let step = &mut self.steps[at];
        step.name.clone_from(&vertex.name);
        step.cached |= vertex.cached;
        if !vertex.error.is_empty() {
            step.error = Some(vertex.error.clone());
        }
        let times = &mut self.times[at];
        // A step may begin anew; the last end counts.
        times.0 = times.0.or(started);
        times.1 = ended.or_else(|| times.1.filter(|_| started.is_none()));
        let times = *times;
        if let Some(handle) = handle {
            handle.step(&vertex.digest, |step| show(step, vertex, times));
            if times.1.is_none() && started.is_some() {
                handle.line(vertex.name.clone());
            }
        }
        if ended.is_some() {
            self.flush(handle, &vertex.digest);
        }
    }

    fn place(&mut self, digest: &str) -> Option<usize> {
        if let Some(at) = self.by_digest.get(digest) {
            return Some(*at);
        }
        if digest.is_empty() || self.steps.len() == STEPS {
            return None;
        }
        self.steps.push(BuildStep {
            id: digest.to_owned(),
            ..BuildStep::default()
        });
        self.times.push((None, None));
        self.by_digest
            .insert(digest.to_owned(), self.steps.len() - 1);
        Some(self.steps.len() - 1)
    }

    fn status(&self, handle: Option<&Handle>, status: &VertexStatus) {
        let Some(handle) = handle.filter(|_| self.by_digest.contains_key(&status.vertex)) else {
            return;
        };
        let number = |value| u64::try_from(value).ok().filter(|value| *value > 0);
        handle.step(&status.vertex, |step| {
            step.line.clone_from(&status.id);
            step.current = number(status.current);
            step.total = number(status.total);
        });
    }

    fn log(&mut self, handle: Option<&Handle>, log: &Log) {
        let (Some(at), Ok(bytes)) = (self.by_digest.get(&log.vertex), STANDARD.decode(&log.data))
        else {
            return;
        };
        keep_tail(
            &mut self.steps[*at].output,
            &String::from_utf8_lossy(&bytes),
        );
        let partial = self.partial.entry(log.vertex.clone()).or_default();
        partial.extend_from_slice(&bytes);
        let Some(end) = partial.iter().rposition(|byte| *byte == b'\n') else {
            // Something without line ends must not grow for ever.
            if partial.len() > OUTPUT {
                self.flush(handle, &log.vertex);
            }
            return;
        };
        let rest = partial.split_off(end + 1);
        let whole = std::mem::replace(partial, rest);
        for line in String::from_utf8_lossy(&whole).lines() {
            write(handle, Some(&log.vertex), line);
        }
    }

    fn flush(&mut self, handle: Option<&Handle>, digest: &str) {
        if let Some(rest) = self.partial.remove(digest).filter(|rest| !rest.is_empty()) {
            write(handle, Some(digest), &String::from_utf8_lossy(&rest));
        }
    }

    /// Why it failed, as far as it is known.
    pub(super) fn error(&self) -> Option<String> {
        let step = self.steps.iter().find_map(|step| step.error.clone());
        // What the program says includes what the step says, and more.
        self.said.clone().or(step)
    }

    /// Steps with times relative to `began_ms`.
    pub(crate) fn steps(&self, began_ms: u64) -> Vec<BuildStep> {
        let timed = self.steps.iter().zip(&self.times).map(|(step, times)| {
            let (started, ended) = *times;
            BuildStep {
                started_ms: started.map(|started| started.saturating_sub(began_ms)),
                took_ms: started
                    .zip(ended)
                    .map(|(started, ended)| ended.saturating_sub(started)),
                ..step.clone()
            }
        });
        timed.collect()
    }
}

fn show(step: &mut TaskStep, vertex: &Vertex, (started, ended): (Option<u64>, Option<u64>)) {
    step.label.clone_from(&vertex.name);
    step.started_ms = started;
    step.ended_ms = ended;
    step.state = if !vertex.error.is_empty() {
        StepState::Failed
    } else if vertex.cached {
        StepState::Cached
    } else if ended.is_some() {
        StepState::Done
    } else if started.is_some() {
        StepState::Running
    } else {
        StepState::Waiting
    };
    if !vertex.error.is_empty() {
        step.line.clone_from(&vertex.error);
    }
}

fn write(handle: Option<&Handle>, step: Option<&str>, line: &str) {
    if let Some(handle) = handle {
        handle.output(step, line);
    }
}

/// Adds text and keeps the newest part.
fn keep_tail(output: &mut String, text: &str) {
    output.push_str(text);
    if output.len() > OUTPUT {
        let from = output.ceil_char_boundary(output.len() - OUTPUT);
        output.drain(..from);
    }
}
