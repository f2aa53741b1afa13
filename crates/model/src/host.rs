//! What the defaults of settings depend on: the size of the host.
use sysinfo::{MemoryRefreshKind, RefreshKind, System};

use crate::size::ByteSize;

/// Assumed where the system doesn't say how much there is.
const MEMORY_UNKNOWN: ByteSize = ByteSize::gib(8);

/// Size of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostFacts {
    /// CPUs that this process may use.
    pub cpus: u32,
    /// Memory.
    pub memory: ByteSize,
}

impl HostFacts {
    /// Asks the system. Inside a container its limits count.
    pub fn detect() -> Self {
        let memory = memory().unwrap_or(MEMORY_UNKNOWN);
        let cpus = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            cpus: u32::try_from(cpus).unwrap_or(u32::MAX),
            memory,
        }
    }
}

fn memory() -> Option<ByteSize> {
    let what = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
    let system = System::new_with_specifics(what).ok()?;
    let limit = system.cgroup_limits().map(|limits| limits.total_memory);
    let total = limit.unwrap_or(u64::MAX).min(system.total_memory());
    (total > 0).then(|| ByteSize::bytes(total))
}

#[cfg(test)]
mod tests {
    use super::HostFacts;
    use crate::size::ByteSize;

    #[test]
    fn this_host_has_a_cpu_and_memory() {
        let facts = HostFacts::detect();
        assert!(facts.cpus >= 1);
        assert!(facts.memory > ByteSize::mib(64), "{facts:?}");
    }
}
