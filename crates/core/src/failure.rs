//! Why the machine can't be brought up, with the next step.
use std::io;

use berth_api::error::{ApiError, ErrorCode};
use berth_machine::MachineError;
use berth_model::state::VmState;

/// A failed stage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{cause}")]
pub struct Failure {
    /// What was being done: `image`, `disk`, `hypervisor`, `kernel`, `engine`.
    pub stage: String,
    /// For programs.
    pub code: ErrorCode,
    /// Why it failed, one sentence.
    pub cause: String,
    /// What the user can do, one sentence.
    pub next_step: String,
}

impl Failure {
    /// A failure of `stage`.
    pub fn new(
        stage: &str,
        code: ErrorCode,
        cause: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        Self {
            stage: stage.to_owned(),
            code,
            cause: cause.into(),
            next_step: next.into(),
        }
    }

    /// What a failed file operation means.
    pub fn file(stage: &str, what: &str, error: &io::Error) -> Self {
        let cause = format!("{what}: {error}");
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::new(
                stage,
                ErrorCode::NoSpace,
                cause,
                "free some space on this disk, then run 'berth start'",
            ),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::new(
                stage,
                ErrorCode::NoPermission,
                cause,
                "make the folder yours and writable (chown, chmod u+rwx), then run 'berth start'",
            ),
            _ => Self::new(stage, ErrorCode::Internal, cause, "see 'berth logs daemon'"),
        }
    }

    /// What a backend's error means.
    pub fn machine(stage: &str, error: &MachineError) -> Self {
        let code = match error {
            MachineError::Missing { .. } => ErrorCode::BackendMissing,
            MachineError::Permission { .. } => ErrorCode::NoPermission,
            MachineError::Start { .. }
            | MachineError::Command { .. }
            | MachineError::Save { .. }
            | MachineError::Stale { .. }
            | MachineError::Unsupported { .. }
            | MachineError::Gone
            | MachineError::Io { .. } => ErrorCode::VmFailed,
        };
        let hint = error.hint().unwrap_or("see 'berth logs qemu'").to_owned();
        Self::new(stage, code, ApiError::internal(error).message, hint)
    }

    /// The state that it leaves the machine in.
    pub fn state(&self) -> VmState {
        VmState::Failed {
            stage: self.stage.clone(),
            cause: self.cause.clone(),
            next_step: self.next_step.clone(),
        }
    }

    /// The failure as the control API reports it.
    pub fn api(&self) -> ApiError {
        ApiError::new(self.code, self.cause.clone()).with_hint(self.next_step.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use berth_api::error::ErrorCode;
    use berth_machine::MachineError;

    use super::Failure;

    #[test]
    fn a_full_disk_says_so_and_what_to_do() {
        let error = io::Error::from(io::ErrorKind::StorageFull);
        let failure = Failure::file("disk", "creating data.raw", &error);
        assert_eq!(failure.code, ErrorCode::NoSpace);
        assert!(failure.next_step.contains("free some space"));
    }

    #[test]
    fn a_backend_that_is_missing_keeps_its_own_hint() {
        let error = MachineError::Missing {
            program: "qemu".into(),
            hint: "apt install it".into(),
        };
        let failure = Failure::machine("hypervisor", &error);
        assert_eq!(failure.code, ErrorCode::BackendMissing);
        assert_eq!(failure.next_step, "apt install it");
    }
}
