//! `berth-agent clone FROM TO`: copies a folder's content into another folder of
//! the same file system, sharing blocks where that can (ioctl_ficlone(2)).
//!
//! Everything is kept: owners, modes, times, extended attributes (access lists
//! and capabilities are such), links, hard links, holes of shared files, devices,
//! pipes. The guest has no other program that shares blocks.
use std::{
    collections::HashMap,
    ffi::{CStr, OsStr},
    fs::{self, File},
    io,
    os::unix::{
        ffi::OsStrExt as _,
        fs::{MetadataExt as _, symlink},
    },
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, Result, bail};
use rustix::{
    fs::{
        AtFlags, CWD, FileType, Gid, Mode, Timespec, Timestamps, Uid, XattrFlags, chownat,
        ioctl_ficlone, lgetxattr, llistxattr, lsetxattr, mknodat, utimensat,
    },
    io::Errno,
};

use crate::console;

/// Largest extended attribute, and largest list of their names (xattr(7)).
const ATTRIBUTE: usize = 64 << 10;

/// Runs as a program: its arguments are the two folders.
pub(crate) fn main(arguments: &[String]) -> ExitCode {
    let [from, to] = arguments else {
        console::line("usage: clone FROM TO");
        return ExitCode::from(2);
    };
    match run(Path::new(from), Path::new(to)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "this is a program of its own here")]
fn tell(text: &str) {
    eprintln!("{text}");
}

fn run(from: &Path, to: &Path) -> Result<()> {
    let mut copy = Copy::default();
    copy.content(from, to)?;
    let facts = fs::symlink_metadata(from)?;
    attributes(from, to, &facts).with_context(|| format!("'{}'", to.display()))
}

#[derive(Default)]
struct Copy {
    /// Files with several names, by device and inode, and their first copy.
    linked: HashMap<(u64, u64), PathBuf>,
}

impl Copy {
    fn content(&mut self, from: &Path, to: &Path) -> Result<()> {
        let entries = fs::read_dir(from).with_context(|| format!("'{}'", from.display()))?;
        for entry in entries {
            let name = entry?.file_name();
            self.entry(&from.join(&name), &to.join(&name))?;
        }
        Ok(())
    }

    fn entry(&mut self, from: &Path, to: &Path) -> Result<()> {
        let facts = fs::symlink_metadata(from)?;
        let shown = || format!("'{}'", from.display());
        if facts.nlink() > 1 && !facts.is_dir() {
            let key = (facts.dev(), facts.ino());
            if let Some(first) = self.linked.get(&key) {
                return fs::hard_link(first, to).with_context(shown);
            }
            self.linked.insert(key, to.to_owned());
        }
        if facts.is_dir() {
            fs::create_dir(to).with_context(shown)?;
            self.content(from, to)?;
        } else if facts.is_symlink() {
            symlink(fs::read_link(from)?, to).with_context(shown)?;
        } else if facts.is_file() {
            file(from, to).with_context(shown)?;
        } else {
            special(to, &facts).with_context(shown)?;
        }
        // After the content, which changes a folder's times.
        attributes(from, to, &facts).with_context(shown)
    }
}

