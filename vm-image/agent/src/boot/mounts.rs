//! Mounts of the guest, in their order.
use std::{ffi::CStr, fs, io, os::unix::fs::MetadataExt as _, path::Path};

use anyhow::{Context as _, Result, bail};
use rustix::mount::{
    MountFlags, MountPropagationFlags, mount, mount_bind, mount_change, mount_move,
};

use super::disks;
use crate::console::say;

/// Where the root file system is until it becomes `/`.
pub(super) const NEW_ROOT: &str = "/newroot";

/// Where the control groups are.
pub(crate) const CONTROL_GROUPS: &str = "/sys/fs/cgroup";

/// Control groups of the guest's own programs. PID 1 stays in the root group,
/// which alone may hold processes and pass controllers on.
pub(crate) const ENGINE_GROUP: &str = "/sys/fs/cgroup/engine";

/// Mounts `/dev`, without which there is no console.
pub(super) fn device_files() {
    let _ = fs::create_dir_all("/dev");
    let _ = mount("dev", "/dev", "devtmpfs", MountFlags::NOSUID, c"mode=0755");
}

/// Mounts `/proc` and `/sys` of the initramfs.
pub(super) fn kernel_files() {
    optional("proc", "/proc", "proc", MountFlags::empty(), None);
    optional("sys", "/sys", "sysfs", MountFlags::empty(), None);
}

/// Mounts the root image at [`NEW_ROOT`] and an empty `/run` on it.
pub(super) fn root(disk: &Path) -> Result<()> {
    let kind = disks::file_system(disk).context("can't read the root disk")?;
    let Some(kind) = kind else {
        bail!("the root disk holds no file system that Berth knows");
    };
    fs::create_dir_all(NEW_ROOT)?;
    mount(disk, NEW_ROOT, kind.name(), MountFlags::RDONLY, None)
        .with_context(|| format!("can't mount the root disk as {}", kind.name()))?;
    let run = format!("{NEW_ROOT}/run");
    mount(
        "run",
        &run,
        "tmpfs",
        MountFlags::NOSUID | MountFlags::NODEV,
        c"mode=0755,size=25%",
    )
    .context("can't mount /run")
}

/// Makes [`NEW_ROOT`] the root of this process and of the kernel's helpers.
pub(super) fn switch_root() -> Result<()> {
    for folder in ["dev", "proc", "sys"] {
        mount_move(format!("/{folder}"), format!("{NEW_ROOT}/{folder}"))
            .with_context(|| format!("can't move /{folder}"))?;
    }
    free_initramfs(Path::new("/"));
    rustix::process::chdir(NEW_ROOT)?;
    mount_move(".", "/").context("can't move the root")?;
    rustix::process::chroot(".").context("can't change the root")?;
    rustix::process::chdir("/")?;
    // Volumes with shared propagation need a shared tree above them.
    mount_change(
        "/",
        MountPropagationFlags::SHARED | MountPropagationFlags::REC,
    )
    .context("can't make the root shared")
}

/// Deletes the files of the initramfs, which are memory. Never leaves its file
/// system, so that what is mounted there stays.
fn free_initramfs(folder: &Path) {
    let Ok(here) = fs::symlink_metadata(folder) else {
        return;
    };
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let Ok(found) = fs::symlink_metadata(&path) else {
            continue;
        };
        if found.dev() != here.dev() {
            continue;
        }
        if found.is_dir() {
            free_initramfs(&path);
            let _ = fs::remove_dir(&path);
        } else {
            let _ = fs::remove_file(&path);
        }
    }
}

/// Everything that the engine expects, but for the data disk.
pub(super) fn system() {
    let plain = MountFlags::NOSUID | MountFlags::NODEV;
    let inert = plain | MountFlags::NOEXEC;
    for folder in ["/dev/pts", "/dev/shm", "/dev/mqueue"] {
        let _ = fs::create_dir_all(folder);
    }
    let pts = MountFlags::NOSUID | MountFlags::NOEXEC;
    optional(
        "devpts",
        "/dev/pts",
        "devpts",
        pts,
        Some(c"gid=5,mode=620,ptmxmode=666"),
    );
    optional("shm", "/dev/shm", "tmpfs", plain, Some(c"mode=1777"));
    optional("mqueue", "/dev/mqueue", "mqueue", inert, None);
    optional("tmp", "/tmp", "tmpfs", plain, Some(c"mode=1777,size=10%"));
    optional(
        "log",
        "/var/log",
        "tmpfs",
        inert,
        Some(c"mode=0755,size=32m"),
    );
    optional("home", "/root", "tmpfs", plain, Some(c"mode=0700,size=32m"));
    optional(
        "cgroup2",
        "/sys/fs/cgroup",
        "cgroup2",
        inert,
        Some(c"nsdelegate"),
    );
    for (kind, target) in [
        ("securityfs", "/sys/kernel/security"),
        ("bpf", "/sys/fs/bpf"),
        ("debugfs", "/sys/kernel/debug"),
        ("tracefs", "/sys/kernel/tracing"),
    ] {
        if Path::new(target).is_dir() {
            optional(kind, target, kind, inert, None);
        }
    }
    links_of_dev();
    control_groups();
}

/// Links that udev would make.
fn links_of_dev() {
    for (target, link) in [
        ("/proc/self/fd", "/dev/fd"),
        ("/proc/self/fd/0", "/dev/stdin"),
        ("/proc/self/fd/1", "/dev/stdout"),
        ("/proc/self/fd/2", "/dev/stderr"),
    ] {
        let _ = std::os::unix::fs::symlink(target, link);
    }
}

fn control_groups() {
    let root = Path::new(CONTROL_GROUPS);
    let all = fs::read_to_string(root.join("cgroup.controllers")).unwrap_or_default();
    for controller in all.split_whitespace() {
        // One at a time: a controller that can't be passed on must not keep
        // the others back.
        if let Err(error) = fs::write(
            root.join("cgroup.subtree_control"),
            format!("+{controller}"),
        ) {
            say!("control group controller {controller}: {error}");
        }
    }
    if let Err(error) = fs::create_dir_all(ENGINE_GROUP) {
        say!("{ENGINE_GROUP}: {error}");
    }
}

fn optional(source: &str, target: &str, kind: &str, flags: MountFlags, data: Option<&CStr>) {
    if let Err(error) = mount(source, target, kind, flags, data) {
        say!("mount {target}: {error}");
    }
}

/// Mounts the file or folder `source` over `target`.
///
/// # Errors
/// What the kernel says, the paths named.
pub(crate) fn bind(source: &str, target: &str) -> io::Result<()> {
    mount_bind(source, target)
        .map_err(|e| io::Error::new(e.kind(), format!("can't mount {source} on {target}: {e}")))
}
