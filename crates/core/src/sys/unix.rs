//! Unix.
use std::{fs::Metadata, os::unix::fs::MetadataExt};

/// Bytes that a file takes on its disk, holes left out.
pub(crate) fn allocated(file: &Metadata) -> u64 {
    // POSIX counts st_blocks in units of 512 bytes, whatever the block size.
    file.blocks() * 512
}
