//! Streams to the engine for those who only watch: never wakes the machine,
//! never waits for it, and so never keeps it from sleeping.
use std::io;

use berth_link::{
    DialFuture, Dialer,
    proto::{EngineState, GuestService},
};
use berth_model::state::VmState;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{Snapshot, Vm};

/// Dials the guest if the engine answers now, and fails otherwise.
#[derive(Debug, Clone)]
pub struct QuietDialer(Vm);

impl QuietDialer {
    /// A dialer for this machine.
    pub fn new(vm: Vm) -> Self {
        Self(vm)
    }

    /// Whether the engine can be dialed, as it changes. The task that keeps it
    /// ends with `quit`, or with the supervisor.
    pub fn up(&self, quit: CancellationToken) -> watch::Receiver<bool> {
        let mut snapshots = self.0.watch();
        let (up, receiver) = watch::channel(answers(&snapshots.borrow_and_update()));
        tokio::spawn(quit.run_until_cancelled_owned(async move {
            while snapshots.changed().await.is_ok() {
                let now = answers(&snapshots.borrow_and_update());
                up.send_if_modified(|was| std::mem::replace(was, now) != now);
            }
            let _ = up.send(false);
        }));
        receiver
    }
}

fn answers(snapshot: &Snapshot) -> bool {
    snapshot.state == VmState::Running
        && snapshot.session.is_some()
        && matches!(snapshot.engine, Some(EngineState::Running { .. }))
}

impl Dialer for QuietDialer {
    fn dial(&self, service: GuestService) -> DialFuture<'_> {
        Box::pin(async move {
            let snapshot = self.0.snapshot();
            let session = snapshot.session.clone().filter(|_| answers(&snapshot));
            match session {
                Some(session) => session.dial(service).await,
                None => Err(io::Error::new(
                    io::ErrorKind::NotConnected,
                    "the engine does not run now",
                )),
            }
        })
    }
}
