//! Errors on the wire.
use berth_model::config::error::ConfigError;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::API_VERSION;

/// Kind of an [`ApiError`], for programs. A client may meet newer ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The machine could not be started, or ended by itself.
    VmFailed,
    /// This needs a running machine.
    NotRunning,
    /// Another daemon owns this home.
    AlreadyRunning,
    /// The request is not understood.
    BadRequest,
    /// There is no setting of this name.
    UnknownKey,
    /// A setting can't have this value.
    BadValue,
    /// The settings file can't be read.
    ConfigDamaged,
    /// The hypervisor is not installed.
    BackendMissing,
    /// This user may not do that.
    NoPermission,
    /// The host's disk is full.
    NoSpace,
    /// There is no VM image.
    ImageMissing,
    /// The VM image does not match its manifest.
    ImageDamaged,
    /// It took too long.
    Timeout,
    /// Too many calls at a time.
    Busy,
    /// The daemon is shutting down.
    ShuttingDown,
    /// Client and daemon don't fit each other.
    VersionMismatch,
    /// A defect or an unexpected failure of the host.
    Internal,
    /// A code that this build doesn't know.
    #[serde(other)]
    Unknown,
}

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[error("{message}")]
pub struct ApiError {
    /// What kind of failure.
    pub code: ErrorCode,
    /// What went wrong, one sentence.
    pub message: String,
    /// What the user can do, one sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// More for programs; what it holds depends on the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Value>,
}

impl ApiError {
    /// An error without a next step.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            hint: None,
            details: None,
        }
    }

    /// The same with a next step.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same with more for programs.
    #[must_use]
    pub fn with_details(mut self, details: Value) -> Self {
        self.details = Some(details);
        self
    }

    /// An error with the messages of all of its causes, for failures that
    /// nothing better is known of.
    pub fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        let mut message = error.to_string();
        let mut cause = error.source();
        while let Some(next) = cause {
            message.push_str(": ");
            message.push_str(&next.to_string());
            cause = next.source();
        }
        Self::new(ErrorCode::Internal, message)
    }

    /// Refuses a client whose [`API_VERSION`] is not ours.
    ///
    /// # Errors
    /// `version_mismatch`, with the side that is older in its hint.
    pub fn check_version(theirs: u32) -> Result<(), Self> {
        if theirs == API_VERSION {
            return Ok(());
        }
        let hint = if theirs < API_VERSION {
            "update the client"
        } else {
            "run 'berth stop --quit', so that the next command starts the updated daemon"
        };
        let message =
            format!("the client speaks version {theirs} of the API, the daemon {API_VERSION}");
        Err(Self::new(ErrorCode::VersionMismatch, message).with_hint(hint))
    }
}

impl From<&ConfigError> for ApiError {
    fn from(error: &ConfigError) -> Self {
        let code = match error {
            ConfigError::UnknownKey { .. } => ErrorCode::UnknownKey,
            ConfigError::BadValue { .. } => ErrorCode::BadValue,
            ConfigError::Write { source, .. }
                if source.kind() == std::io::ErrorKind::StorageFull =>
            {
                ErrorCode::NoSpace
            }
            ConfigError::Write { .. } => ErrorCode::NoPermission,
            ConfigError::Read { .. }
            | ConfigError::Syntax { .. }
            | ConfigError::BadEntry { .. } => ErrorCode::ConfigDamaged,
        };
        Self {
            code,
            ..Self::internal(error)
        }
        .with_hint(error.hint())
    }
}

#[cfg(test)]
mod tests {
    use super::{ApiError, ErrorCode};
    use crate::API_VERSION;

    #[test]
    fn a_code_of_a_newer_daemon_is_understood_as_unknown() {
        let error: ApiError =
            serde_json::from_str(r#"{"code":"on_fire","message":"It burns."}"#).unwrap();
        assert_eq!(error.code, ErrorCode::Unknown);
    }

    #[test]
    fn codes_are_snake_case_and_absent_parts_are_left_out() {
        let error = ApiError::new(ErrorCode::NoSpace, "full");
        let text = serde_json::to_string(&error).unwrap();
        assert_eq!(text, r#"{"code":"no_space","message":"full"}"#);
    }

    #[test]
    fn the_hint_of_a_version_mismatch_names_the_older_side() {
        assert!(ApiError::check_version(API_VERSION).is_ok());
        let older = ApiError::check_version(API_VERSION - 1).unwrap_err();
        assert_eq!(older.hint.as_deref(), Some("update the client"));
        let newer = ApiError::check_version(API_VERSION + 1).unwrap_err();
        assert!(newer.hint.unwrap().contains("daemon"));
    }
}
