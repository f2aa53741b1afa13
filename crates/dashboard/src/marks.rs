//! What happened to the machine, and why: marks on the charts of the past.
//!
//! Reasons are told by whoever asked. What nobody asked for came by the Docker
//! socket, which is the other thing that wakes the machine.
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use berth_api::{activity::Mark, call::Call};
use berth_model::state::VmState;

use crate::{blocking, clock::now_ms, failure, machine::MachineNow, parts::Inner};

/// A wish older than this is not what changed the state now.
const FRESH: Duration = Duration::from_secs(600);

/// What was asked of the machine last.
#[derive(Debug, Default)]
pub(crate) struct Reasons(Mutex<Option<(&'static str, Instant)>>);

impl Reasons {
    pub(crate) fn heard(&self, call: &Call) {
        let asked = matches!(
            call,
            Call::Start(_) | Call::Stop(_) | Call::Restart(_) | Call::Suspend | Call::Quit(_)
        );
        if asked {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) =
                Some((call.method(), Instant::now()));
        }
    }

    fn fresh(&self) -> Option<&'static str> {
        let heard = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard
            .filter(|(_, at)| at.elapsed() < FRESH)
            .map(|(method, _)| method)
    }
}

/// Keeps a mark for each change of the machine, for ever.
pub(crate) async fn keep(inner: Arc<Inner>) {
    let mut now = inner.machine.now();
    loop {
        let next = inner.machine.changed(&now).await;
        let mark = mark(&now, &next, inner.reasons.fresh());
        now = next;
        let Some((what, why)) = mark else { continue };
        let mark = Mark {
            time_ms: now_ms(),
            what: what.to_owned(),
            why,
        };
        let store = Arc::clone(&inner.store);
        let add = move || {
            store
                .add_mark(&mark)
                .map_err(|error| failure::store(&error))
        };
        if let Err(error) = blocking::run(add).await {
            tracing::warn!(%error, "a change of the machine was not kept");
        }
    }
}

fn mark(
    before: &MachineNow,
    after: &MachineNow,
    asked: Option<&str>,
) -> Option<(&'static str, String)> {
    if before.state.name() == after.state.name() {
        return None;
    }
    let by_user = |methods: &[&str]| asked.is_some_and(|asked| methods.contains(&asked));
    let started = by_user(&["start", "restart"]);
    Some(match (&before.state, &after.state) {
        (_, VmState::Failed { cause, .. }) => ("failed", cause.clone()),
        (_, VmState::Resuming) if started => ("woken", "Somebody started it.".into()),
        (_, VmState::Resuming) => ("woken", "A request came on the Docker socket.".into()),
        (_, VmState::Starting { .. }) if started => ("started", "Somebody started it.".into()),
        (_, VmState::Starting { .. }) => (
            "started",
            "Berth began, or a request came on the Docker socket.".into(),
        ),
        (_, VmState::Suspended) if by_user(&["suspend"]) => {
            ("suspended", "Somebody suspended it.".into())
        }
        (_, VmState::Suspended) => ("suspended", "Nothing used it for a while.".into()),
        (_, VmState::Stopped) if by_user(&["stop", "restart", "quit"]) => {
            ("stopped", "Somebody stopped it.".into())
        }
        (_, VmState::Stopped) if after.stopped_by_user => {
            ("stopped", "Somebody stopped it.".into())
        }
        (_, VmState::Stopped) => ("stopped", "Berth ended, or it was shut down.".into()),
        (_, VmState::Running | VmState::Stopping | VmState::Suspending) => return None,
    })
}

#[cfg(test)]
mod tests {
    use berth_model::state::VmState;

    use super::mark;
    use crate::machine::MachineNow;

    fn now(state: VmState) -> MachineNow {
        MachineNow {
            state,
            pid: None,
            stopped_by_user: false,
        }
    }

    #[test]
    fn who_woke_it_is_told() {
        let (asleep, wakes) = (now(VmState::Suspended), now(VmState::Resuming));
        let (what, why) = mark(&asleep, &wakes, None).unwrap();
        assert_eq!(what, "woken");
        assert!(why.contains("Docker socket"));
        let (_, why) = mark(&asleep, &wakes, Some("start")).unwrap();
        assert!(why.contains("Somebody"));
    }

    #[test]
    fn a_stage_of_a_boot_is_no_mark_and_a_failure_has_its_cause() {
        let stage = |stage: &str| {
            now(VmState::Starting {
                stage: stage.into(),
            })
        };
        assert_eq!(mark(&stage("kernel"), &stage("dockerd"), None), None);
        assert_eq!(mark(&stage("dockerd"), &now(VmState::Running), None), None);
        let failed = now(VmState::Failed {
            stage: "kernel".into(),
            cause: "It broke.".into(),
            next_step: String::new(),
        });
        let mark = mark(&stage("kernel"), &failed, Some("start"));
        assert_eq!(mark, Some(("failed", "It broke.".into())));
    }
}
