//! The task that owns the machine.
mod attend;
mod ending;
mod record;

use std::{sync::Arc, time::Instant};

use berth_api::event::Event;
use berth_machine::{Machine, MachineSpec};
use berth_model::{
    image::{INITRAMFS, KERNEL, ROOT},
    state::VmState,
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{Desired, Parts, Snapshot};
use crate::{
    disk,
    failure::Failure,
    image::{self, Image},
    journal::{self, Journal},
};

/// Kernel command line: nothing on the console but what matters, and a panic
/// powers off, so that it is an exit that we see.
const CMDLINE: &str = "quiet loglevel=4 panic=-1 init_on_alloc=0";

pub(crate) use record::engine_status;

pub(super) struct Supervisor {
    parts: Parts,
    wishes: watch::Receiver<Desired>,
    desired: Arc<watch::Sender<Desired>>,
    snapshot: watch::Sender<Snapshot>,
    quit: CancellationToken,
    journal: Journal,
    last_crash: Option<Instant>,
}

/// Why attending a machine ended.
enum Ended {
    /// By a wish; the machine is gone.
    Down,
    /// By itself.
    Crashed,
    /// The daemon quits; the machine goes on.
    Left,
}

impl Supervisor {
    pub(super) fn new(
        parts: Parts,
        wishes: watch::Receiver<Desired>,
        desired: Arc<watch::Sender<Desired>>,
        snapshot: watch::Sender<Snapshot>,
        quit: CancellationToken,
    ) -> Self {
        let (journal, problem) = journal::read(&parts.home.state_file());
        if let Some((path, why)) = problem {
            tracing::warn!(path = %path.display(), %why, "the state file was damaged and put aside");
            let message = format!("the state file was damaged and is now '{}'", path.display());
            let _ = parts.events.send(Event::Warning {
                message,
                next_step: None,
            });
        }
        let supervisor = Self {
            parts,
            wishes,
            desired,
            snapshot,
            quit,
            journal,
            last_crash: None,
        };
        supervisor.snapshot.send_modify(|s| {
            s.stopped_by_user = supervisor.journal.stopped_by_user;
            s.incident = supervisor.journal.incident.clone();
        });
        supervisor
    }

    pub(super) async fn run(mut self) {
        let mut found = self.adopt().await;
        loop {
            let machine = match found.take() {
                Some(machine) => machine,
                None => {
                    if !self.until_wanted().await {
                        return;
                    }
                    match self.bring_up().await {
                        Some(machine) => machine,
                        None => continue,
                    }
                }
            };
            match self.attend(machine).await {
                Ended::Down => {}
                Ended::Crashed => self.after_crash(),
                Ended::Left => return,
            }
        }
    }

    /// Takes over a machine that an earlier daemon left running.
    async fn adopt(&mut self) -> Option<Arc<dyn Machine>> {
        let spec = self.spec(None);
        let adopted = self
            .parts
            .backend
            .adopt(&spec)
            .await
            .unwrap_or_else(|error| {
                tracing::warn!(%error, "looking for a running machine failed");
                None
            });
        match &adopted {
            Some(machine) => {
                tracing::info!(pid = machine.pid(), "took over a running machine");
                self.desired.send_modify(|desired| desired.up = true);
                let backend = self.parts.backend.probe().await.ok();
                let settings = self.parts.settings.borrow().clone();
                self.publish(|s| {
                    s.backend = backend;
                    s.settings = Some(settings);
                });
                self.set_state(VmState::Starting {
                    stage: "reconnect".into(),
                });
            }
            None if self.journal.running => {
                let what = "the virtual machine ended without being shut down (the host restarted, or its process was killed)";
                self.record_incident(
                    what,
                    "images and volumes are intact; 'berth start' starts it again",
                );
            }
            None => {}
        }
        adopted
    }

    /// Waits for a wish that can start something; false when the daemon quits.
    async fn until_wanted(&mut self) -> bool {
        loop {
            let desired = *self.wishes.borrow_and_update();
            let served = self.snapshot.borrow().served;
            if desired.up && desired.serial > served {
                return true;
            }
            if desired.serial > served {
                self.rest(desired);
            }
            tokio::select! {
                () = self.quit.cancelled() => return false,
                changed = self.wishes.changed() => {
                    if changed.is_err() {
                        return false;
                    }
                }
            }
        }
    }

    /// A wish for down while nothing runs.
    fn rest(&mut self, wish: Desired) {
        self.remember(|journal| {
            journal.running = false;
            journal.stopped_by_user |= wish.by_user;
        });
        self.publish(|s| {
            s.served = wish.serial;
            s.failure = None;
            s.stopped_by_user |= wish.by_user;
            s.state = VmState::Stopped;
        });
    }

    async fn bring_up(&mut self) -> Option<Arc<dyn Machine>> {
        let serial = self.wishes.borrow().serial;
        self.publish(|s| {
            s.clear_machine();
            s.failure = None;
            s.stopped_by_user = false;
            s.state = VmState::Starting {
                stage: "prepare".into(),
            };
        });
        self.remember(|journal| {
            journal.running = true;
            journal.stopped_by_user = false;
        });
        let mut wishes = self.wishes.clone();
        let started = tokio::select! {
            () = self.quit.cancelled() => return None,
            () = wished_down(&mut wishes) => return None,
            started = self.start() => started,
        };
        match started {
            Ok(machine) => Some(machine),
            Err(failure) => {
                self.remember(|journal| journal.running = false);
                self.fail(serial, failure);
                None
            }
        }
    }

    async fn start(&self) -> Result<Arc<dyn Machine>, Failure> {
        let image = image::open((self.parts.find_image)())?;
        let settings = self.parts.settings.borrow().clone();
        let home = &self.parts.home;
        let free = (self.parts.free_space)(home.root());
        disk::prepare(&home.data_disk(), settings.disk_bytes, free)?;
        let failed = |e| Failure::machine("hypervisor", &e);
        let backend = self.parts.backend.probe().await.map_err(failed)?;
        self.publish(|s| {
            s.state = VmState::Starting {
                stage: "kernel".into(),
            };
            s.backend = Some(backend);
            s.settings = Some(settings.clone());
            s.image = Some(image.manifest.key.clone());
        });
        let spec = self.spec(Some(&image));
        self.parts.backend.start(&spec).await.map_err(failed)
    }

    /// The machine as the settings want it. Without an image it serves only to
    /// find one that runs.
    fn spec(&self, image: Option<&Image>) -> MachineSpec {
        let home = &self.parts.home;
        let file = |name: &str| image.map(|i| i.file(name)).unwrap_or_default();
        let settings = self.parts.settings.borrow();
        MachineSpec {
            run_dir: home.run_dir(),
            kernel: file(KERNEL),
            initrd: file(INITRAMFS),
            root_image: file(ROOT),
            data_disk: home.data_disk(),
            cmdline: CMDLINE.to_owned(),
            cpus: settings.cpus,
            memory_bytes: settings.memory_bytes,
            console_log: home.console_log(),
        }
    }
}

/// Resolves when the newest wish is for down.
async fn wished_down(wishes: &mut watch::Receiver<Desired>) {
    if wishes.wait_for(|desired| !desired.up).await.is_err() {
        std::future::pending::<()>().await;
    }
}
