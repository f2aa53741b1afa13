//! The life of the virtual machine, as users and clients see it.
use std::fmt;

use serde::{Deserialize, Serialize};

/// State of the virtual machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum VmState {
    /// It does not run and nobody asked it to.
    Stopped,
    /// It boots; the engine does not answer yet.
    Starting {
        /// What is being done, such as `kernel` or `dockerd`.
        stage: String,
    },
    /// The engine answers.
    Running,
    /// Containers and the engine are being stopped.
    Stopping,
    /// Memory and devices are being written to the disk.
    Suspending,
    /// It is on the disk and costs no memory; the next call wakes it.
    Suspended,
    /// It is being read back from the disk.
    Resuming,
    /// It could not be started, or ended without being asked.
    Failed {
        /// What was being done.
        stage: String,
        /// Why it failed, one sentence.
        cause: String,
        /// What the user can do, one sentence.
        next_step: String,
    },
}

impl VmState {
    /// The state without its details, as serialised in `state`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::Starting { .. } => "starting",
            Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Suspending => "suspending",
            Self::Suspended => "suspended",
            Self::Resuming => "resuming",
            Self::Failed { .. } => "failed",
        }
    }

    /// True while a machine exists or is being made.
    pub fn is_active(&self) -> bool {
        match self {
            Self::Starting { .. }
            | Self::Running
            | Self::Stopping
            | Self::Suspending
            | Self::Resuming => true,
            Self::Stopped | Self::Suspended | Self::Failed { .. } => false,
        }
    }
}

impl fmt::Display for VmState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Starting { stage } => write!(f, "starting ({stage})"),
            Self::Failed { stage, .. } => write!(f, "failed ({stage})"),
            Self::Stopped
            | Self::Running
            | Self::Stopping
            | Self::Suspending
            | Self::Suspended
            | Self::Resuming => f.write_str(self.name()),
        }
    }
}

/// What it takes until a change of settings holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RestartCost {
    /// Nothing.
    #[default]
    None,
    /// The engine starts again, and with it the containers.
    RestartEngine,
    /// The machine starts again.
    RestartVm,
}

#[cfg(test)]
mod tests {
    use super::VmState;

    #[test]
    fn a_state_is_tagged_by_its_name() {
        let state = VmState::Starting {
            stage: "kernel".into(),
        };
        let text = serde_json::to_string(&state).unwrap();
        assert_eq!(text, r#"{"state":"starting","stage":"kernel"}"#);
        assert_eq!(serde_json::from_str::<VmState>(&text).unwrap(), state);
    }
}
