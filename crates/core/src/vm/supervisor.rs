//! The task that owns the machine.
mod attend;
mod ending;
mod record;
mod sleep;

use std::{future::Future, sync::Arc, time::Instant};

use berth_machine::{Machine, MachineSpec};
use berth_model::{
    image::{INITRAMFS, KERNEL, ROOT},
    state::VmState,
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{Desired, Level, Parts, Snapshot, StopMode};
use crate::{
    disk,
    failure::Failure,
    image::{self, Image},
    journal::{self, Journal},
};

/// Kernel command line: nothing on the console but what matters; a panic powers
/// off, so that it is an exit that we see; and no AppArmor, which the engine would
/// report although the guest has no profiles.
const CMDLINE: &str = "quiet loglevel=4 panic=-1 init_on_alloc=0 apparmor=0";

pub(crate) use record::engine_status;

pub(super) struct Supervisor {
    parts: Parts,
    wishes: watch::Receiver<Desired>,
    desired: Arc<watch::Sender<Desired>>,
    snapshot: watch::Sender<Snapshot>,
    quit: CancellationToken,
    journal: Journal,
    last_crash: Option<Instant>,
    /// A suspended machine is being woken only to be shut down in order.
    waking_to_stop: bool,
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
        let mut supervisor = Self {
            parts,
            wishes,
            desired,
            snapshot,
            quit,
            journal,
            last_crash: None,
            waking_to_stop: false,
        };
        supervisor.snapshot.send_modify(|s| {
            s.stopped_by_user = supervisor.journal.stopped_by_user;
            s.incident = supervisor.journal.incident.clone();
        });
        if let Some((path, why)) = problem {
            tracing::warn!(path = %path.display(), %why, "the state file was damaged and put aside");
            let what = format!("the state file was damaged and is now '{}'", path.display());
            let next = "nothing of yours was in it; 'berth start' brings the machine up";
            supervisor.record_incident(&what, next);
        }
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
            let ended = self.attend(machine).await;
            self.waking_to_stop = false;
            match ended {
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
                self.forget_saved();
                self.desired
                    .send_modify(|desired| desired.level = Level::Up);
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
            None if self.is_saved() => self.set_state(VmState::Suspended),
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
            if desired.serial > self.snapshot.borrow().served {
                match desired.level {
                    Level::Up => return true,
                    // Containers of a sleeping machine get their stop signals too.
                    Level::Down
                        if self.is_saved()
                            && desired.by_user
                            && desired.stop != StopMode::Force =>
                    {
                        self.waking_to_stop = true;
                        return true;
                    }
                    // The next daemon finds it asleep.
                    Level::Down if self.is_saved() && !desired.by_user => {
                        self.publish(|s| s.served = desired.serial);
                    }
                    Level::Down => self.rest(desired),
                    Level::Asleep => self.publish(|s| s.served = desired.serial),
                }
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
        self.forget_saved();
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
        let saved = self.is_saved();
        self.publish(|s| {
            s.clear_machine();
            s.failure = None;
            s.stopped_by_user = false;
            s.state = if saved {
                VmState::Resuming
            } else {
                VmState::Starting {
                    stage: "prepare".into(),
                }
            };
        });
        self.remember(|journal| {
            journal.running = true;
            journal.stopped_by_user = false;
        });
        let overtaken = self.overtaken();
        let quit = self.quit.clone();
        let started = tokio::select! {
            () = quit.cancelled() => return None,
            () = overtaken => return None,
            started = self.resume_or_start(saved) => started,
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

    /// Resolves when a wish for down overtakes what is under way.
    fn overtaken(&self) -> impl Future<Output = ()> + 'static {
        let mut wishes = self.wishes.clone();
        let waking_to_stop = self.waking_to_stop;
        async move {
            let overtakes = |d: &Desired| {
                d.level == Level::Down && !(waking_to_stop && d.stop != StopMode::Force)
            };
            if wishes.wait_for(overtakes).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    async fn resume_or_start(&mut self, saved: bool) -> Result<Arc<dyn Machine>, Failure> {
        let spec = self.prepare(saved).await?;
        if saved && let Some(machine) = self.resume(&spec).await? {
            return Ok(machine);
        }
        self.set_state(VmState::Starting {
            stage: "kernel".into(),
        });
        let started = self.parts.backend.start(&spec).await;
        started.map_err(|error| Failure::machine("hypervisor", &error))
    }

    /// Checks all that a machine needs, and says what machine it is to be.
    async fn prepare(&self, saved: bool) -> Result<MachineSpec, Failure> {
        let image = image::open((self.parts.find_image)())?;
        let settings = self.parts.settings.borrow().clone();
        let home = &self.parts.home;
        let free = (self.parts.free_space)(home.root());
        // A disk that changes under a saved machine makes its state worthless; it
        // grows once the machine runs.
        let wanted = if saved { 0 } else { settings.disk_bytes };
        disk::prepare(&home.data_disk(), wanted, free)?;
        let probed = self.parts.backend.probe().await;
        let backend = probed.map_err(|error| Failure::machine("hypervisor", &error))?;
        self.publish(|s| {
            s.backend = Some(backend);
            s.settings = Some(settings.clone());
            s.image = Some(image.manifest.key.clone());
        });
        Ok(self.spec(Some(&image)))
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
