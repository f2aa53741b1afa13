//! Answers that say no: a status, a sentence and a next step, in the shape of
//! the engine's own errors (`message`) and of the control API's.
use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use berth_api::error::{ApiError, ErrorCode};

/// Why a request is not served.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    /// The HTTP status.
    pub(crate) status: StatusCode,
    /// What to tell the client.
    pub(crate) error: ApiError,
}

impl Refusal {
    /// A refusal without a next step.
    pub(crate) fn new(status: StatusCode, code: ErrorCode, message: impl Into<String>) -> Self {
        let error = ApiError::new(code, message);
        Self { status, error }
    }

    /// The same with a next step.
    pub(crate) fn hint(mut self, hint: &str) -> Self {
        self.error = self.error.with_hint(hint);
        self
    }

    /// The Host is not ours.
    pub(crate) fn foreign_host() -> Self {
        let text = "this address is not the dashboard's";
        Self::new(
            StatusCode::MISDIRECTED_REQUEST,
            ErrorCode::NoPermission,
            text,
        )
        .hint("open the address that 'berth dashboard' prints")
    }

    /// The Origin is not ours.
    pub(crate) fn foreign_origin() -> Self {
        let text = "pages of other sites may not use the dashboard";
        Self::new(StatusCode::FORBIDDEN, ErrorCode::NoPermission, text)
            .hint("open the address that 'berth dashboard' prints")
    }

    /// The token is missing or wrong.
    pub(crate) fn unknown_token() -> Self {
        let text = "the token is missing, or of an earlier session";
        Self::new(StatusCode::UNAUTHORIZED, ErrorCode::NoPermission, text)
            .hint("open the dashboard again with 'berth dashboard'")
    }

    /// The machine does not run, and the client wished it not to be woken.
    pub(crate) fn not_running() -> Self {
        let text = "the virtual machine is not running";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::NotRunning, text)
            .hint("start it with 'berth start'")
    }

    /// The client sent what makes no sense.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::BadRequest, message)
    }

    /// There is nothing at this path.
    pub(crate) fn not_found() -> Self {
        let text = "there is nothing at this address";
        Self::new(StatusCode::NOT_FOUND, ErrorCode::BadRequest, text)
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        let status = match error.code {
            ErrorCode::BadRequest | ErrorCode::BadValue | ErrorCode::UnknownKey => {
                StatusCode::BAD_REQUEST
            }
            ErrorCode::NoPermission => StatusCode::FORBIDDEN,
            ErrorCode::NotRunning | ErrorCode::ShuttingDown => StatusCode::SERVICE_UNAVAILABLE,
            ErrorCode::Busy => StatusCode::TOO_MANY_REQUESTS,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self { status, error }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(self.error)).into_response()
    }
}
