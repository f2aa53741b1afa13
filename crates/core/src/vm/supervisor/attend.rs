//! Keeping a session with a running machine's guest.
use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use berth_api::{
    error::{ApiError, ErrorCode},
    event::Event,
    status::BootStage,
};
use berth_link::{
    mux::Handle,
    proto::{ControlRequest, EngineConfig, EngineState, GuestEvent},
};
use berth_machine::{Exit, Machine};
use berth_model::state::VmState;
use tokio::time::timeout;

use super::{Ended, Supervisor, engine_status};
use crate::{
    failure::Failure,
    session::{self, Session, SessionError},
    vm::{Level, Snapshot},
};

/// How often the guest's clock is compared; a sleep of the host shows as a jump.
const CLOCK_CHECK: Duration = Duration::from_secs(10);

/// A jump of the host's wall clock against its monotonic clock that counts.
const CLOCK_JUMP: Duration = Duration::from_millis(500);

/// How long a machine whose channel closed may take to be gone; the pause
/// before a session is tried again.
const ENDING: Duration = Duration::from_secs(1);

/// Sessions in a row that may fail before the machine counts as failed.
const TRIES: u32 = 5;

/// Whether a session's end is the end of attending its machine.
enum Turn {
    Again,
    Done(Ended),
}

/// Why connecting stopped.
enum Interrupted {
    Exit(Exit),
    Quit,
    Down,
    Failed(Failure),
}

impl Supervisor {
    /// Keeps a session with the machine's guest until the machine is gone.
    pub(super) async fn attend(&mut self, machine: Arc<dyn Machine>) -> Ended {
        self.publish(|s| {
            s.pid = machine.pid();
            s.warning = machine.warning();
            s.since = Some(Instant::now());
        });
        let (mut sessions, mut failures) = (0, 0);
        loop {
            sessions += 1;
            let session = match self.connect(machine.as_ref(), sessions).await {
                Ok(session) => session,
                Err(Interrupted::Failed(failure))
                    if failures < TRIES && failure.code != ErrorCode::Timeout =>
                {
                    tracing::warn!(
                        cause = failure.cause,
                        "no session with the guest; trying again"
                    );
                    failures += 1;
                    continue;
                }
                Err(ended) => return self.finish(machine.as_ref(), ended).await,
            };
            failures = 0;
            match self.serve(machine.as_ref(), session).await {
                Turn::Again => {}
                Turn::Done(ended) => return ended,
            }
        }
    }

    /// Opens a session, or says why attending is over.
    async fn connect(&mut self, machine: &dyn Machine, count: u64) -> Result<Session, Interrupted> {
        let config = self.parts.settings.borrow().engine.clone();
        let nonce = nonce(count);
        let connecting = session::connect(machine, &config, nonce, Arc::clone(&self.parts.serve));
        let outcome = tokio::select! {
            exit = machine.exited() => return Err(Interrupted::Exit(exit)),
            () = self.quit.cancelled() => return Err(Interrupted::Quit),
            () = self.overtaken() => return Err(Interrupted::Down),
            outcome = timeout(self.parts.patience.handshake, connecting) => outcome,
        };
        match outcome {
            Ok(Ok(session)) => Ok(session),
            Ok(Err(error)) => {
                if let SessionError::CutOff(end) = &error {
                    self.record_violation(end);
                }
                // A machine that is ending closes its channel first.
                if let Ok(exit) = timeout(ENDING, machine.exited()).await {
                    return Err(Interrupted::Exit(exit));
                }
                let cause = ApiError::internal(&error).message;
                let next = "see 'berth logs console'; 'berth restart --force' starts it anew";
                Err(Interrupted::Failed(Failure::new(
                    "kernel",
                    ErrorCode::VmFailed,
                    cause,
                    next,
                )))
            }
            Err(_) => {
                let cause = "the guest did not report in time";
                let next = "see 'berth logs console', then 'berth start' to try again";
                Err(Interrupted::Failed(Failure::new(
                    "kernel",
                    ErrorCode::Timeout,
                    cause,
                    next,
                )))
            }
        }
    }

    async fn finish(&mut self, machine: &dyn Machine, why: Interrupted) -> Ended {
        match why {
            Interrupted::Exit(exit) => self.exited(&exit),
            Interrupted::Quit => Ended::Left,
            Interrupted::Down => self.shut_down(machine, None).await,
            Interrupted::Failed(failure) => {
                let _ = machine.kill().await;
                machine.exited().await;
                let serial = self.wishes.borrow().serial;
                self.remember(|journal| journal.running = false);
                self.fail(serial, failure);
                Ended::Down
            }
        }
    }

