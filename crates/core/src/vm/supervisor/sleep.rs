//! Suspending to the disk, and coming back.
use std::{fs, sync::Arc};

use berth_api::{error::ErrorCode, event::Event};
use berth_machine::{Machine, MachineError, MachineSpec};
use berth_model::state::VmState;

use super::{Ended, Supervisor};
use crate::{failure::Failure, session::Session, vm::Level};

impl Supervisor {
    /// A suspended machine lies on the disk.
    pub(super) fn is_saved(&self) -> bool {
        self.parts.home.saved_machine().exists()
    }

    pub(super) fn forget_saved(&self) {
        let file = self.parts.home.saved_machine();
        let _ = fs::remove_file(&file);
        // What a save that was cut off left behind.
        let _ = fs::remove_file(file.with_extension("state.partial"));
    }

    /// Suspends the machine; gives the session back when that failed and the
    /// machine goes on.
    pub(super) async fn suspend(
        &mut self,
        machine: &dyn Machine,
        session: Session,
    ) -> Result<Ended, Session> {
        let serial = self.wishes.borrow().serial;
        self.set_state(VmState::Suspending);
        if let Err(error) = machine.save(&self.parts.home.saved_machine()).await {
            self.refuse(serial, not_saved(&error));
            return Err(session);
        }
        let exit = machine.exited().await;
        tracing::info!(exit = exit.description, "the machine was suspended");
        session.close().await;
        self.remember(|journal| journal.running = false);
        self.publish(|s| {
            s.clear_machine();
            s.served = s.served.max(serial);
            s.state = VmState::Suspended;
        });
        Ok(Ended::Down)
    }

    fn refuse(&self, serial: u64, failure: Failure) {
        tracing::warn!(cause = failure.cause, "the machine could not be suspended");
        // The wish is answered; the machine is wanted up until the next one.
        self.desired.send_if_modified(|desired| {
            if desired.serial == serial {
                desired.level = Level::Up;
            }
            false
        });
        let _ = self.parts.events.send(Event::Warning {
            message: failure.cause.clone(),
            next_step: Some(failure.next_step.clone()),
        });
        self.publish(|s| {
            s.served = s.served.max(serial);
            s.refused = Some((serial, failure));
            s.state = VmState::Running;
        });
    }

    /// Wakes the saved machine; `None` when its state is of no use any more and
    /// the machine must be started anew.
    pub(super) async fn resume(
        &mut self,
        spec: &MachineSpec,
    ) -> Result<Option<Arc<dyn Machine>>, Failure> {
        let file = self.parts.home.saved_machine();
        let reason = match self.parts.backend.restore(spec, &file).await {
            Ok(machine) => {
                self.forget_saved();
                return Ok(Some(machine));
            }
            Err(MachineError::Stale { reason }) => reason,
            // Missing or forbidden now may be there at the next try.
            Err(error @ (MachineError::Missing { .. } | MachineError::Permission { .. })) => {
                return Err(Failure::machine("hypervisor", &error));
            }
            Err(error) => error.to_string(),
        };
        self.forget_saved();
        let what =
            format!("the suspended machine could not be woken ({reason}) and is started anew");
        let next = "containers were restarted as after a power cut; images and volumes are intact";
        self.record_incident(&what, next);
        self.remember(|journal| journal.running = true);
        Ok(None)
    }
}

fn not_saved(error: &MachineError) -> Failure {
    let code = match error {
        MachineError::Unsupported { .. } => ErrorCode::BadRequest,
        _ => ErrorCode::VmFailed,
    };
    let cause = berth_api::error::ApiError::internal(error).message;
    let next = error
        .hint()
        .unwrap_or("the machine runs on as before; see 'berth logs daemon'");
    Failure::new("suspend", code, cause, next)
}
