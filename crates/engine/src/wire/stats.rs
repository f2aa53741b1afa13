//! What a container uses.
use std::collections::BTreeMap;

use serde::Deserialize;

use super::nullable;

/// Answer to `GET /containers/{id}/stats`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Stats {
    #[serde(deserialize_with = "nullable")]
    pub(crate) read: String,
    #[serde(deserialize_with = "nullable")]
    pub(crate) cpu_stats: Cpu,
    #[serde(deserialize_with = "nullable")]
    pub(crate) memory_stats: Memory,
    #[serde(deserialize_with = "nullable")]
    pub(crate) networks: BTreeMap<String, Interface>,
    #[serde(deserialize_with = "nullable")]
    pub(crate) blkio_stats: BlockIo,
    #[serde(deserialize_with = "nullable")]
    pub(crate) pids_stats: Pids,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Cpu {
    #[serde(deserialize_with = "nullable")]
    pub(crate) cpu_usage: CpuUsage,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CpuUsage {
    /// In nanoseconds.
    #[serde(deserialize_with = "nullable")]
    pub(crate) total_usage: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Memory {
    #[serde(deserialize_with = "nullable")]
    pub(crate) usage: u64,
    #[serde(deserialize_with = "nullable")]
    pub(crate) limit: u64,
    #[serde(deserialize_with = "nullable")]
    pub(crate) stats: MemoryParts,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct MemoryParts {
    /// cgroup v2.
    pub(crate) inactive_file: Option<u64>,
    /// cgroup v1.
    pub(crate) total_inactive_file: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Interface {
    #[serde(deserialize_with = "nullable")]
    pub(crate) rx_bytes: u64,
    #[serde(deserialize_with = "nullable")]
    pub(crate) tx_bytes: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct BlockIo {
    #[serde(deserialize_with = "nullable")]
    pub(crate) io_service_bytes_recursive: Vec<BlockEntry>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct BlockEntry {
    #[serde(deserialize_with = "nullable")]
    pub(crate) op: String,
    #[serde(deserialize_with = "nullable")]
    pub(crate) value: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Pids {
    #[serde(deserialize_with = "nullable")]
    pub(crate) current: u64,
}
