//! What each container uses, from the guest's control groups (kernel,
//! `Documentation/admin-guide/cgroup-v2.rst`), printed by one program for all.
use std::collections::HashMap;

use berth_store::Sample;

/// Prints, of every container of the engine, `usage_usec` of its `cpu.stat`,
/// `inactive_file` of its `memory.stat`, and its `memory.current`.
pub(super) const COMMAND: [&str; 4] = [
    "busybox",
    "sh",
    "-c",
    "cd /sys/fs/cgroup/docker 2>/dev/null || exit 0; \
     busybox grep -HE '^(usage_usec |inactive_file |[0-9]+$)' \
     */cpu.stat */memory.stat */memory.current 2>/dev/null; exit 0",
];

#[derive(Debug, Default)]
pub(super) struct Groups {
    /// Time in milliseconds and CPU time in microseconds, as they were before.
    before: HashMap<String, (u64, u64)>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Reading {
    cpu: Option<u64>,
    memory: Option<u64>,
    cache: u64,
}

impl Groups {
    #[expect(clippy::cast_precision_loss, reason = "charts")]
    pub(super) fn samples(&mut self, text: &str, time_ms: u64) -> Vec<Sample> {
        let readings = parse(text);
        let mut samples = Vec::new();
        let mut now = HashMap::new();
        for (id, reading) in &readings {
            let mut add = |what: &str, value: f64| {
                let series = format!("{id}/{what}");
                samples.push(Sample { series, value });
            };
            if let Some(memory) = reading.memory {
                add("memory", memory.saturating_sub(reading.cache) as f64);
            }
            let Some(cpu) = reading.cpu else { continue };
            now.insert(id.clone(), (time_ms, cpu));
            let before = self.before.get(id);
            let spent = before.and_then(|(at, before)| {
                let took = time_ms.checked_sub(*at).filter(|took| *took > 0)?;
                Some((cpu.checked_sub(*before)?, took))
            });
            if let Some((spent, took)) = spent {
                add("cpu", spent as f64 / 1000.0 / took as f64 * 100.0);
            }
        }
        self.before = now;
        samples
    }
}

fn parse(text: &str) -> HashMap<String, Reading> {
    let mut readings: HashMap<String, Reading> = HashMap::new();
    for line in text.lines() {
        let Some((id, rest)) = line.split_once('/') else {
            continue;
        };
        let whole = id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let Some((file, value)) = rest.split_once(':').filter(|_| whole) else {
            continue;
        };
        let Some(number) = value.rsplit(' ').next().and_then(|n| n.parse().ok()) else {
            continue;
        };
        let reading = readings.entry(id.to_owned()).or_default();
        match file {
            "cpu.stat" => reading.cpu = Some(number),
            "memory.stat" => reading.cache = number,
            "memory.current" => reading.memory = Some(number),
            _ => {}
        }
    }
    readings
}

#[cfg(test)]
mod tests {
    use super::Groups;

    fn text(id: &str, cpu: u64) -> String {
        format!(
            "{id}/cpu.stat:usage_usec {cpu}\n{id}/memory.stat:inactive_file 1000\n\
             {id}/memory.current:5000\ngarbage\nx/cpu.stat:usage_usec 1\n{id}/cpu.stat:usage_usec -\n"
        )
    }

    #[test]
    fn cpu_is_a_share_of_the_time_between_and_memory_without_cache() {
        let id = "a".repeat(64);
        let mut groups = Groups::default();
        let first = groups.samples(&text(&id, 1_000_000), 10_000);
        assert_eq!(first.len(), 1);
        assert_eq!(
            (first[0].series.as_str(), first[0].value),
            (&*format!("{id}/memory"), 4000.0)
        );
        let second = groups.samples(&text(&id, 6_000_000), 20_000);
        let cpu = second
            .iter()
            .find(|sample| sample.series.ends_with("/cpu"))
            .unwrap();
        assert!((cpu.value - 50.0).abs() < 1e-9);
    }

    #[test]
    fn a_counter_that_began_anew_gives_nothing() {
        let id = "b".repeat(64);
        let mut groups = Groups::default();
        groups.samples(&text(&id, 9), 1);
        assert_eq!(groups.samples(&text(&id, 3), 2).len(), 1);
    }
}
