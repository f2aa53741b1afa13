//! What the daemon reports while things happen.
use berth_model::state::VmState;
use serde::{Deserialize, Serialize};

use crate::status::{BootStage, EngineStatus, Incident, PortStatus};

/// Something happened. A client may meet newer kinds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The machine's state changed. A boot that enters its next stage reports
    /// this with the new `stage`.
    Vm {
        /// The state now.
        vm: VmState,
    },
    /// A boot stage ended.
    Stage {
        /// Which, and how long it took.
        stage: BootStage,
    },
    /// The engine's state changed.
    Engine {
        /// The state now.
        engine: EngineStatus,
    },
    /// A host port is bound.
    PortBound {
        /// Which.
        port: PortStatus,
    },
    /// A host port is free again.
    PortReleased {
        /// Which.
        port: PortStatus,
    },
    /// A host port could not be bound.
    PortRefused {
        /// Why, one sentence that names the port and who holds it.
        message: String,
    },
    /// Settings changed.
    Config {
        /// The key.
        key: String,
    },
    /// Something that the user should know.
    Warning {
        /// One sentence.
        message: String,
        /// What the user can do.
        next_step: Option<String>,
    },
    /// Something went wrong.
    Incident {
        /// What.
        incident: Incident,
    },
    /// This client was too slow: events were left out, ask for the status.
    Missed {
        /// How many.
        count: u64,
    },
    /// A kind that this build doesn't know.
    #[serde(other)]
    Unknown,
}
