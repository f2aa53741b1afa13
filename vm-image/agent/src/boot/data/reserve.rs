//! A file that holds space for the engine: on a disk that is full to the last
//! block dockerd does not start, and so nothing could be pruned.
use std::{
    fs::{self, File},
    io,
    path::Path,
};

use rustix::fs::FallocateFlags;

use crate::console::say;

/// Space held back, in bytes.
const RESERVE: u64 = 256 << 20;

/// Free space below which the reserve is given up, in bytes: dockerd and
/// containerd open their databases with less than this.
const FULL: u64 = 64 << 20;

/// Free space, besides the reserve itself, that must be there to make one.
const ROOM: u64 = 1 << 30;

#[derive(Debug, PartialEq, Eq)]
enum Step {
    Keep,
    Make,
    GiveUp,
}

fn step(free: u64, held: bool) -> Step {
    match held {
        true if free < FULL => Step::GiveUp,
        false if free >= RESERVE + ROOM => Step::Make,
        _ => Step::Keep,
    }
}

/// Makes or gives up the reserve on the file system at `folder`.
pub(super) fn adjust(folder: &Path) {
    let file = folder.join(".reserve");
    let Ok(space) = rustix::fs::statvfs(folder) else {
        return;
    };
    let held = fs::metadata(&file).is_ok_and(|found| found.len() >= RESERVE);
    let done = match step(space.f_bavail.saturating_mul(space.f_frsize), held) {
        Step::Keep => Ok(()),
        Step::Make => make(&file),
        Step::GiveUp => {
            say!("the data disk is full: giving up the reserve of 256 MiB");
            fs::remove_file(&file)
        }
    };
    if let Err(error) = done {
        say!("reserve on the data disk: {error}");
    }
}

fn make(file: &Path) -> io::Result<()> {
    let file = File::create(file)?;
    rustix::fs::fallocate(&file, FallocateFlags::empty(), 0, RESERVE)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{FULL, RESERVE, ROOM, Step, step};

    #[test]
    fn the_reserve_is_given_up_on_a_full_disk_only() {
        assert_eq!(step(0, true), Step::GiveUp);
        assert_eq!(step(FULL, true), Step::Keep);
        assert_eq!(step(0, false), Step::Keep);
    }

    #[test]
    fn the_reserve_is_made_where_there_is_room() {
        assert_eq!(step(RESERVE + ROOM, false), Step::Make);
        assert_eq!(step(RESERVE + ROOM - 1, false), Step::Keep);
        assert_eq!(step(u64::MAX, true), Step::Keep);
    }
}
