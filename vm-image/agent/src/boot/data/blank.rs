//! What a disk holds: the decision on which a format hangs.
use std::{
    fs::File,
    io::{self, Seek as _, SeekFrom},
    os::unix::fs::FileExt as _,
};

use crate::boot::disks::FileSystem;

/// Bytes looked at in one place of the disk.
const PROBE: u64 = 64 << 10;

/// Bytes looked at at the beginning and at the end: partition tables (both
/// copies), superblocks, and metadata of RAID and LVM are all within.
const EDGE: u64 = 1 << 20;

/// Places looked at in between.
const BETWEEN: u64 = 32;

/// What a disk holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// Nothing: only zeros, wherever one looked.
    Blank,
    /// An XFS.
    Ours,
    /// Anything else.
    Foreign,
}

/// Looks at a disk.
///
/// # Errors
/// When it can't be read: it is not blank then.
pub(super) fn inspect(mut disk: &File) -> io::Result<Content> {
    let size = disk.seek(SeekFrom::End(0))?;
    let mut buffer = vec![0; usize::try_from(PROBE).map_err(io::Error::other)?];
    for (number, offset) in probes(size).into_iter().enumerate() {
        let length = usize::try_from(PROBE.min(size - offset)).map_err(io::Error::other)?;
        let probe = &mut buffer[..length];
        disk.read_exact_at(probe, offset)?;
        if number == 0 && FileSystem::detect(probe) == Some(FileSystem::Xfs) {
            return Ok(Content::Ours);
        }
        if probe.iter().any(|&byte| byte != 0) {
            return Ok(Content::Foreign);
        }
    }
    Ok(if size == 0 {
        Content::Foreign
    } else {
        Content::Blank
    })
}

/// Offsets to look at on a disk of `size` bytes: its beginning first.
fn probes(size: u64) -> Vec<u64> {
    let mut offsets: Vec<u64> = (0..EDGE).step_by(64 << 10).collect();
    offsets.extend((1..=BETWEEN).map(|part| size / (BETWEEN + 1) * part));
    offsets.extend((1..=EDGE / PROBE).map(|part| size.saturating_sub(part * PROBE)));
    offsets.retain(|&offset| offset < size);
    offsets
}

#[cfg(test)]
mod tests {
    use std::{fs::File, os::unix::fs::FileExt as _};

    use super::{Content, inspect};

    const SIZE: u64 = 64 << 20;

    fn check(offset: u64, bytes: &[u8], expected: Content) {
        let disk = tempfile::tempfile().unwrap();
        disk.set_len(SIZE).unwrap();
        disk.write_all_at(bytes, offset).unwrap();
        assert_eq!(inspect(&disk).unwrap(), expected, "at {offset}");
    }

    #[test]
    fn a_disk_of_zeros_is_blank() {
        check(0, &[], Content::Blank);
    }

    #[test]
    fn a_disk_with_an_xfs_superblock_is_ours() {
        check(0, b"XFSB", Content::Ours);
    }

    #[test]
    fn one_byte_in_the_first_or_last_mebibyte_makes_a_disk_foreign() {
        for offset in [
            0,
            510,
            1080,
            65_536,
            (1 << 20) - 1,
            SIZE - 1,
            SIZE - 512,
            SIZE - (1 << 20),
        ] {
            check(offset, &[1], Content::Foreign);
        }
    }

    #[test]
    fn data_in_the_middle_makes_a_disk_foreign() {
        check(SIZE / 2, &vec![1; 4 << 20], Content::Foreign);
    }

    #[test]
    fn an_xfs_superblock_that_was_damaged_is_not_blank() {
        check(1, b"FSB", Content::Foreign);
    }

    #[test]
    fn a_disk_smaller_than_a_probe_is_looked_at_whole() {
        let disk = tempfile::tempfile().unwrap();
        disk.set_len(1000).unwrap();
        assert_eq!(inspect(&disk).unwrap(), Content::Blank);
        disk.write_all_at(&[1], 999).unwrap();
        assert_eq!(inspect(&disk).unwrap(), Content::Foreign);
    }

    #[test]
    fn an_empty_disk_is_no_disk_to_format() {
        let disk = tempfile::tempfile().unwrap();
        assert_eq!(inspect(&disk).unwrap(), Content::Foreign);
    }

    #[test]
    fn a_disk_that_cannot_be_read_is_an_error() {
        let write_only = File::options().write(true).open("/dev/null").unwrap();
        // /dev/null has no size; a folder can't be read as a disk.
        assert_eq!(inspect(&write_only).unwrap(), Content::Foreign);
        inspect(&File::open("/").unwrap()).unwrap_err();
    }
}
