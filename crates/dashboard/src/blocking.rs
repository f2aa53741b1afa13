//! Work that blocks, on threads that may.
use berth_api::error::{ApiError, ErrorCode};

/// Runs `work` on a blocking thread.
///
/// # Errors
/// Its own, or `internal` when it panicked.
pub(crate) async fn run<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| {
        tracing::error!(%error, "blocking work of the dashboard ended abnormally");
        Err(ApiError::new(
            ErrorCode::Internal,
            "the daemon failed while it worked on this",
        ))
    })
}
