//! How a machine ends: by a wish or by itself.
use std::time::{Duration, Instant};

use berth_api::error::ErrorCode;
use berth_link::proto::ControlRequest;
use berth_machine::{Exit, Machine};
use berth_model::state::VmState;
use tokio::time::timeout;

use super::{Ended, Supervisor};
use crate::{
    failure::Failure,
    session::{self, Session},
    vm::{Level, Snapshot, StopMode},
};

/// A machine that ended within this time of the last crash is not started
/// again by itself.
const CRASH_LOOP: Duration = Duration::from_secs(120);

/// How long a machine may take to end after the guest said goodbye.
const POWER_OFF: Duration = Duration::from_secs(30);

impl Supervisor {
    pub(super) async fn shut_down(
        &mut self,
        machine: &dyn Machine,
        session: Option<Session>,
    ) -> Ended {
        self.set_state(VmState::Stopping);
        let mut wish = *self.wishes.borrow();
        if let (StopMode::Orderly(grace_seconds), Some(session)) = (wish.stop, &session) {
            let goodbye = async {
                let request = ControlRequest::Shutdown { grace_seconds };
                let answer = session::ask(&session.handle, &request).await;
                if let Err(error) = answer.and_then(session::expect_done) {
                    tracing::warn!(%error, "the guest did not shut down");
                    return;
                }
                let _ = timeout(POWER_OFF, machine.exited()).await;
            };
            // A second, forced stop overtakes an orderly one.
            let mut wishes = self.wishes.clone();
            tokio::select! {
                () = goodbye => {}
                _ = wishes.wait_for(|d| d.level == Level::Down && d.stop == StopMode::Force) => {}
                _ = machine.exited() => {}
            }
        }
        if let Err(error) = machine.kill().await {
            tracing::warn!(%error, "the machine could not be killed");
        }
        let exit = machine.exited().await;
        tracing::info!(exit = exit.description, "the machine was stopped");
        if let Some(session) = session {
            session.close().await;
        }
        wish = *self.wishes.borrow();
        self.remember(|journal| {
            journal.running = false;
            journal.stopped_by_user = wish.level == Level::Down && wish.by_user;
        });
        self.publish(|s| {
            s.clear_machine();
            s.failure = None;
            s.stopped_by_user = wish.level == Level::Down && wish.by_user;
            s.state = VmState::Stopped;
            if wish.level == Level::Down {
                s.served = s.served.max(wish.serial);
            }
        });
        Ended::Down
    }

    /// The machine ended by itself.
    pub(super) fn exited(&mut self, exit: &Exit) -> Ended {
        let what = if exit.orderly {
            "the virtual machine powered itself off".to_owned()
        } else {
            format!(
                "the virtual machine ended unexpectedly: {}",
                exit.description
            )
        };
        tracing::error!(exit = exit.description, "the machine ended by itself");
        self.remember(|journal| journal.running = false);
        let next = "images and volumes are intact; it is started again by the next command";
        self.record_incident(&what, next);
        let serial = self.wishes.borrow().serial;
        self.publish(Snapshot::clear_machine);
        self.fail(
            serial,
            Failure::new("running", ErrorCode::VmFailed, what, next),
        );
        Ended::Crashed
    }

    /// Containers were running: start again, unless it keeps falling.
    pub(super) fn after_crash(&mut self) {
        let now = Instant::now();
        let looping = self.last_crash.is_some_and(|last| now - last < CRASH_LOOP);
        self.last_crash = Some(now);
        if looping {
            tracing::error!("the machine ended twice within two minutes; waiting for a command");
            self.desired
                .send_modify(|desired| desired.level = Level::Down);
        } else {
            self.desired.send_modify(|desired| desired.serial += 1);
        }
    }
}
