//! What the supervisor tells others and remembers.
use std::time::{SystemTime, UNIX_EPOCH};

use berth_api::{
    event::Event,
    status::{EngineStatus, Incident},
};
use berth_link::{mux::End, proto::EngineState};
use berth_model::state::VmState;

use super::Supervisor;
use crate::{
    failure::Failure,
    journal::{self, Journal},
    vm::Snapshot,
};

impl Supervisor {
    /// The machine ended, and nobody asked for that.
    pub(super) fn record_incident(&mut self, what: &str, next_step: &str) {
        self.remember(|journal| journal.running = false);
        self.tell_incident(what, next_step);
    }

    /// The guest was cut off; its machine runs on.
    pub(super) fn record_violation(&mut self, end: &End) {
        let what = format!(
            "the virtual machine sent what is not Berth's protocol and was cut off ({end}); \
             connections through it ended"
        );
        let next = "if it comes again: 'berth restart'; 'berth logs agent' may tell more";
        self.tell_incident(&what, next);
    }

    fn tell_incident(&mut self, what: &str, next_step: &str) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let incident = Incident {
            what: what.to_owned(),
            unix_seconds: now.map_or(0, |d| d.as_secs()),
            next_step: Some(next_step.to_owned()),
        };
        let _ = self.parts.events.send(Event::Incident {
            incident: incident.clone(),
        });
        self.remember(|journal| journal.incident = Some(incident.clone()));
        self.publish(|s| s.incident = Some(incident));
    }

    pub(super) fn remember(&mut self, change: impl FnOnce(&mut Journal)) {
        let before = self.journal.clone();
        change(&mut self.journal);
        if before == self.journal {
            return;
        }
        if let Err(error) = journal::write(&self.parts.home.state_file(), &self.journal) {
            tracing::warn!(%error, "the state file can't be written");
        }
    }

    pub(super) fn fail(&self, serial: u64, failure: Failure) {
        tracing::error!(
            stage = failure.stage,
            cause = failure.cause,
            "the machine failed"
        );
        self.publish(|s| {
            s.served = s.served.max(serial);
            s.state = failure.state();
            s.failure = Some(failure);
        });
    }

    pub(super) fn set_state(&self, state: VmState) {
        self.publish(|s| s.state = state);
    }

    /// Changes the snapshot, and reports a change of state.
    pub(super) fn publish(&self, change: impl FnOnce(&mut Snapshot)) {
        let before = self.snapshot.borrow().state.clone();
        self.snapshot.send_modify(change);
        let after = self.snapshot.borrow().state.clone();
        if before != after {
            tracing::info!(state = %after, "the machine's state changed");
            let _ = self.parts.events.send(Event::Vm { vm: after });
        }
    }
}

/// The engine as clients see it.
pub(crate) fn engine_status(engine: Option<&EngineState>) -> EngineStatus {
    match engine {
        None => EngineStatus::Stopped,
        Some(EngineState::Starting) => EngineStatus::Starting,
        Some(EngineState::Running { version }) => EngineStatus::Running {
            version: version.clone(),
        },
        Some(EngineState::Stopping) => EngineStatus::Stopping,
        Some(EngineState::Failed { part, cause, .. }) => EngineStatus::Failed {
            part: part.clone(),
            cause: cause.clone(),
        },
    }
}
