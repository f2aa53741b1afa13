//! Failures as clients see them, each with a next step where one is known.
use std::{io, path::Path};

use berth_api::error::{ApiError, ErrorCode};
use berth_store::StoreError;
use bollard::errors::Error as DockerError;

/// A request that can't be served as it is.
pub(crate) fn bad_request(message: impl Into<String>, hint: &str) -> ApiError {
    ApiError::new(ErrorCode::BadRequest, message).with_hint(hint)
}

/// An operation on the host's `path` failed.
pub(crate) fn file(path: &Path, error: &io::Error) -> ApiError {
    let shown = path.display();
    match error.kind() {
        io::ErrorKind::NotFound => {
            ApiError::new(ErrorCode::BadRequest, format!("there is no '{shown}'"))
                .with_hint("check the path")
        }
        io::ErrorKind::AlreadyExists => {
            ApiError::new(ErrorCode::BadRequest, format!("'{shown}' exists already"))
                .with_hint("choose another name, or remove what is there")
        }
        io::ErrorKind::PermissionDenied => ApiError::new(
            ErrorCode::NoPermission,
            format!("'{shown}' is not yours to use"),
        )
        .with_hint("choose a folder of yours"),
        _ if is_full(error) => ApiError::new(
            ErrorCode::NoSpace,
            format!("'{shown}' can't be written: the disk is full"),
        )
        .with_hint("free some space on the host's disk"),
        _ => ApiError::new(
            ErrorCode::Internal,
            format!("'{shown}' can't be used: {error}"),
        )
        .with_hint("check the path and its disk"),
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

/// The engine refused, or could not be asked.
pub(crate) fn docker(error: &DockerError) -> ApiError {
    match error {
        DockerError::DockerResponseServerError {
            status_code,
            message,
        } => refused(*status_code, message),
        DockerError::DockerStreamError { error } => {
            let told = ApiError::new(ErrorCode::Internal, error.trim());
            match hint_for(error) {
                Some(hint) => told.with_hint(hint),
                None => told,
            }
        }
        DockerError::SocketNotFoundError(_)
        | DockerError::HyperResponseError { .. }
        | DockerError::HyperLegacyError { .. }
        | DockerError::IOError { .. } => {
            let told = ApiError::internal(error);
            ApiError::new(
                ErrorCode::NotRunning,
                format!("the engine does not answer: {}", told.message),
            )
            .with_hint("start it with 'berth start'")
        }
        other => ApiError::internal(other),
    }
}

/// The engine refused with this status.
pub(crate) fn refused(status: u16, message: &str) -> ApiError {
    let code = match status {
        400..500 => ErrorCode::BadRequest,
        _ => ErrorCode::Internal,
    };
    let message = message.trim();
    let error = ApiError::new(code, message);
    match hint_for(message) {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

/// Next steps for the engine's own sentences.
fn hint_for(message: &str) -> Option<&'static str> {
    let lower = message.to_lowercase();
    let hints = [
        ("no space left", "free some space: see the view Space"),
        (
            "manifest unknown",
            "check the image's name and tag in its registry",
        ),
        (
            "pull access denied",
            "check the image's name, or log in with 'docker login'",
        ),
        ("unauthorized", "log in with 'docker login'"),
        ("denied: ", "log in with 'docker login'"),
        ("authentication required", "log in with 'docker login'"),
        (
            "no such host",
            "check the registry's name and the host's network",
        ),
        ("timeout", "check the host's network, then try again"),
        (
            "connection refused",
            "check that the registry runs and can be reached from the host",
        ),
        ("is in use", "stop and remove what uses it first"),
        ("being used", "stop and remove what uses it first"),
        ("no such image", "check the image's name; it may be gone"),
        ("not found", "check the name; it may be gone"),
    ];
    let mut hints = hints.into_iter();
    hints.find_map(|(part, hint)| lower.contains(part).then_some(hint))
}

/// The dashboard's database failed.
pub(crate) fn store(error: &StoreError) -> ApiError {
    if error.is_full() {
        return ApiError::new(
            ErrorCode::NoSpace,
            "the dashboard's database can't be written: the disk is full",
        )
        .with_hint("free some space on the host's disk");
    }
    ApiError::internal(error).with_hint(
        "restart Berth with 'berth restart --quit'; a damaged database is put aside then",
    )
}

#[cfg(test)]
mod tests {
    use std::{io, path::Path};

    use berth_api::error::ErrorCode;
    use bollard::errors::Error as DockerError;

    use super::{docker, file};

    #[test]
    fn a_full_disk_is_told_as_such() {
        let error = io::Error::from(io::ErrorKind::StorageFull);
        let told = file(Path::new("/x"), &error);
        assert_eq!(told.code, ErrorCode::NoSpace);
        assert!(told.hint.is_some());
    }

    #[test]
    fn the_engines_own_sentence_is_kept_and_gets_a_next_step() {
        let told = docker(&DockerError::DockerResponseServerError {
            status_code: 404,
            message: "manifest unknown\n".into(),
        });
        assert_eq!(told.message, "manifest unknown");
        assert_eq!(told.code, ErrorCode::BadRequest);
        assert!(told.hint.unwrap().contains("tag"));
    }
}
