//! The data disk: images, containers and volumes, the one thing in the guest
//! that can't be had again. It is formatted only when it holds nothing at all,
//! repaired only in ways that lose nothing, and otherwise left alone.
mod blank;
mod reserve;

use std::{
    fs::{self, File},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use rustix::{
    io::Errno,
    mount::{MountFlags, mount},
};

use self::blank::Content;
use super::{disks, mounts::bind};
use crate::{children::Children, console::say};

/// Where the data disk is mounted.
pub(crate) const DATA: &str = "/data";

/// How long the disk may take to appear after the root did.
const WAIT: Duration = Duration::from_secs(5);

/// `prjquota` makes `--storage-opt size=` work; `discard` gives freed space
/// back to the host.
const OPTIONS: &std::ffi::CStr = c"discard,prjquota";

/// Exit code of `xfs_repair` when the log must be replayed by a mount first.
const DIRTY_LOG: i32 = 2;

/// Finds, checks and mounts the disk and the folders on it.
///
/// # Errors
/// Why there is no data file system, with the next step.
pub(crate) async fn mount_all(children: &Children) -> Result<()> {
    let disk = tokio::task::spawn_blocking(|| disks::wait_for("berth-data", WAIT))
        .await?
        .context("the data disk (serial berth-data) is not attached")?;
    match tokio::task::block_in_place(|| inspect(&disk)).context("can't read the data disk")? {
        Content::Blank => format(children, &disk).await?,
        Content::Ours => {}
        Content::Foreign => bail!(
            "the data disk holds something that is not Berth's, and was left as it is; \
             move the file away and start again, or restore it from a copy"
        ),
    }
    mount_or_repair(children, &disk).await?;
    tokio::task::block_in_place(folders)
}

fn inspect(disk: &Path) -> std::io::Result<Content> {
    blank::inspect(&File::open(disk)?)
}

async fn format(children: &Children, disk: &Path) -> Result<()> {
    say!("the data disk is blank: making a file system");
    // -K: a blank disk has nothing to discard. Without -f it refuses, once
    // more, whatever looks like data.
    let disk = disk.to_string_lossy();
    let arguments = [
        "-q",
        "-K",
        "-L",
        "berth-data",
        "-m",
        "crc=1,reflink=1",
        &disk,
    ];
    let finished = children
        .run("mkfs.xfs", &arguments)
        .await
        .context("can't run mkfs.xfs")?;
    if finished.code != 0 {
        bail!(
            "can't make a file system on the data disk: {}",
            finished.output
        );
    }
    Ok(())
}

async fn mount_or_repair(children: &Children, disk: &Path) -> Result<()> {
    let Err(error) = mount_data(disk.to_owned()).await else {
        return Ok(());
    };
    if !is_damage(error) {
        bail!("the data disk can't be mounted: {error}; start again, and see the kernel's log");
    }
    say!("the data disk does not mount ({error}): repairing");
    let finished = children
        .run("xfs_repair", &[&disk.to_string_lossy()])
        .await
        .context("can't run xfs_repair")?;
    for line in finished.output.lines() {
        say!("xfs_repair: {line}");
    }
    if finished.code == DIRTY_LOG {
        bail!(
            "the data disk's journal can't be replayed ({error}); copy the disk's file, then run \
             'xfs_repair -L {}' in the guest, which loses the newest changes, and start again",
            disk.display()
        );
    }
    mount_data(disk.to_owned()).await.with_context(|| {
        format!(
            "the data disk can't be mounted, and xfs_repair (exit code {}) did not help; \
             its log is in the agent's log, a copy of the disk's file can be restored",
            finished.code
        )
    })
}

async fn mount_data(disk: PathBuf) -> Result<(), Errno> {
    // Replaying the journal of a disk that was cut off may take long.
    let mounting = move || mount(&disk, DATA, "xfs", MountFlags::NOATIME, OPTIONS);
    tokio::task::spawn_blocking(mounting)
        .await
        .unwrap_or(Err(Errno::CANCELED))
}

/// Whether a mount failed by what is on the disk: what XFS calls corrupted, a
/// bad checksum, and a superblock that makes no sense. Anything else, such as a
/// failing disk or no memory, a repair would only make worse.
fn is_damage(error: Errno) -> bool {
    matches!(error, Errno::UCLEAN | Errno::BADMSG | Errno::INVAL)
}

/// Folders of the disk, each where the system expects it.
fn folders() -> Result<()> {
    reserve::adjust(Path::new(DATA));
    for (name, target, mode) in [
        ("docker", "/var/lib/docker", 0o710),
        ("containerd", "/var/lib/containerd", 0o711),
        ("tmp", "/tmp", 0o1777),
        ("var-tmp", "/var/tmp", 0o1777),
    ] {
        let source = format!("{DATA}/{name}");
        if name.ends_with("tmp") {
            discard(&source);
        }
        fs::create_dir_all(&source).with_context(|| format!("can't make {source}"))?;
        fs::set_permissions(&source, fs::Permissions::from_mode(mode))?;
        bind(&source, target)?;
    }
    empty_trash();
    Ok(())
}

/// Moves a folder out of the way at once; deleting it may take long.
fn discard(folder: &str) {
    let trash = format!("{DATA}/.trash");
    let name = folder.rsplit('/').next().unwrap_or(folder);
    let _ = fs::create_dir_all(&trash);
    for number in 0..100 {
        let target = format!("{trash}/{name}-{number}");
        if !Path::new(&target).exists() {
            let _ = fs::rename(folder, target);
            return;
        }
    }
}

fn empty_trash() {
    let delete = || {
        let _ = fs::remove_dir_all(format!("{DATA}/.trash"));
    };
    let _ = std::thread::Builder::new()
        .name("trash".into())
        .spawn(delete);
}

/// Grows the file system to the disk's size.
///
/// # Errors
/// What `xfs_growfs` says.
pub(crate) async fn grow(children: &Children) -> Result<()> {
    let finished = children
        .run("xfs_growfs", &[DATA])
        .await
        .context("can't run xfs_growfs")?;
    if finished.code != 0 {
        bail!("the data file system can't be grown: {}", finished.output);
    }
    Ok(())
}
