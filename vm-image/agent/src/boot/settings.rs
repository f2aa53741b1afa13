//! Kernel settings: limits, sysctls, host name.
use std::fs;

use rustix::process::{Resource, Rlimit, setrlimit};

use crate::console::say;

/// Written below `/proc/sys`. Network settings hold for the guest's own
/// network namespace; containers have theirs, with the kernel's defaults.
const SYSCTLS: &[(&str, &str)] = &[
    ("net/ipv4/ip_forward", "1"),
    ("net/ipv6/conf/all/forwarding", "1"),
    ("net/ipv6/conf/default/forwarding", "1"),
    // dockerd binds the addresses of published ports, which only the host has.
    ("net/ipv4/ip_nonlocal_bind", "1"),
    ("net/ipv6/ip_nonlocal_bind", "1"),
    // `berth_link::proto::RANDOM_PORTS`, which a test holds this to.
    ("net/ipv4/ip_local_port_range", "20000 32767"),
    ("net/core/somaxconn", "4096"),
    ("net/ipv4/ping_group_range", "0 2147483647"),
    ("vm/max_map_count", "262144"),
    ("fs/inotify/max_user_watches", "1048576"),
    ("fs/inotify/max_user_instances", "8192"),
    ("fs/file-max", "2097152"),
    ("kernel/keys/maxkeys", "20000"),
    ("kernel/keys/maxbytes", "400000"),
    ("kernel/panic", "1"),
];

const OPEN_FILES: u64 = 1_048_576;

/// Applies all; what the kernel doesn't know is reported and skipped.
pub(super) fn apply() {
    for (name, value) in SYSCTLS {
        if let Err(error) = fs::write(format!("/proc/sys/{name}"), value) {
            say!("sysctl {name}: {error}");
        }
    }
    let files = Rlimit {
        current: Some(OPEN_FILES),
        maximum: Some(OPEN_FILES),
    };
    let unlimited = Rlimit {
        current: None,
        maximum: None,
    };
    for (resource, limit) in [
        (Resource::Nofile, files),
        (Resource::Nproc, unlimited),
        (Resource::Core, unlimited),
    ] {
        if let Err(error) = setrlimit(resource, limit) {
            say!("limit {resource:?}: {error}");
        }
    }
    if let Err(error) = rustix::system::sethostname(b"berth") {
        say!("host name: {error}");
    }
    // The kernel must never choose us when memory runs out.
    let _ = fs::write("/proc/self/oom_score_adj", "-1000");
    // Control-Alt-Delete then asks us instead of cutting the power.
    let _ = rustix::system::reboot(rustix::system::RebootCommand::CadOff);
}

#[cfg(test)]
mod tests {
    use berth_link::proto::RANDOM_PORTS;

    use super::SYSCTLS;

    #[test]
    fn random_ports_come_from_the_range_that_the_host_knows() {
        let (_, value) = SYSCTLS
            .iter()
            .find(|(name, _)| name.ends_with("ip_local_port_range"))
            .unwrap();
        assert_eq!(
            *value,
            format!("{} {}", RANDOM_PORTS.start(), RANDOM_PORTS.end())
        );
    }
}