    /// Serves a session until it, the machine or the wish for it ends.
    async fn serve(&mut self, machine: &dyn Machine, mut session: Session) -> Turn {
        let handle = session.handle.clone();
        let info = session.info.clone();
        self.publish(|s| {
            s.session = Some(handle.clone());
            s.stages = info.stages;
        });
        self.engine_is(info.engine);
        let mut settings = self.parts.settings.clone();
        let wanted = settings.borrow_and_update().disk_bytes;
        self.grow_disk(machine, &handle, wanted).await;
        let mut clock = tokio::time::interval(CLOCK_CHECK);
        let mut offset = clock_offset();
        let mut wishes = self.wishes.clone();
        loop {
            self.acknowledge_up();
            let level = self.wishes.borrow().level;
            if level == Level::Down {
                return Turn::Done(self.shut_down(machine, Some(session)).await);
            }
            let runs = self.snapshot.borrow().state == VmState::Running;
            if level == Level::Asleep && runs {
                match self.suspend(machine, session).await {
                    Ok(ended) => return Turn::Done(ended),
                    Err(still) => session = still,
                }
            }
            tokio::select! {
                exit = machine.exited() => return Turn::Done(self.exited(&exit)),
                () = self.quit.cancelled() => {
                    session.close().await;
                    return Turn::Done(Ended::Left);
                }
                changed = wishes.changed() => {
                    if changed.is_err() {
                        return Turn::Done(Ended::Left);
                    }
                }
                end = handle.closed() => {
                    tracing::warn!(reason = %end, "the session with the guest ended");
                    if end.is_violation() {
                        self.record_violation(&end);
                    }
                    self.publish(|s| s.session = None);
                    session.close().await;
                    return Turn::Again;
                }
                Some(event) = session.events.recv() => self.guest_reports(event),
                Ok(()) = settings.changed() => {
                    let new = settings.borrow_and_update().clone();
                    self.configure(&handle, new.engine).await;
                    self.grow_disk(machine, &handle, new.disk_bytes).await;
                }
                _ = clock.tick() => {
                    let now = clock_offset();
                    if now.abs_diff(offset) > CLOCK_JUMP {
                        tracing::info!("the host's clock jumped; setting the guest's");
                        let _ = session::ask(&handle, &session::set_clock()).await;
                    }
                    offset = now;
                }
            }
        }
    }

    async fn configure(&self, handle: &Handle, config: EngineConfig) {
        let asked = session::ask(handle, &ControlRequest::Configure(config)).await;
        if let Err(error) = asked.and_then(session::expect_done) {
            let message = format!("the engine did not take the new settings: {error}");
            let next_step = Some("check the engine settings in 'berth config list'".to_owned());
            let _ = self
                .parts
                .events
                .send(Event::Warning { message, next_step });
        }
    }

    /// Grows the data disk under the running machine, file system and all.
    async fn grow_disk(&self, machine: &dyn Machine, handle: &Handle, wanted: u64) {
        let path = self.parts.home.data_disk();
        let size = std::fs::metadata(&path).map_or(u64::MAX, |found| found.len());
        let can = |s: &Snapshot| s.backend.as_ref().is_none_or(|b| b.features.online_grow);
        if size >= wanted || !can(&self.snapshot.borrow()) {
            return;
        }
        tracing::info!(from = size, to = wanted, "growing the data disk");
        if let Err(cause) = grow(machine, handle, &path, wanted).await {
            let message = format!("the data disk could not grow while the machine runs: {cause}");
            let next_step = Some("it grows with 'berth restart'".to_owned());
            let _ = self
                .parts
                .events
                .send(Event::Warning { message, next_step });
        }
    }

    fn guest_reports(&mut self, event: GuestEvent) {
        match event {
            GuestEvent::Stage(stage) => {
                self.publish(|s| {
                    if !s.stages.iter().any(|known| known.name == stage.name) {
                        s.stages.push(stage.clone());
                    }
                });
                let stage = BootStage {
                    name: stage.name,
                    took_ms: stage.took_ms,
                };
                let _ = self.parts.events.send(Event::Stage { stage });
            }
            GuestEvent::Engine(engine) => self.engine_is(engine),
            GuestEvent::PortLost { port, message } => {
                tracing::warn!(host = %port.host, %message, "a published port was lost");
                let _ = self.parts.events.send(Event::PortRefused { message });
            }
        }
    }

    /// The machine runs when the engine does.
    fn engine_is(&mut self, engine: EngineState) {
        let serial = self.wishes.borrow().serial;
        match &engine {
            EngineState::Running { .. } => self.publish(|s| {
                s.served = s.served.max(serial);
                s.failure = None;
                s.state = VmState::Running;
            }),
            EngineState::Starting => self.set_state(VmState::Starting {
                stage: "engine".into(),
            }),
            EngineState::Failed { part, cause, .. } => {
                let next = format!(
                    "see 'berth logs {part}'; 'berth shell' opens a shell in the VM to mend it"
                );
                let cause = format!("{part} does not run: {cause}");
                self.fail(serial, Failure::new(part, ErrorCode::VmFailed, cause, next));
            }
            EngineState::Stopping => {}
        }
        let status = engine_status(Some(&engine));
        self.publish(|s| s.engine = Some(engine));
        let _ = self.parts.events.send(Event::Engine { engine: status });
    }

    /// Wishes for up while it is up are fulfilled.
    fn acknowledge_up(&self) {
        let desired = *self.wishes.borrow();
        self.snapshot.send_if_modified(|s| {
            let new = desired.level == Level::Up
                && s.state == VmState::Running
                && s.served < desired.serial;
            if new {
                s.served = desired.serial;
            }
            new
        });
    }
}

async fn grow(
    machine: &dyn Machine,
    handle: &Handle,
    path: &std::path::Path,
    wanted: u64,
) -> Result<(), Failure> {
    crate::disk::grow(path, wanted)?;
    let grown = machine.grow_data_disk(wanted).await;
    grown.map_err(|error| Failure::machine("disk", &error))?;
    let asked = session::ask(handle, &ControlRequest::GrowData).await;
    asked.and_then(session::expect_done).map_err(|error| {
        let cause = ApiError::internal(&error).message;
        Failure::new("disk", ErrorCode::VmFailed, cause, "see 'berth logs agent'")
    })
}

/// Differs between daemons and between sessions of one.
fn nonce(count: u64) -> u64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    #[expect(clippy::cast_possible_truncation, reason = "only has to differ")]
    let nanos = now.as_nanos() as u64;
    nanos.rotate_left(8) ^ u64::from(std::process::id()) ^ count
}

/// Wall clock minus monotonic clock; constant until the host sleeps or its
/// clock is set.
fn clock_offset() -> Duration {
    use std::sync::LazyLock;
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let wall = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    wall.saturating_sub(START.elapsed())
}
