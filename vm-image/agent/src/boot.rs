//! From the kernel's first instruction for us to a running root file system:
//! synchronous, before the async runtime exists, nothing but system calls.
pub(crate) mod data;
pub(crate) mod disks;
mod modules;
pub(crate) mod mounts;
mod settings;

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, time::Duration};

use anyhow::{Context as _, Result};

use crate::{
    console,
    console::say,
    stages::{Stages, since_boot},
};

/// Where dockerd finds the agent as its `userland-proxy-path`.
pub(crate) const PROXY: &str = "/run/berth/docker-proxy";

/// How long the root disk may take to appear. Generous: under emulation on a
/// busy host a driver needs seconds.
const ROOT_DISK_WAIT: Duration = Duration::from_secs(30);

/// Boots up to a switched root.
///
/// # Errors
/// When there is no usable root: the agent then still serves the channel, so
/// that the host learns why.
pub(crate) fn early(stages: &Stages) -> Result<()> {
    mounts::device_files();
    console::open();
    let began = since_boot();
    say!("agent {}", env!("CARGO_PKG_VERSION"));
    stages.ended("kernel", Duration::ZERO);
    mounts::kernel_files();
    modules::load_all(Path::new("/modules"));
    stages.ended("modules", began);
    let began = since_boot();
    root()?;
    mounts::system();
    settings::apply();
    stages.ended("root", began);
    Ok(())
}

fn root() -> Result<()> {
    let disk = disks::wait_for("berth-root", ROOT_DISK_WAIT)
        .context("the root disk (serial berth-root) did not appear")?;
    mounts::root(&disk)?;
    install_proxy().context("can't install the port proxy")?;
    mounts::switch_root()
}

/// Copies this program to where dockerd can run it: the initramfs, which it
/// came from, disappears with the switch of the root.
fn install_proxy() -> Result<()> {
    let target = format!("{}{PROXY}", mounts::NEW_ROOT);
    if let Some(parent) = Path::new(&target).parent() {
        fs::create_dir_all(parent)?;
    }
    fs::copy("/proc/self/exe", &target)?;
    fs::set_permissions(&target, fs::Permissions::from_mode(0o755))?;
    Ok(())
}
