//! What is known of the machine at one moment.
use std::time::Instant;

use berth_api::status::Incident;
use berth_link::{
    mux::Handle,
    proto::{BootStage, EngineState},
};
use berth_machine::BackendInfo;
use berth_model::state::VmState;

use super::Settings;
use crate::failure::Failure;

/// What is known of the machine at one moment.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Number of the newest wish that this state is an answer to.
    pub served: u64,
    /// The machine's state.
    pub state: VmState,
    /// Set when the state is failed.
    pub failure: Option<Failure>,
    /// Number of a wish that could not be fulfilled, and why; the machine is as it
    /// was.
    pub refused: Option<(u64, Failure)>,
    /// The user stopped it: nothing but the user starts it again.
    pub stopped_by_user: bool,
    /// The engine, `None` while no guest is known.
    pub engine: Option<EngineState>,
    /// Boot stages that ended, in order.
    pub stages: Vec<BootStage>,
    /// The hypervisor, once it was asked.
    pub backend: Option<BackendInfo>,
    /// How the machine runs, if that needs saying.
    pub warning: Option<String>,
    /// Process of the machine.
    pub pid: Option<u32>,
    /// When the machine began to run, as far as this daemon knows.
    pub since: Option<Instant>,
    /// The settings that it was started with.
    pub settings: Option<Settings>,
    /// Key of the image that it was started from.
    pub image: Option<String>,
    /// Opens streams into the guest, while there is a session.
    pub session: Option<Handle>,
    /// The last thing that went wrong.
    pub incident: Option<Incident>,
}

impl Default for Snapshot {
    fn default() -> Self {
        Self {
            served: 0,
            state: VmState::Stopped,
            failure: None,
            refused: None,
            stopped_by_user: false,
            engine: None,
            stages: Vec::new(),
            backend: None,
            warning: None,
            pid: None,
            since: None,
            settings: None,
            image: None,
            session: None,
            incident: None,
        }
    }
}

impl Snapshot {
    /// Nothing is under way.
    pub fn is_settled(&self) -> bool {
        match self.state {
            VmState::Stopped | VmState::Suspended | VmState::Running | VmState::Failed { .. } => {
                true
            }
            VmState::Starting { .. }
            | VmState::Stopping
            | VmState::Suspending
            | VmState::Resuming => false,
        }
    }

    /// Forgets what belongs to a machine that is gone.
    pub(super) fn clear_machine(&mut self) {
        self.engine = None;
        self.stages.clear();
        self.warning = None;
        self.pid = None;
        self.since = None;
        self.settings = None;
        self.image = None;
        self.session = None;
    }
}