fn file(from: &Path, to: &Path) -> Result<()> {
    let source = File::open(from)?;
    let target = File::options().write(true).create_new(true).open(to)?;
    match ioctl_ficlone(&target, &source) {
        Ok(()) => Ok(()),
        // Another file system than ours, or one that can't share.
        Err(Errno::OPNOTSUPP | Errno::XDEV | Errno::INVAL | Errno::NOTTY | Errno::TXTBSY) => {
            io::copy(&mut &source, &mut &target)?;
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

fn special(to: &Path, facts: &fs::Metadata) -> Result<()> {
    let kind = FileType::from_raw_mode(facts.mode());
    if kind == FileType::Unknown {
        bail!("a file of an unknown kind");
    }
    mknodat(
        CWD,
        to,
        kind,
        Mode::from_raw_mode(facts.mode()),
        facts.rdev(),
    )?;
    Ok(())
}

fn attributes(from: &Path, to: &Path, facts: &fs::Metadata) -> Result<()> {
    let (owner, group) = (Uid::from_raw(facts.uid()), Gid::from_raw(facts.gid()));
    chownat(CWD, to, Some(owner), Some(group), AtFlags::SYMLINK_NOFOLLOW)?;
    // A change of the owner takes special modes and capabilities away, so these
    // come after it.
    if !facts.is_symlink() {
        fs::set_permissions(to, facts.permissions())?;
    }
    extended(from, to)?;
    let time = |seconds, nanos| Timespec {
        tv_sec: seconds,
        tv_nsec: nanos,
    };
    let times = Timestamps {
        last_access: time(facts.atime(), facts.atime_nsec()),
        last_modification: time(facts.mtime(), facts.mtime_nsec()),
    };
    utimensat(CWD, to, &times, AtFlags::SYMLINK_NOFOLLOW)?;
    Ok(())
}

fn extended(from: &Path, to: &Path) -> Result<()> {
    let mut names = vec![0_u8; ATTRIBUTE];
    let length = match llistxattr(from, &mut names[..]) {
        Ok(length) => length,
        Err(Errno::OPNOTSUPP) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let mut value = vec![0_u8; ATTRIBUTE];
    for name in names[..length].split_inclusive(|byte| *byte == 0) {
        let name = CStr::from_bytes_with_nul(name)?;
        let length = lgetxattr(from, name, &mut value[..])
            .with_context(|| format!("{}", OsStr::from_bytes(name.to_bytes()).display()))?;
        lsetxattr(to, name, &value[..length], XattrFlags::empty())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        os::unix::fs::{MetadataExt, PermissionsExt, symlink},
        path::Path,
        time::{Duration, SystemTime},
    };

    use rustix::fs::{XattrFlags, lgetxattr, lsetxattr};

    use super::run;

    fn mode(path: &Path) -> u32 {
        fs::symlink_metadata(path).unwrap().permissions().mode()
    }

    #[test]
    fn a_clone_is_the_same_in_everything() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::create_dir_all(from.join("sub/deep")).unwrap();
        fs::create_dir(&to).unwrap();
        fs::write(from.join("sub/file"), "content").unwrap();
        fs::hard_link(from.join("sub/file"), from.join("other name")).unwrap();
        symlink("../nowhere", from.join("sub/link")).unwrap();
        fs::set_permissions(from.join("sub/file"), fs::Permissions::from_mode(0o4750)).unwrap();
        fs::set_permissions(from.join("sub"), fs::Permissions::from_mode(0o1700)).unwrap();
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let sub = fs::File::open(from.join("sub")).unwrap();
        sub.set_modified(long_ago).unwrap();
        let attribute = lsetxattr(
            from.join("sub/file"),
            "user.mark",
            b"7",
            XattrFlags::empty(),
        );
        run(&from, &to).unwrap();
        assert_eq!(fs::read(to.join("sub/file")).unwrap(), b"content");
        assert_eq!(
            fs::read_link(to.join("sub/link")).unwrap(),
            Path::new("../nowhere")
        );
        assert_eq!(mode(&to.join("sub/file")) & 0o7777, 0o4750);
        assert_eq!(mode(&to.join("sub")) & 0o7777, 0o1700);
        let inode = |path: &str| fs::metadata(to.join(path)).unwrap().ino();
        assert_eq!(inode("sub/file"), inode("other name"));
        let modified = fs::metadata(to.join("sub")).unwrap().modified().unwrap();
        assert_eq!(modified, long_ago);
        // Some file systems have no attributes.
        if attribute.is_ok() {
            let mut value = [0_u8; 8];
            let length = lgetxattr(to.join("sub/file"), "user.mark", &mut value[..]).unwrap();
            assert_eq!(&value[..length], b"7");
        }
    }

    #[test]
    fn what_is_there_already_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        for (path, text) in [(&from, "new"), (&to, "old")] {
            fs::create_dir(path).unwrap();
            fs::write(path.join("file"), text).unwrap();
        }
        assert!(run(&from, &to).is_err());
        assert_eq!(fs::read(to.join("file")).unwrap(), b"old");
    }
}
