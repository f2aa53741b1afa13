//! What can go wrong between us and the engine.
use http::StatusCode;

/// A request to the engine failed.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// No connection, or it was cut.
    #[error("the engine can't be reached")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It took too long.
    #[error("the engine did not answer '{path}' in time")]
    Late {
        /// What was asked.
        path: String,
    },
    /// It answered with an error.
    #[error("the engine refused '{path}' with {status}: {message}")]
    Refused {
        /// What was asked.
        path: String,
        /// The status of its answer.
        status: StatusCode,
        /// Its own words, cut.
        message: String,
    },
    /// Its answer is longer than anything sensible.
    #[error("the engine's answer to '{path}' is longer than {limit} bytes")]
    TooLong {
        /// What was asked.
        path: String,
        /// Most bytes that are read.
        limit: usize,
    },
    /// Its answer is no JSON of the expected kind.
    #[error("the engine's answer to '{path}' can't be understood")]
    Garbage {
        /// What was asked.
        path: String,
        /// What the parser says.
        #[source]
        source: serde_json::Error,
    },
}

impl EngineError {
    pub(crate) fn unreachable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unreachable(source.into())
    }

    /// The object that was asked for does not exist.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Refused { status, .. } if *status == StatusCode::NOT_FOUND)
    }

    /// The connection still works: only this one question has no answer.
    pub(crate) fn is_about_one_object(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }
}
