//! Streams to the engine, for whoever holds the Docker socket: waits while the
//! machine boots, and starts it when it is not running.
use std::io;

use berth_link::{DialFuture, Dialer, mux::Handle, proto::GuestService};
use berth_model::state::VmState;

use super::Vm;
use crate::failure::Failure;

/// Dials the guest; a call while it sleeps wakes it.
#[derive(Debug, Clone)]
pub struct EngineDialer(Vm);

impl EngineDialer {
    /// A dialer for this machine.
    pub fn new(vm: Vm) -> Self {
        Self(vm)
    }

    async fn session(&self) -> io::Result<Handle> {
        let mut watch = self.0.watch();
        let mut woken = false;
        loop {
            let now = watch.borrow_and_update().clone();
            match now.state {
                VmState::Running => {
                    if let Some(session) = now.session {
                        return Ok(session);
                    }
                    // The channel is being opened again.
                }
                VmState::Stopped if now.stopped_by_user || woken => {
                    return Err(unavailable(
                        "the engine is stopped; start it with 'berth start'",
                    ));
                }
                VmState::Stopped | VmState::Suspended | VmState::Failed { .. } => {
                    self.wake().await?;
                    woken = true;
                    continue;
                }
                VmState::Starting { .. }
                | VmState::Stopping
                | VmState::Suspending
                | VmState::Resuming => {}
            }
            let changed = watch.changed().await;
            changed.map_err(|_| unavailable("berthd is shutting down"))?;
        }
    }

    async fn wake(&self) -> io::Result<()> {
        let serial = self.0.want_up();
        self.0.outcome(serial).await.map_err(|failure| {
            let Failure {
                cause, next_step, ..
            } = failure;
            unavailable(&format!(
                "the engine could not be started: {cause}; {next_step}"
            ))
        })
    }
}

fn unavailable(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::NotConnected, format!("Berth: {text}"))
}

impl Dialer for EngineDialer {
    fn dial(&self, service: GuestService) -> DialFuture<'_> {
        Box::pin(async move { self.session().await?.dial(service).await })
    }
}
