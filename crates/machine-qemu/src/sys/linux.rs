//! Linux: pidfd, `/proc`, `/dev/kvm` and vsock.
use std::{
    fs::OpenOptions,
    io,
    os::{fd::OwnedFd, unix::process::CommandExt},
    process::{Child, Command},
};

use rustix::{
    io::Errno,
    process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal},
};
use socket2::{Domain, SockAddr, Socket, Type};
use tokio::{
    io::{Interest, unix::AsyncFd},
    net::UnixStream,
};

use crate::accelerator::{DeviceAccess, HostFacts, has_virtualization_flag};

/// What this host offers. Opens `/dev/kvm` and closes it again.
pub(crate) fn host_facts() -> HostFacts {
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    HostFacts::Linux {
        virtualization_flag: has_virtualization_flag(&cpuinfo),
        kvm_device: device_access("/dev/kvm"),
    }
}

/// Can QEMU give machines vsock? Opens the device and closes it again, which
/// also loads its module where the system lets that happen.
pub(crate) fn vsock_device() -> DeviceAccess {
    device_access("/dev/vhost-vsock")
}

fn device_access(path: &str) -> DeviceAccess {
    let opened = OpenOptions::new().read(true).write(true).open(path);
    match opened.map_err(|e| e.kind()) {
        Ok(_) => DeviceAccess::Usable,
        Err(io::ErrorKind::NotFound) => DeviceAccess::Absent,
        Err(io::ErrorKind::PermissionDenied) => DeviceAccess::Forbidden,
        Err(_) => DeviceAccess::Broken,
    }
}

/// Connects to a port of the machine `cid`.
pub(crate) async fn connect_vsock(cid: u32, port: u32) -> io::Result<UnixStream> {
    let socket = Socket::new(Domain::VSOCK, Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    match socket.connect(&SockAddr::vsock(cid, port)) {
        Err(e) if e.raw_os_error() != Some(Errno::INPROGRESS.raw_os_error()) => return Err(e),
        _ => {}
    }
    // Sockets of both families are read, written and shut down by the same
    // calls, and no other ones are made.
    let stream = std::os::unix::net::UnixStream::from(OwnedFd::from(socket));
    let stream = UnixStream::from_std(stream)?;
    stream.writable().await?;
    match stream.take_error()? {
        Some(error) => Err(error),
        None => Ok(stream),
    }
}

/// Release of the host's kernel.
pub(crate) fn host_kernel() -> String {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease");
    release.unwrap_or_default().trim().to_owned()
}

/// The host's processor as guests of KVM see it: name and features.
pub(crate) fn processor() -> String {
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let first = |key: &str| cpuinfo.lines().find(|line| line.starts_with(key));
    let lines = ["model name", "flags"].into_iter().filter_map(first);
    lines.collect::<Vec<_>>().join("\n")
}

/// What tells this process from every other that ever had the same PID: the
/// boot and the time in it at which the process started. `None` if there is no
/// such process or only its zombie.
pub(crate) fn process_identity(pid: u32) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let started = start_time(&stat)?;
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(format!("{} {started}", boot.trim()))
}

/// Field 22 of `/proc/<pid>/stat`, see proc(5). The name, field 2, is in
/// parentheses and may hold blanks and parentheses itself.
fn start_time(stat: &str) -> Option<u64> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    if matches!(fields.next()?, "Z" | "X") {
        return None;
    }
    fields.nth(18)?.parse().ok()
}

/// Starts a program in a session of its own: a signal to our terminal or
/// process group does not reach it, and it goes on when we end.
pub(crate) fn spawn_detached(command: &mut Command) -> io::Result<Child> {
    // SAFETY: the closure runs between fork and exec, where only
    // async-signal-safe calls are allowed. setsid is one and nothing allocates.
    unsafe {
        command.pre_exec(|| {
            rustix::process::setsid()?;
            Ok(())
        })
    };
    command.spawn()
}

/// A process, ours or not, that can't be mistaken for a later one of its PID.
#[derive(Debug)]
pub(crate) struct ProcessHandle(AsyncFd<OwnedFd>);

impl ProcessHandle {
    /// Opens a running process. Compare [`process_identity`] after this call
    /// and not before: from here on the PID can't be given away unnoticed.
    pub(crate) fn open(pid: u32) -> io::Result<Self> {
        let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
        let pid = pid.ok_or(io::ErrorKind::InvalidInput)?;
        let fd = pidfd_open(pid, PidfdFlags::NONBLOCK)?;
        // SAFETY: an OwnedFd always returns the same descriptor, which stays
        // open while the AsyncFd owns it.
        let fd = unsafe { AsyncFd::register_with_interest(fd, Interest::READABLE)? };
        Ok(Self(fd))
    }

    /// Kills it. Fine when it has ended.
    pub(crate) fn kill(&self) -> io::Result<()> {
        match pidfd_send_signal(self.0.get_ref(), Signal::KILL) {
            Err(Errno::SRCH) => Ok(()),
            result => Ok(result?),
        }
    }

    /// Returns when it has ended.
    pub(crate) async fn ended(&self) -> io::Result<()> {
        // A pidfd is readable from the end of its process on, see pidfd_open(2).
        self.0.readable().await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAIL: &str = "S 1 10 10 0 -1 4194560 1 0 0 0 1 2 3 4 20 0 1 0 98765 1000 2";

    #[test]
    fn the_start_time_is_found_behind_any_program_name() {
        assert_eq!(start_time(&format!("12 (sh) {TAIL}")), Some(98765));
        assert_eq!(start_time(&format!("12 (a) 1 2 (b c) {TAIL}")), Some(98765));
    }

    #[test]
    fn a_zombie_and_a_cut_off_line_have_no_start_time() {
        let zombie = TAIL.replacen('S', "Z", 1);
        assert_eq!(start_time(&format!("12 (sh) {zombie}")), None);
        assert_eq!(start_time("12 (sh) S 1 10"), None);
        assert_eq!(start_time("12 (sh"), None);
        assert_eq!(start_time(""), None);
    }

    #[test]
    fn our_own_identity_is_stable_and_no_other_process_has_it() {
        let ours = process_identity(std::process::id());
        assert!(ours.is_some());
        assert_eq!(ours, process_identity(std::process::id()));
        assert_ne!(ours, process_identity(1));
        assert_eq!(process_identity(u32::MAX), None);
    }
}
