//! What the host's kernel says of itself and of our processes.
use berth_api::activity::Meters;
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// CPU times are differences, so that it holds the reading before.
#[derive(Debug)]
pub(super) struct Host {
    /// `None` where the host tells nothing.
    system: Option<System>,
    own: Pid,
}

impl Host {
    pub(super) fn new() -> Self {
        Self {
            system: System::new().ok(),
            own: Pid::from_u32(std::process::id()),
        }
    }

    pub(super) fn sample(&mut self, machine: Option<u32>) -> Meters {
        let Some(system) = &mut self.system else {
            return Meters::default();
        };
        system.refresh_cpu_usage();
        system.refresh_memory();
        let machine = machine.map(Pid::from_u32);
        let pids: Vec<Pid> = machine.into_iter().chain([self.own]).collect();
        let kind = ProcessRefreshKind::nothing()
            .with_cpu()
            .with_memory()
            .without_tasks();
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&pids), true, kind);
        let machine = machine.and_then(|pid| system.process(pid));
        let own = system.process(self.own);
        Meters {
            host_cpu_percent: f64::from(system.global_cpu_usage()),
            host_memory: system.used_memory(),
            host_memory_total: system.total_memory(),
            vm_cpu_percent: machine.map(|process| f64::from(process.cpu_usage())),
            vm_memory: machine.map(sysinfo::Process::memory),
            daemon_cpu_percent: own.map_or(0.0, |own| f64::from(own.cpu_usage())),
            daemon_memory: own.map_or(0, sysinfo::Process::memory),
            ..Meters::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Host;

    #[test]
    fn host_and_process_are_measured() {
        let mut host = Host::new();
        let meters = host.sample(Some(std::process::id()));
        assert!(meters.host_memory > 0 && meters.host_memory < meters.host_memory_total);
        assert!(meters.daemon_memory > 0);
        assert_eq!(meters.vm_memory, Some(meters.daemon_memory));
        assert_eq!(host.sample(None).vm_memory, None);
    }
}
