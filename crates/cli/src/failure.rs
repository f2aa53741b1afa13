//! How a command fails: exit code, message, next step.
use std::io;

use berth_api::{
    client::ClientError,
    error::{ApiError, ErrorCode},
};
use berth_model::{config::error::ConfigError, home::HomeError};
use serde_json::json;

use crate::output::Output;

/// Something failed.
pub(crate) const FAILED: i32 = 1;
/// The command line makes no sense.
pub(crate) const USAGE: i32 = 2;
/// The machine does not run.
pub(crate) const NOT_RUNNING: i32 = 3;
/// `doctor` found something broken.
pub(crate) const UNHEALTHY: i32 = 4;
/// The daemon does not answer.
pub(crate) const UNREACHABLE: i32 = 5;
/// What a shell reports of a program that was killed by `SIGPIPE`.
const BROKEN_PIPE: i32 = 141;

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The exit code.
    pub(crate) code: i32,
    error: Option<Box<ApiError>>,
    /// More lines for people.
    more: Vec<String>,
}

impl Failure {
    /// A failure with a message.
    pub(crate) fn new(code: i32, message: impl Into<String>) -> Self {
        let kind = match code {
            USAGE => ErrorCode::BadRequest,
            NOT_RUNNING | UNREACHABLE => ErrorCode::NotRunning,
            _ => ErrorCode::Internal,
        };
        Self::of(code, ApiError::new(kind, message))
    }

    fn of(code: i32, error: ApiError) -> Self {
        Self {
            code,
            error: Some(Box::new(error)),
            more: Vec::new(),
        }
    }

    /// A failure that has been told already.
    pub(crate) fn silent(code: i32) -> Self {
        Self {
            code,
            error: None,
            more: Vec::new(),
        }
    }

    /// A failed operation on a file.
    pub(crate) fn io(what: &str, error: &io::Error) -> Self {
        Self::new(FAILED, format!("{what}: {error}"))
    }

    /// The same with a next step.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        if let Some(error) = &mut self.error {
            error.hint = Some(hint.into());
        }
        self
    }

    /// Tells it on standard error.
    pub(crate) fn print(&self, output: &Output) {
        let Some(error) = &self.error else {
            return;
        };
        if output.json {
            output.complain(&json!({ "error": error }).to_string());
            return;
        }
        output.complain_as("error", &error.message);
        for line in &self.more {
            output.complain(&format!("  | {line}"));
        }
        if let Some(hint) = &error.hint {
            output.complain_as("hint", hint);
        }
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        let code = match error.code {
            ErrorCode::NotRunning => NOT_RUNNING,
            ErrorCode::BadRequest | ErrorCode::UnknownKey | ErrorCode::BadValue => USAGE,
            _ => FAILED,
        };
        Self::of(code, error)
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let hint = error.hint().map(str::to_owned);
        let more = error.output().to_vec();
        let unreachable = |kind| {
            let mut wire = ApiError::internal(&error);
            (wire.code, wire.hint) = (kind, hint);
            Self::of(UNREACHABLE, wire)
        };
        let failure = match &error {
            ClientError::Api(refused) => refused.clone().into(),
            ClientError::Late { .. } => unreachable(ErrorCode::Timeout),
            _ => unreachable(ErrorCode::NotRunning),
        };
        Self { more, ..failure }
    }
}

impl From<&ConfigError> for Failure {
    fn from(error: &ConfigError) -> Self {
        ApiError::from(error).into()
    }
}

impl From<HomeError> for Failure {
    fn from(error: HomeError) -> Self {
        Self::new(FAILED, error.to_string()).hint(error.hint())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::silent(BROKEN_PIPE),
            _ => Self::new(FAILED, error.to_string()),
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::new(FAILED, error.to_string())
    }
}
