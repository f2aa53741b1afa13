//! The data disk: one sparse file on the host, everything that Docker keeps.
//!
//! It is created once, grows, and is never shrunk, replaced or deleted here.
use std::{fs, io, path::Path};

use crate::failure::Failure;
use berth_api::error::ErrorCode;

/// What the host's disk must have free before a machine is started, in bytes.
/// Less, and the guest's first writes would fail under it.
pub const MIN_FREE: u64 = 512 << 20;

/// What [`plan`] decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// There is none yet: make it, this large.
    Create(u64),
    /// It is smaller than the setting: grow it to this.
    Grow(u64),
    /// It stays as it is.
    Keep(u64),
}

/// What to do with a disk of `present` bytes when the setting asks for `wanted`.
///
/// A smaller setting changes nothing: shrinking would lose data.
pub fn plan(present: Option<u64>, wanted: u64) -> Plan {
    match present {
        None | Some(0) => Plan::Create(wanted),
        Some(size) if size < wanted => Plan::Grow(wanted),
        Some(size) => Plan::Keep(size),
    }
}

/// Makes or grows the data disk, and answers its size in bytes.
///
/// # Errors
/// When the host's disk is too full, or its folder can't be written.
pub fn prepare(path: &Path, wanted: u64, free: u64) -> Result<u64, Failure> {
    if free < MIN_FREE {
        return Err(too_full(path, free));
    }
    let failed = |what: &str, error: io::Error| {
        Failure::file("disk", &format!("{what} '{}'", path.display()), &error)
    };
    let present = match fs::metadata(path) {
        Ok(found) => Some(found.len()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed("reading the data disk", error)),
    };
    match plan(present, wanted) {
        Plan::Keep(size) => {
            // Find a disk that can't be written now, not in the middle of the boot.
            fs::OpenOptions::new()
                .write(true)
                .open(path)
                .map_err(|e| failed("opening the data disk", e))?;
            Ok(size)
        }
        Plan::Create(size) | Plan::Grow(size) => {
            resize(path, size).map_err(|e| failed("making room on the data disk", e))?;
            Ok(size)
        }
    }
}

/// Makes the disk's file larger while a machine uses it.
///
/// # Errors
/// When its folder can't be written or the host's disk is full.
pub fn grow(path: &Path, size: u64) -> Result<(), Failure> {
    let what = format!("growing the data disk '{}'", path.display());
    resize(path, size).map_err(|error| Failure::file("disk", &what, &error))
}

fn resize(path: &Path, size: u64) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = fs::OpenOptions::new();
    let file = options
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)?;
    file.set_len(size)?;
    file.sync_all()
}

pub(crate) use crate::sys::allocated;

fn too_full(path: &Path, free: u64) -> Failure {
    Failure::new(
        "disk",
        ErrorCode::NoSpace,
        format!(
            "the disk that holds '{}' has {} MiB free, the virtual machine needs {}",
            path.display(),
            free >> 20,
            MIN_FREE >> 20
        ),
        "free some space on this disk, then run 'berth start'; images and volumes are untouched",
    )
}

#[cfg(test)]
mod tests {
    use std::fs;

    use berth_api::error::ErrorCode;

    use super::{MIN_FREE, Plan, plan, prepare};

    #[test]
    fn a_disk_grows_and_never_shrinks() {
        assert_eq!(plan(None, 10), Plan::Create(10));
        assert_eq!(plan(Some(0), 10), Plan::Create(10));
        assert_eq!(plan(Some(5), 10), Plan::Grow(10));
        assert_eq!(plan(Some(20), 10), Plan::Keep(20));
    }

    #[test]
    fn growing_keeps_what_is_on_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/data.raw");
        prepare(&path, 1 << 20, MIN_FREE).unwrap();
        fs::write(&path, b"kept").unwrap();
        assert_eq!(prepare(&path, 4 << 20, MIN_FREE).unwrap(), 4 << 20);
        let bytes = fs::read(&path).unwrap();
        assert_eq!((&bytes[..4], bytes.len()), (&b"kept"[..], 4 << 20));
    }

    #[test]
    fn a_full_host_disk_is_refused_before_anything_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data.raw");
        let failure = prepare(&path, 1 << 20, MIN_FREE - 1).unwrap_err();
        assert_eq!(failure.code, ErrorCode::NoSpace);
        assert!(!path.exists());
    }

    #[test]
    fn a_disk_in_the_way_of_a_folder_is_a_clear_error() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("data"), b"a file").unwrap();
        let failure = prepare(&folder.path().join("data/data.raw"), 1, MIN_FREE).unwrap_err();
        assert_eq!(failure.stage, "disk");
        assert!(failure.cause.contains("data.raw"), "{failure}");
    }
}
