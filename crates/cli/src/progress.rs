//! Shows what the daemon does while a command waits: a spinner on a terminal
//! after a second, plain lines elsewhere, nothing where programs read.
use std::{
    io::{self, IsTerminal},
    time::Duration,
};

use berth_api::{
    call::Call,
    client::{Client, ClientError},
    event::Event,
    wire::ReplyBody,
};
use berth_model::state::VmState;
use indicatif::{ProgressBar, ProgressStyle};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep_until};

use crate::output::{Output, duration};

/// Waits shorter than this show no spinner.
const PATIENCE: Duration = Duration::from_secs(1);

/// Calls and waits for the result, showing `Event`s meanwhile.
pub(crate) async fn follow<T: DeserializeOwned>(
    output: &Output,
    client: &mut Client,
    call: Call,
    what: &str,
) -> Result<T, ClientError> {
    let mut view = View::new(output, what);
    let id = client.send(call).await?;
    loop {
        let reply = tokio::select! {
            reply = client.receive(id) => reply?,
            () = sleep_until(view.shown_at), if view.is_waiting() => {
                view.show();
                continue;
            }
        };
        let value = match reply {
            ReplyBody::Event(event) => {
                // An event that this build can't read is no reason to fail.
                view.take(&serde_json::from_value(event).unwrap_or(Event::Unknown));
                continue;
            }
            ReplyBody::Result(value) => value,
            ReplyBody::Error(error) => return Err(error.into()),
        };
        return serde_json::from_value(value)
            .map_err(|error| ClientError::Protocol(io::Error::other(error)));
    }
}

struct View<'a> {
    output: &'a Output,
    terminal: bool,
    shown_at: Instant,
    spinner: Option<ProgressBar>,
    text: String,
}

impl<'a> View<'a> {
    fn new(output: &'a Output, what: &str) -> Self {
        Self {
            output,
            terminal: io::stderr().is_terminal(),
            shown_at: Instant::now() + PATIENCE,
            spinner: None,
            text: what.to_owned(),
        }
    }

    fn is_waiting(&self) -> bool {
        self.terminal && !self.output.json && self.spinner.is_none()
    }

    fn show(&mut self) {
        let spinner = ProgressBar::new_spinner().with_elapsed(PATIENCE);
        if let Ok(style) = ProgressStyle::with_template("{spinner:.cyan} {msg} {elapsed:.dim}") {
            spinner.set_style(style);
        }
        spinner.set_message(self.text.clone());
        spinner.enable_steady_tick(Duration::from_millis(100));
        self.spinner = Some(spinner);
    }

    fn take(&mut self, event: &Event) {
        if let Event::Vm { vm } = event {
            self.text = doing(vm);
            if let Some(spinner) = &self.spinner {
                spinner.set_message(self.text.clone());
            }
        }
        if let Some(line) = told(event) {
            self.tell(&line);
        }
    }

    fn tell(&self, line: &str) {
        match &self.spinner {
            Some(spinner) => spinner.suspend(|| self.output.note(line)),
            // On a terminal a boot of less than a second needs no report.
            None if self.terminal && line.starts_with(' ') => {}
            None => self.output.note(line),
        }
    }
}

impl Drop for View<'_> {
    fn drop(&mut self) {
        if let Some(spinner) = &self.spinner {
            spinner.finish_and_clear();
        }
    }
}

fn doing(vm: &VmState) -> String {
    match vm {
        VmState::Starting { stage } => format!("Starting: {stage}"),
        VmState::Stopping => "Stopping containers and the engine".to_owned(),
        VmState::Suspending => "Writing the machine to the disk".to_owned(),
        VmState::Resuming => "Reading the machine from the disk".to_owned(),
        VmState::Stopped | VmState::Running | VmState::Suspended | VmState::Failed { .. } => {
            vm.to_string()
        }
    }
}

fn told(event: &Event) -> Option<String> {
    match event {
        Event::Stage { stage } => {
            let took = duration(Duration::from_millis(stage.took_ms));
            Some(format!("  {:<12} {took}", stage.name))
        }
        Event::Warning { message, .. } | Event::PortRefused { message } => {
            Some(format!("warning: {message}"))
        }
        _ => None,
    }
}
