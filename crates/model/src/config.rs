//! Settings: what the user may choose, what holds when nothing is chosen, and
//! what a change costs.
//!
//! `~/.berth/config.toml` is the user's file: comments and order stay when a
//! program changes it, and keys that this build doesn't know are reported and
//! kept. [`table::KEYS`] is the one list of settings that the parser, the
//! command line and the documentation are made of. A key that the file names
//! replaces the default, nothing is merged but `engine.daemon`, which the
//! daemon lays over its own `daemon.json`.
mod edit;
pub mod error;
pub mod file;
mod nearest;
pub mod table;

use std::path::PathBuf;

use crate::{host::HostFacts, size::ByteSize, state::RestartCost};

/// Settings, every one with a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// CPUs of the machine.
    pub cpus: u32,
    /// Memory of the machine.
    pub memory: ByteSize,
    /// Size of the data disk; never made smaller.
    pub disk: ByteSize,
    /// Start the machine when the daemon starts.
    pub autostart: bool,
    /// Proxy of the engine.
    pub proxy: Proxy,
    /// Certificates that the engine trusts besides its own.
    pub ca_file: Option<PathBuf>,
    /// Laid over our own `daemon.json`.
    pub daemon_json: serde_json::Map<String, serde_json::Value>,
    /// Keep a Docker context that leads to our socket.
    pub docker_context: bool,
}

/// How the engine reaches registries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proxy {
    /// As the daemon's environment says.
    Inherit,
    /// Directly.
    None,
    /// Through this proxy.
    Url(String),
}

impl Config {
    /// What holds when nothing is chosen: half of the CPUs and a quarter of the
    /// memory, but not less than 2 GiB of it where there is as much.
    pub fn defaults(host: &HostFacts) -> Self {
        let quarter = ByteSize::bytes(host.memory.as_u64() / 4);
        let memory = quarter.max(ByteSize::gib(2)).min(host.memory);
        Self {
            cpus: (host.cpus / 2).max(1),
            memory: memory.rounded_down(ByteSize::mib(256)),
            disk: ByteSize::gib(64),
            autostart: true,
            proxy: Proxy::Inherit,
            ca_file: None,
            daemon_json: serde_json::Map::new(),
            docker_context: true,
        }
    }
}

/// What it takes until `new` holds where `old` holds now.
pub fn restart_cost(old: &Config, new: &Config) -> RestartCost {
    let changed = table::KEYS.iter().filter(|key| key.differs(old, new));
    changed.map(|key| key.cost).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Config, restart_cost};
    use crate::{host::HostFacts, size::ByteSize, state::RestartCost};

    fn defaults(cpus: u32, memory: ByteSize) -> Config {
        Config::defaults(&HostFacts { cpus, memory })
    }

    #[test]
    fn defaults_leave_the_host_its_share() {
        let large = defaults(12, ByteSize::gib(32));
        assert_eq!((large.cpus, large.memory), (6, ByteSize::gib(8)));
        let odd = defaults(3, ByteSize::bytes(24_999_999_999));
        assert_eq!((odd.cpus, odd.memory), (1, ByteSize::mib(5888)));
    }

    #[test]
    fn small_hosts_give_two_gib_or_what_they_have() {
        assert_eq!(defaults(1, ByteSize::gib(4)).memory, ByteSize::gib(2));
        assert_eq!(defaults(1, ByteSize::gib(4)).cpus, 1);
        assert_eq!(defaults(1, ByteSize::gib(1)).memory, ByteSize::gib(1));
    }

    #[test]
    fn the_cost_of_a_change_is_that_of_its_costliest_part() {
        let old = defaults(4, ByteSize::gib(8));
        let mut new = old.clone();
        assert_eq!(restart_cost(&old, &new), RestartCost::None);
        new.autostart = false;
        assert_eq!(restart_cost(&old, &new), RestartCost::None);
        new.daemon_json.insert("debug".into(), true.into());
        assert_eq!(restart_cost(&old, &new), RestartCost::RestartEngine);
        new.cpus = 4;
        assert_eq!(restart_cost(&old, &new), RestartCost::RestartVm);
    }
}
