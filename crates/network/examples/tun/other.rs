//! Systems without network namespaces.

use std::io;

/// # Errors
/// Always: unsupported.
pub(crate) async fn run(_namespace: &str) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
