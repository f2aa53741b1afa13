//! Checks before QEMU runs, because its own messages name no next step and a
//! truncated image shows only minutes later, in the guest.
use std::{
    fs::File,
    io::{self, Read},
    os::unix::ffi::OsStrExt,
    path::Path,
};

use berth_machine::{MachineError, MachineSpec};

use crate::paths::RunPaths;

/// Bytes at the start of a file that tell what it is.
const HEAD: u64 = 4096;

/// Longest path of a Unix socket, see unix(7): 108 bytes with the final zero.
const LONGEST_SOCKET_PATH: usize = 107;

/// Least memory that the guest's kernel boots with, in bytes.
const LEAST_MEMORY: u64 = 256 << 20;

/// Checks everything that can be checked without starting. Blocks on files.
///
/// # Errors
/// [`MachineError::Start`] that names the first thing wrong and what to do.
pub(crate) fn check(spec: &MachineSpec) -> Result<(), MachineError> {
    check_sizes(spec)?;
    check_run_dir(spec)?;
    check_image("kernel", &spec.kernel, kernel_fault)?;
    check_image("initial RAM disk", &spec.initrd, |_, _| None)?;
    check_image("root image", &spec.root_image, root_fault)?;
    check_data_disk(&spec.data_disk)
}

fn check_sizes(spec: &MachineSpec) -> Result<(), MachineError> {
    if spec.cpus == 0 {
        return Err(refused(
            "it needs at least one CPU",
            "raise the number of CPUs in the settings",
        ));
    }
    if spec.memory_bytes < LEAST_MEMORY {
        return Err(refused(
            format!("it needs at least {} MiB of memory", LEAST_MEMORY >> 20),
            "raise the memory in the settings",
        ));
    }
    Ok(())
}

fn check_run_dir(spec: &MachineSpec) -> Result<(), MachineError> {
    let all = [
        &spec.run_dir,
        &spec.root_image,
        &spec.data_disk,
        &spec.console_log,
    ];
    if let Some(odd) = all.into_iter().find(|path| path.to_str().is_none()) {
        return Err(refused(
            format!("the path {} is not valid UTF-8", odd.display()),
            "set BERTH_HOME to a folder with a plain name",
        ));
    }
    if !spec.run_dir.is_dir() {
        return Err(refused(
            format!("the run folder {} does not exist", spec.run_dir.display()),
            "create it, or set BERTH_HOME to a folder that can be written",
        ));
    }
    let socket = RunPaths::new(&spec.run_dir).channel_socket();
    if socket.as_os_str().as_bytes().len() > LONGEST_SOCKET_PATH {
        return Err(refused(
            format!("{} is too long a path for a socket", socket.display()),
            "set BERTH_HOME to a folder with a shorter path",
        ));
    }
    Ok(())
}

fn check_image(
    what: &str,
    path: &Path,
    fault: impl Fn(&[u8], u64) -> Option<&'static str>,
) -> Result<(), MachineError> {
    const AGAIN: &str = "fetch or build the VM image again";
    let (head, length) = read_head(path).map_err(|e| {
        refused(
            format!("the {what} {} can't be read: {e}", path.display()),
            AGAIN,
        )
    })?;
    let fault = if length == 0 {
        Some("is empty")
    } else {
        fault(&head, length)
    };
    match fault {
        Some(fault) => Err(refused(
            format!("the {what} {} {fault}", path.display()),
            AGAIN,
        )),
        None => Ok(()),
    }
}

fn read_head(path: &Path) -> io::Result<(Vec<u8>, u64)> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head)?;
    Ok((head, metadata.len()))
}

fn check_data_disk(path: &Path) -> Result<(), MachineError> {
    let opened = File::options().read(true).write(true).open(path);
    let length = opened
        .and_then(|file| file.metadata())
        .map(|m| m.len())
        .map_err(|e| {
            refused(
                format!(
                    "the data disk {} can't be opened for writing: {e}",
                    path.display()
                ),
                "check who owns the file and that its disk is mounted",
            )
        })?;
    if length == 0 || !length.is_multiple_of(512) {
        return Err(refused(
            format!(
                "the data disk {} has {length} bytes, which is no whole disk",
                path.display()
            ),
            "restore it from a backup, or move it away to begin with an empty one",
        ));
    }
    Ok(())
}

/// An ELF file whose segments are all there (elf(5)), or a bzImage (the Linux
/// boot protocol: `HdrS` at 0x202).
fn kernel_fault(head: &[u8], length: u64) -> Option<&'static str> {
    if head.get(0x202..0x206) == Some(b"HdrS") {
        return None;
    }
    if head.get(..5) != Some(b"\x7fELF\x02") {
        return Some("is no Linux kernel");
    }
    match elf_end(head) {
        Some(end) if end <= length => None,
        Some(_) => Some("is cut off"),
        None => Some("is damaged"),
    }
}

/// Where the last segment of an ELF64 file ends.
fn elf_end(head: &[u8]) -> Option<u64> {
    let table = usize::try_from(number::<8>(head, 0x20)?).ok()?;
    let entry = usize::try_from(number::<2>(head, 0x36)?).ok()?;
    let count = usize::try_from(number::<2>(head, 0x38)?).ok()?;
    (0..count)
        .map(|index| {
            let at = table.checked_add(index.checked_mul(entry)?)?;
            number::<8>(head, at.checked_add(8)?)?
                .checked_add(number::<8>(head, at.checked_add(32)?)?)
        })
        .try_fold(0, |end, segment| Some(end.max(segment?)))
}

/// A squashfs or erofs image that is all there. Sources: the kernel's
/// `fs/squashfs/squashfs_fs.h` (`bytes_used` at 40) and `fs/erofs/erofs_fs.h`
/// (superblock at 1024: `blkszbits` at 12, `blocks` at 36). Others pass.
fn root_fault(head: &[u8], length: u64) -> Option<&'static str> {
    let needed = if head.starts_with(b"hsqs") {
        number::<8>(head, 40)
    } else if number::<4>(head, 1024) == Some(0xE0F5_E1E2) {
        let bits = number::<1>(head, 1024 + 12)?;
        number::<4>(head, 1024 + 36)?.checked_shl(u32::try_from(bits).ok()?)
    } else {
        return (!length.is_multiple_of(512)).then_some("is no whole number of sectors");
    };
    (needed.is_none_or(|needed| needed > length)).then_some("is cut off")
}

/// A little-endian number of `N` bytes, at most 8.
fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<u64> {
    let part = bytes.get(at..at.checked_add(N)?)?;
    Some(
        part.iter()
            .rev()
            .fold(0, |value, byte| (value << 8) | u64::from(*byte)),
    )
}

fn refused(message: impl Into<String>, hint: &str) -> MachineError {
    MachineError::Start {
        message: message.into(),
        hint: hint.to_owned(),
    }
}

#[cfg(test)]
mod tests;
