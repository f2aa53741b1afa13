//! What can end a network before its time.

use std::io;

/// Why [`serve`](crate::serve) gave up.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// The stream to the guest broke; open another and serve that.
    #[error("the guest's network stream broke; it comes back when the VM's channel does")]
    Stream(#[source] io::Error),
}
