//! Streams to the engine, for whoever holds the Docker socket: waits while the
//! machine boots, and starts it when it is not running.
use std::io;

use berth_link::{DialFuture, Dialer, proto::GuestService};
use berth_model::state::VmState;

use super::{Snapshot, Vm};

/// Dials the guest; a call while it sleeps wakes it.
#[derive(Debug, Clone)]
pub struct EngineDialer(Vm);

impl EngineDialer {
    /// A dialer for this machine.
    pub fn new(vm: Vm) -> Self {
        Self(vm)
    }

    async fn session(&self) -> io::Result<berth_link::mux::Handle> {
        let vm = &self.0;
        let now = vm.snapshot();
        if let (VmState::Running, Some(session)) = (&now.state, now.session) {
            return Ok(session);
        }
        if now.state == VmState::Stopped && now.stopped_by_user {
            return Err(unavailable(
                "the engine is stopped; start it with 'berth start'",
            ));
        }
        let serial = match now.state {
            VmState::Stopped | VmState::Failed { .. } => vm.want_up(),
            _ => now.served,
        };
        let mut watch = vm.watch();
        let ready = |s: &Snapshot| s.served >= serial && s.is_settled() && !reconnecting(s);
        let settled = watch
            .wait_for(ready)
            .await
            .map_err(|_| unavailable("berthd is shutting down"))?;
        match (&settled.state, &settled.session) {
            (VmState::Running, Some(session)) => Ok(session.clone()),
            (
                VmState::Failed {
                    cause, next_step, ..
                },
                _,
            ) => Err(unavailable(&format!(
                "the engine could not be started: {cause}; {next_step}"
            ))),
            _ => Err(unavailable(
                "the engine was stopped; start it with 'berth start'",
            )),
        }
    }
}

/// Running, but the channel is being opened again.
fn reconnecting(snapshot: &Snapshot) -> bool {
    snapshot.state == VmState::Running && snapshot.session.is_none()
}

fn unavailable(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::NotConnected, format!("Berth: {text}"))
}

impl Dialer for EngineDialer {
    fn dial(&self, service: GuestService) -> DialFuture<'_> {
        Box::pin(async move { self.session().await?.dial(service).await })
    }
}
