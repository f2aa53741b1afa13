//! From the engine's counters to what people read. Pure.
use berth_api::engine::ContainerStats;

use crate::{
    times::nanoseconds,
    wire::stats::{Memory, Stats},
};

/// One reading of a container's counters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sample {
    /// In nanoseconds since the Unix epoch, by the guest's clock.
    at: i128,
    /// CPU time since the start, in nanoseconds.
    cpu: u64,
    memory: u64,
    memory_limit: u64,
    received: u64,
    sent: u64,
    read: u64,
    written: u64,
    pids: u64,
}

impl Sample {
    /// `None` for a container that does not run: the engine then answers with
    /// zeros.
    pub(crate) fn of(stats: &Stats) -> Option<Self> {
        let at = nanoseconds(&stats.read)?;
        let interfaces = stats.networks.values();
        let (received, sent) = interfaces.fold((0u64, 0u64), |(received, sent), interface| {
            (
                received.saturating_add(interface.rx_bytes),
                sent.saturating_add(interface.tx_bytes),
            )
        });
        let blocks = |op: &str| {
            let entries = stats.blkio_stats.io_service_bytes_recursive.iter();
            entries
                .filter(|entry| entry.op.eq_ignore_ascii_case(op))
                .fold(0u64, |sum, entry| sum.saturating_add(entry.value))
        };
        Some(Self {
            at,
            cpu: stats.cpu_stats.cpu_usage.total_usage,
            memory: memory(&stats.memory_stats),
            memory_limit: stats.memory_stats.limit,
            received,
            sent,
            read: blocks("read"),
            written: blocks("write"),
            pids: stats.pids_stats.current,
        })
    }

    /// What happened since the sample before. `None` if there was a start in
    /// between, or no time.
    #[expect(clippy::cast_precision_loss, reason = "a percentage for people")]
    pub(crate) fn reading(&self, id: &str, before: &Self) -> Option<ContainerStats> {
        let wall = u64::try_from(self.at - before.at)
            .ok()
            .filter(|ns| *ns > 0)?;
        let cpu = self.cpu.checked_sub(before.cpu)?;
        Some(ContainerStats {
            id: id.to_owned(),
            cpu_percent: cpu as f64 / wall as f64 * 100.0,
            memory: self.memory,
            memory_limit: self.memory_limit,
            network_received: self.received,
            network_sent: self.sent,
            disk_read: self.read,
            disk_written: self.written,
            pids: self.pids,
        })
    }
}

/// Without the page cache that can be dropped at once, as `docker stats` counts
/// (docker/cli, `calculateMemUsageUnixNoCache`).
fn memory(memory: &Memory) -> u64 {
    let parts = [memory.stats.total_inactive_file, memory.stats.inactive_file];
    let cache = parts
        .into_iter()
        .flatten()
        .find(|cache| *cache < memory.usage);
    memory.usage - cache.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sample(json: serde_json::Value) -> Option<Sample> {
        Sample::of(&serde_json::from_value(json).unwrap())
    }

    fn at(second: u32, cpu: u64) -> Sample {
        let read = format!("2026-01-01T00:00:{second:02}Z");
        sample(json!({"read": read, "cpu_stats": {"cpu_usage": {"total_usage": cpu}}})).unwrap()
    }

    #[test]
    fn two_busy_cpus_are_two_hundred_percent() {
        let reading = at(2, 5_000_000_000).reading("a", &at(1, 3_000_000_000));
        assert!((reading.unwrap().cpu_percent - 200.0).abs() < 1e-9);
    }

    #[test]
    fn a_restart_in_between_and_no_time_give_no_reading() {
        assert!(at(2, 1).reading("a", &at(1, 2)).is_none());
        assert!(at(1, 2).reading("a", &at(1, 1)).is_none());
        assert!(at(1, 2).reading("a", &at(2, 1)).is_none());
    }

    #[test]
    fn a_container_that_ended_has_no_sample() {
        assert_eq!(sample(json!({"read": "0001-01-01T00:00:00Z"})), None);
        assert_eq!(sample(json!({})), None);
    }

    #[test]
    fn counters_are_summed_and_the_cache_is_left_out() {
        let sample = sample(json!({
            "read": "2026-01-01T00:00:00Z",
            "memory_stats": {"usage": 1000, "limit": 4000, "stats": {"inactive_file": 300}},
            "networks": {"eth0": {"rx_bytes": 1, "tx_bytes": 2}, "eth1": {"rx_bytes": 10, "tx_bytes": 20}},
            "blkio_stats": {"io_service_bytes_recursive": [
                {"op": "read", "value": 5}, {"op": "Read", "value": 6}, {"op": "write", "value": 7},
                {"op": "Total", "value": 99}
            ]},
            "pids_stats": {"current": 3}
        }))
        .unwrap();
        assert_eq!((sample.memory, sample.memory_limit), (700, 4000));
        assert_eq!((sample.received, sample.sent), (11, 22));
        assert_eq!((sample.read, sample.written), (11, 7));
        assert_eq!(sample.pids, 3);
    }

    #[test]
    fn a_cache_that_is_larger_than_all_is_not_believed() {
        let sample = sample(json!({
            "read": "2026-01-01T00:00:00Z",
            "memory_stats": {"usage": 10, "stats": {"inactive_file": 300}},
            "blkio_stats": {"io_service_bytes_recursive": null}, "networks": null
        }));
        assert_eq!(sample.unwrap().memory, 10);
    }
}
