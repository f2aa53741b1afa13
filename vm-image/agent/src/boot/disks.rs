//! Disks by their serial, and file systems by their superblock.
use std::{
    fs::{self, File},
    io,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// The disk with this serial, as soon as it is there.
///
/// Looks every few milliseconds instead of listening: a notification sent
/// before we listened would be lost, and so we would have to look anyhow.
pub(crate) fn wait_for(serial: &str, patience: Duration) -> Option<PathBuf> {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(name) = find(Path::new("/sys/block"), serial) {
            return Some(Path::new("/dev").join(name));
        }
        if Instant::now() >= deadline {
            return None;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn find(block: &Path, serial: &str) -> Option<String> {
    fs::read_dir(block).ok()?.flatten().find_map(|entry| {
        let found = fs::read_to_string(entry.path().join("serial")).ok()?;
        (found.trim() == serial)
            .then(|| entry.file_name().into_string().ok())
            .flatten()
    })
}

/// A file system that the agent knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileSystem {
    /// Read-only, compressed.
    Squashfs,
    /// Read-only, compressed, seekable in smaller steps.
    Erofs,
    /// The data disk's.
    Xfs,
}

impl FileSystem {
    /// Name for `mount`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Squashfs => "squashfs",
            Self::Erofs => "erofs",
            Self::Xfs => "xfs",
        }
    }

    /// By the first 2 KiB of a disk.
    pub(crate) fn detect(head: &[u8]) -> Option<Self> {
        // Magic numbers: Documentation/filesystems of Linux, and
        // include/uapi/linux/magic.h (EROFS_SUPER_MAGIC_V1, little-endian).
        if head.starts_with(b"hsqs") {
            Some(Self::Squashfs)
        } else if head.starts_with(b"XFSB") {
            Some(Self::Xfs)
        } else if head.get(1024..1028) == Some(&0xe0f5_e1e2_u32.to_le_bytes()) {
            Some(Self::Erofs)
        } else {
            None
        }
    }
}

/// The file system on a disk, `None` when it is none that we know.
///
/// # Errors
/// When the disk can't be read.
pub(crate) fn file_system(disk: &Path) -> io::Result<Option<FileSystem>> {
    let mut head = [0; 2048];
    File::open(disk)?.read_exact_at(&mut head, 0)?;
    Ok(FileSystem::detect(&head))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{FileSystem, find};

    #[test]
    fn a_disk_is_found_by_its_serial() {
        let block = tempfile::tempdir().unwrap();
        for (name, serial) in [("vda", "berth-root\n"), ("vdb", "berth-data\n")] {
            fs::create_dir(block.path().join(name)).unwrap();
            fs::write(block.path().join(name).join("serial"), serial).unwrap();
        }
        fs::create_dir(block.path().join("loop0")).unwrap();
        assert_eq!(find(block.path(), "berth-data").as_deref(), Some("vdb"));
        assert_eq!(find(block.path(), "berth"), None);
    }

    #[test]
    fn file_systems_are_told_by_their_magic() {
        let mut erofs = vec![0; 2048];
        erofs[1024..1028].copy_from_slice(&[0xe2, 0xe1, 0xf5, 0xe0]);
        assert_eq!(FileSystem::detect(&erofs), Some(FileSystem::Erofs));
        assert_eq!(FileSystem::detect(b"hsqs...."), Some(FileSystem::Squashfs));
        assert_eq!(FileSystem::detect(b"XFSB"), Some(FileSystem::Xfs));
        assert_eq!(FileSystem::detect(&[0; 2048]), None);
        assert_eq!(FileSystem::detect(&[]), None);
    }
}
