//! Turning the guest off without losing anything.
use std::{fs, sync::Arc, time::Duration};

use anyhow::Result;
use rustix::{
    io::Errno,
    mount::{MountFlags, UnmountFlags, mount_remount, unmount},
    process::{Pid, test_kill_process},
    system::{RebootCommand, reboot},
};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};

use crate::{agent::Agent, boot::data::DATA, console::say, engine::Order};

/// How long programs that are neither containers nor daemons may take.
const STRAGGLERS: Duration = Duration::from_secs(1);

/// Grace when the machine's power button, not the host's daemon, asks.
const BUTTON_GRACE: Duration = Duration::from_secs(10);

/// Ends everything and unmounts the data disk; after that only
/// [`off`] is left.
///
/// # Errors
/// When the engine is being stopped already.
pub(crate) async fn down(agent: &Agent, grace: Duration) -> Result<()> {
    let (reply, stopped) = oneshot::channel();
    agent.orders.send(Order::Stop(grace, reply)).await?;
    stopped.await??;
    kill_all().await;
    tokio::task::block_in_place(unmount_data);
    Ok(())
}

/// Cuts the power.
pub(crate) fn off() {
    say!("power off");
    rustix::fs::sync();
    if let Err(error) = reboot(RebootCommand::PowerOff) {
        say!("power off: {error}");
    }
}

/// Turns off when the kernel passes Control-Alt-Delete on.
pub(crate) async fn on_signals(agent: Arc<Agent>) {
    let Ok(mut interrupt) = signal(SignalKind::interrupt()) else {
        return;
    };
    while interrupt.recv().await.is_some() {
        say!("asked by signal to power off");
        if let Err(error) = down(&agent, BUTTON_GRACE).await {
            say!("{error:#}");
        }
        off();
    }
}

async fn kill_all() {
    signal_all(libc::SIGTERM);
    let deadline = tokio::time::Instant::now() + STRAGGLERS;
    // Orphans of ended containers are nobody's children but ours, and there is
    // no event for "the last one is gone".
    while others() && tokio::time::Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    signal_all(libc::SIGKILL);
}

fn signal_all(signal: i32) {
    // SAFETY: a system call on numbers; -1 means everyone but PID 1.
    unsafe { libc::kill(-1, signal) };
}

/// Whether a process with a program besides us is left. Kernel threads have no
/// command line.
fn others() -> bool {
    let Ok(entries) = fs::read_dir("/proc") else {
        return false;
    };
    entries.flatten().any(|entry| {
        let id = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok());
        id.and_then(Pid::from_raw).is_some_and(|pid| {
            pid != Pid::INIT
                && test_kill_process(pid).is_ok()
                && fs::read(entry.path().join("cmdline")).is_ok_and(|line| !line.is_empty())
        })
    })
}

fn unmount_data() {
    rustix::fs::sync();
    // Deepest first: mounts of containers lie on those of the disk.
    let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    for target in below_data(&mounts) {
        match unmount(&target, UnmountFlags::empty()) {
            // What ended just before has unmounted it itself.
            Ok(()) | Err(Errno::INVAL | Errno::NOENT) => {}
            Err(error) => say!("unmount {target}: {error}"),
        }
    }
    let left = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    if below_data(&left).iter().any(|target| target == DATA) {
        match mount_remount(DATA, MountFlags::RDONLY, c"") {
            Ok(()) => say!("the data disk is in use, made it read-only"),
            Err(error) => say!("the data disk is in use, and can't be made read-only: {error}"),
        }
    }
    rustix::fs::sync();
}

/// Mount points on the data disk or on top of it, in the order to unmount them.
fn below_data(mounts: &str) -> Vec<String> {
    let folders = [
        DATA,
        "/var/lib/docker",
        "/var/lib/containerd",
        "/run/docker",
        "/run/containerd",
    ];
    let on_disk = |target: &str, kind: &str| {
        kind == "xfs"
            || folders.iter().any(|folder| {
                target
                    .strip_prefix(folder)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
    };
    let targets = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        let (target, kind) = (words.next()?, words.next()?);
        on_disk(target, kind).then(|| target.replace("\\040", " "))
    });
    let mut targets: Vec<String> = targets.collect();
    targets.reverse();
    targets
}

#[cfg(test)]
mod tests {
    use super::below_data;

    #[test]
    fn what_lies_on_the_data_disk_goes_newest_first_and_the_rest_stays() {
        let mounts = "\
/dev/vda / squashfs ro 0 0
run /run tmpfs rw 0 0
/dev/vdb /data xfs rw 0 0
/dev/vdb /var/lib/docker xfs rw 0 0
/dev/vdb /tmp xfs rw 0 0
overlay /var/lib/docker/rootfs/a\\040b overlay rw 0 0
tmpfs /run/docker/netns tmpfs rw 0 0
tmpfs /database tmpfs rw 0 0
";
        let expected = [
            "/run/docker/netns",
            "/var/lib/docker/rootfs/a b",
            "/tmp",
            "/var/lib/docker",
            "/data",
        ];
        assert_eq!(below_data(mounts), expected);
    }
}
