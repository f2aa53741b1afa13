//! What is known of the daemon, the machine and its containers: a copy that is
//! kept by what the daemon streams. Pure; [`crate::pump`] feeds it.
//!
//! It holds only what the tray and the notifications need, so that a change of
//! anything else changes nothing here.
use std::collections::{BTreeMap, HashSet};

use berth_api::{
    activity::Meters,
    engine::{Change, Container, ContainerState, Health, WatchEvent},
    event::Event,
    status::Status,
};
use berth_model::state::VmState;

/// Something that the daemon, or its absence, told.
#[derive(Debug, Clone)]
pub(crate) enum Feed {
    /// The daemon answers; this is how things stand.
    Here(Box<Status>),
    /// It does not answer.
    Gone(Gone),
    /// Of the machine.
    Event(Event),
    /// Of the engine's objects.
    Watch(WatchEvent),
    /// Of what it costs.
    Meters(Box<Meters>),
}

/// Why the daemon does not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Gone {
    /// Somebody ended it.
    Ended,
    /// It died, and is being started again.
    Died,
    /// It can't be started: why, and the next step.
    Unable(String),
}

/// The daemon, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Daemon {
    /// Not asked yet.
    #[default]
    Unknown,
    /// It answers.
    Here,
    /// It does not.
    Gone(Gone),
}

/// The whole copy.
#[derive(Debug, Default)]
pub(crate) struct Live {
    /// The daemon.
    pub(crate) daemon: Daemon,
    /// The machine's state.
    pub(crate) vm: Option<VmState>,
    /// Memory of the machine, in bytes.
    pub(crate) memory_limit: u64,
    /// Size of the data disk, in bytes.
    pub(crate) disk_size: u64,
    /// What it costs now.
    pub(crate) cost: Option<Cost>,
    /// Containers by their ID.
    pub(crate) containers: BTreeMap<String, Known>,
    /// What was sent since the newest reset, while the copy is not complete.
    again: Option<HashSet<String>>,
}

/// What the machine costs the host.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Cost {
    /// In percent of one CPU.
    pub(crate) cpu_percent: f64,
    /// In bytes.
    pub(crate) memory: u64,
}

/// A container.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Known {
    /// Its name.
    pub(crate) name: String,
    /// Its state.
    pub(crate) state: ContainerState,
    /// It says that it is ill.
    pub(crate) unhealthy: bool,
    /// Its compose project.
    pub(crate) project: Option<String>,
    /// TCP ports on the host, in order, each once.
    pub(crate) ports: Vec<u16>,
}

impl Known {
    /// Its process is there.
    pub(crate) fn is_up(&self) -> bool {
        matches!(
            self.state,
            ContainerState::Running | ContainerState::Paused | ContainerState::Restarting
        )
    }
}

impl From<Container> for Known {
    fn from(container: Container) -> Self {
        let published = container.ports.iter().filter(|port| port.protocol == "tcp");
        let mut ports: Vec<u16> = published.filter_map(|port| port.host).collect();
        ports.sort_unstable();
        ports.dedup();
        Self {
            name: container.name,
            state: container.state,
            unhealthy: container.health == Some(Health::Unhealthy),
            project: container.project.map(|project| project.project),
            ports,
        }
    }
}

impl Live {
    /// Takes in what was told.
    pub(crate) fn apply(&mut self, feed: Feed) {
        match feed {
            Feed::Here(status) => self.here(*status),
            Feed::Gone(why) => self.gone(why),
            Feed::Event(Event::Vm { vm }) => self.set_vm(vm),
            Feed::Event(_) => {}
            Feed::Watch(event) => self.watch(event),
            Feed::Meters(meters) => self.meters(&meters),
        }
    }

    /// The machine runs and answers.
    pub(crate) fn is_running(&self) -> bool {
        self.vm == Some(VmState::Running)
    }

    /// How many containers are up, as far as is known; none when the machine is not.
    pub(crate) fn up(&self) -> usize {
        match self.is_running() {
            true => self.containers.values().filter(|one| one.is_up()).count(),
            false => 0,
        }
    }

    fn here(&mut self, status: Status) {
        self.daemon = Daemon::Here;
        self.memory_limit = status.vm.memory_bytes.as_u64();
        self.disk_size = status.vm.disk.size_bytes.as_u64();
        self.set_vm(status.vm.state);
    }

    fn gone(&mut self, why: Gone) {
        self.daemon = Daemon::Gone(why);
        self.vm = None;
        self.cost = None;
    }

    fn set_vm(&mut self, vm: VmState) {
        if !vm.is_active() {
            self.cost = None;
        }
        // What stood in a machine that was stopped may come back different;
        // what sleeps comes back as it was.
        if vm == VmState::Stopped {
            self.containers.clear();
        }
        self.vm = Some(vm);
    }

    fn watch(&mut self, event: WatchEvent) {
        match event {
            WatchEvent::Reset => self.again = Some(HashSet::new()),
            WatchEvent::Changes { changes } => changes.into_iter().for_each(|one| self.change(one)),
            WatchEvent::Live => {
                if let Some(again) = self.again.take() {
                    self.containers.retain(|id, _| again.contains(id));
                }
            }
            WatchEvent::Stale => self.again = None,
        }
    }

    fn change(&mut self, change: Change) {
        match change {
            Change::Container(container) => {
                if let Some(again) = &mut self.again {
                    again.insert(container.id.clone());
                }
                self.containers
                    .insert(container.id.clone(), (*container).into());
            }
            Change::ContainerGone(id) => {
                self.containers.remove(&id);
            }
            _ => {}
        }
    }

    fn meters(&mut self, meters: &Meters) {
        self.cost = meters.vm_memory.map(|memory| Cost {
            cpu_percent: meters.vm_cpu_percent.unwrap_or_default(),
            memory,
        });
    }
}

#[cfg(test)]
pub(crate) mod tests;
