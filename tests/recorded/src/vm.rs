//! A virtual machine that is only told about. Starting and stopping it takes a
//! moment, as for a real one.
use std::time::Duration;

use async_trait::async_trait;
use berth_api::{
    error::{ApiError, ErrorCode},
    event::Event,
    status::EngineStatus,
};
use berth_dashboard::machine::{Machine, MachineNow};
use berth_link::{
    BoxStream,
    proto::{EngineState, ExecRequest, GuestInfo},
};
use berth_model::state::VmState;
use tokio::sync::{broadcast, watch};

use crate::world::now_ms;

/// Version of the engine, as told.
pub(crate) const ENGINE: &str = "28.5.2";

/// The machine.
#[derive(Debug, Clone)]
pub(crate) struct StubVm {
    state: watch::Sender<VmState>,
    events: broadcast::Sender<Event>,
}

/// The state of this name.
pub(crate) fn state(name: &str) -> Option<VmState> {
    Some(match name {
        "running" => VmState::Running,
        "stopped" => VmState::Stopped,
        "suspended" => VmState::Suspended,
        "starting" => VmState::Starting {
            stage: "dockerd".to_owned(),
        },
        "failed" => VmState::Failed {
            stage: "kernel".to_owned(),
            cause: "QEMU ended after 2 seconds with status 1: could not allocate memory".to_owned(),
            next_step: "close other programs, or lower it by 'berth config set memory 2GiB'"
                .to_owned(),
        },
        _ => return None,
    })
}

impl StubVm {
    pub(crate) fn new(state: VmState, events: broadcast::Sender<Event>) -> Self {
        let state = watch::Sender::new(state);
        Self { state, events }
    }

    pub(crate) fn is_running(&self) -> bool {
        *self.state.borrow() == VmState::Running
    }

    pub(crate) fn state(&self) -> VmState {
        self.state.borrow().clone()
    }

    pub(crate) fn engine(&self) -> EngineStatus {
        match self.state() {
            VmState::Running => EngineStatus::Running {
                version: ENGINE.to_owned(),
            },
            VmState::Starting { .. } | VmState::Resuming => EngineStatus::Starting,
            VmState::Stopping | VmState::Suspending => EngineStatus::Stopping,
            _ => EngineStatus::Stopped,
        }
    }

    /// Whether the engine can be dialed, as it changes.
    pub(crate) fn up(&self) -> watch::Receiver<bool> {
        let (up, receiver) = watch::channel(self.is_running());
        let mut states = self.state.subscribe();
        tokio::spawn(async move {
            while states.changed().await.is_ok() {
                let now = *states.borrow_and_update() == VmState::Running;
                let _ = up.send(now);
            }
        });
        receiver
    }

    /// Goes through these states, with a pause after each but the last.
    pub(crate) async fn pass(&self, states: impl IntoIterator<Item = VmState>) {
        for (n, state) in states.into_iter().enumerate() {
            if n > 0 {
                tokio::time::sleep(Duration::from_millis(400)).await;
            }
            self.state.send_replace(state.clone());
            // Nobody need listen.
            let _ = self.events.send(Event::Vm { vm: state });
            let engine = self.engine();
            let _ = self.events.send(Event::Engine { engine });
        }
    }
}

#[async_trait]
impl Machine for StubVm {
    fn now(&self) -> MachineNow {
        MachineNow {
            state: self.state(),
            pid: self.is_running().then(std::process::id),
            stopped_by_user: false,
        }
    }

    async fn changed(&self, known: &MachineNow) -> MachineNow {
        let mut states = self.state.subscribe();
        let changed = states.wait_for(|state| *state != known.state).await;
        match changed.map(drop) {
            Ok(()) => self.now(),
            Err(_) => std::future::pending().await,
        }
    }

    async fn guest(&self) -> Option<GuestInfo> {
        self.is_running().then(|| GuestInfo {
            agent_version: env!("CARGO_PKG_VERSION").to_owned(),
            kernel: "6.12.0".to_owned(),
            boot_id: "00000000-0000-4000-8000-000000000000".to_owned(),
            stages: Vec::new(),
            engine: EngineState::Running {
                version: ENGINE.to_owned(),
            },
            data_bytes: 64 << 30,
            data_free_bytes: 41 << 30,
            memory_bytes: 8 << 30,
            memory_available_bytes: 3 << 30,
            network_received: Some(now_ms() / 7 * 1000 % (1 << 40)),
            network_sent: Some(now_ms() / 90 * 1000 % (1 << 40)),
        })
    }

    async fn exec(&self, _: ExecRequest) -> Result<BoxStream, ApiError> {
        Err(no_machine())
    }
}

/// There is nothing to run a program in.
pub(crate) fn no_machine() -> ApiError {
    let text = "a recorded engine has no virtual machine to run this in";
    ApiError::new(ErrorCode::NotRunning, text).with_hint("use a real one: 'cargo xtask run'")
}
