//! What host, machine and daemon use: once a second while somebody looks, every
//! ten seconds for the charts of the past.
//!
//! One task samples for everybody. What it costs besides is one question to the
//! agent, and every ten seconds one small program in the guest that prints the
//! control groups of all containers at once.
mod groups;
pub(crate) mod history;
mod host;

use std::{collections::HashMap, sync::Arc, time::Duration};

use berth_api::{activity::Meters, error::ApiError, server::EventSink};
use berth_model::state::VmState;
use berth_store::Sample;
use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep_until},
};

use crate::{blocking, clock::now_ms, failure, guest, parts::Inner};
use host::Host;

/// Pause between samples that somebody looks at.
const SECOND: Duration = Duration::from_secs(1);

/// Pause between those that are kept.
const KEPT: Duration = Duration::from_secs(10);

/// How often what is too old is dropped.
const PRUNE: Duration = Duration::from_secs(300);

/// Samples for all clients.
#[derive(Debug)]
pub(crate) struct Sampling {
    newest: watch::Sender<Option<Arc<Meters>>>,
    asked: Notify,
}

impl Default for Sampling {
    fn default() -> Self {
        Self {
            newest: watch::channel(None).0,
            asked: Notify::new(),
        }
    }
}

impl Sampling {
    /// Sends samples until the client leaves.
    ///
    /// # Errors
    /// None; the type is that of all streams.
    pub(crate) async fn stream(&self, sink: &EventSink) -> Result<(), ApiError> {
        let mut newest = self.newest.subscribe();
        self.asked.notify_one();
        // What is there may be ten seconds old.
        newest.mark_unchanged();
        loop {
            tokio::select! {
                () = sink.closed() => return Ok(()),
                changed = newest.changed() => if changed.is_err() { return Ok(()) },
            }
            let meters = newest.borrow_and_update().clone();
            if let Some(meters) = meters
                && sink.send(&*meters).await.is_err()
            {
                return Ok(());
            }
        }
    }

    fn watched(&self) -> bool {
        self.newest.receiver_count() > 0
    }
}

/// Samples for ever.
pub(crate) async fn run(inner: Arc<Inner>) {
    let mut sampler = Sampler {
        host: Host::new(),
        groups: groups::Groups::default(),
        network: None,
        inner,
    };
    let (mut keep, mut prune) = (Instant::now(), Instant::now());
    loop {
        let meters = sampler.sample().await;
        let now = Instant::now();
        if now >= keep {
            keep = now + KEPT;
            sampler.keep(&meters).await;
        }
        if now >= prune {
            prune = now + PRUNE;
            sampler.prune().await;
        }
        let sampling = &sampler.inner.sampling;
        sampling.newest.send_replace(Some(Arc::new(meters)));
        let pause = if sampling.watched() { SECOND } else { KEPT };
        tokio::select! {
            () = sleep_until(now + pause) => {}
            () = sampling.asked.notified() => tokio::time::sleep(SECOND / 4).await,
        }
    }
}

struct Sampler {
    inner: Arc<Inner>,
    host: Host,
    groups: groups::Groups,
    /// Time, received and sent of the sample that was kept before.
    network: Option<(u64, u64, u64)>,
}

impl Sampler {
    async fn sample(&mut self) -> Meters {
        let machine = self.inner.machine.now();
        let mut meters = self.host.sample(machine.pid);
        let disk = self.inner.home.data_disk();
        meters.host_disk_free = (self.inner.free_space)(&self.inner.home.data_dir());
        meters.disk_host = std::fs::metadata(disk).map_or(0, |file| crate::sys::allocated(&file));
        if machine.state == VmState::Running
            && let Some(guest) = self.inner.machine.guest().await
        {
            let available = guest.memory_available_bytes;
            meters.guest_memory = Some(guest.memory_bytes.saturating_sub(available));
            meters.guest_memory_total = Some(guest.memory_bytes);
            meters.disk_used = Some(guest.data_bytes.saturating_sub(guest.data_free_bytes));
            meters.network_received = guest.network_received;
            meters.network_sent = guest.network_sent;
        }
        meters.time_ms = now_ms();
        meters
    }

    async fn keep(&mut self, meters: &Meters) {
        let mut samples = samples(meters);
        samples.extend(self.rates(meters));
        samples.extend(self.containers(meters.time_ms).await);
        let (store, time) = (Arc::clone(&self.inner.store), meters.time_ms);
        let write = move || {
            let kept = store.record(time, &samples);
            kept.map_err(|error| failure::store(&error))
        };
        if let Err(error) = blocking::run(write).await {
            tracing::debug!(%error, "meters were not kept");
        }
    }

    /// Bytes a second since the sample that was kept before.
    fn rates(&mut self, meters: &Meters) -> Vec<Sample> {
        let now = meters.network_received.zip(meters.network_sent);
        let now = now.map(|(received, sent)| (meters.time_ms, received, sent));
        let before = std::mem::replace(&mut self.network, now);
        let (Some(now), Some(before)) = (now, before) else {
            return Vec::new();
        };
        let rate = |name: &str, now: u64, before: u64, took: u64| {
            // Less than before: the machine is another one.
            let bytes = now.checked_sub(before)?;
            sample(name, bytes as f64 * 1000.0 / took.max(1) as f64)
        };
        let took = now.0.saturating_sub(before.0);
        let both = [
            rate("network.received", now.1, before.1, took),
            rate("network.sent", now.2, before.2, took),
        ];
        both.into_iter().flatten().collect()
    }

    async fn containers(&mut self, time_ms: u64) -> Vec<Sample> {
        if self.inner.machine.now().state != VmState::Running {
            return Vec::new();
        }
        match guest::output(&*self.inner.machine, &groups::COMMAND).await {
            Ok(text) => {
                let text = String::from_utf8_lossy(&text);
                self.groups.samples(&text, time_ms)
            }
            Err(error) => {
                tracing::debug!(%error, "what containers use could not be read");
                Vec::new()
            }
        }
    }

    async fn prune(&self) {
        let store = Arc::clone(&self.inner.store);
        let prune = move || {
            store
                .prune(now_ms())
                .map_err(|error| failure::store(&error))
        };
        if let Err(error) = blocking::run(prune).await {
            tracing::warn!(%error, "old meters were not dropped");
        }
    }
}

fn sample(name: &str, value: f64) -> Option<Sample> {
    Some(Sample {
        series: name.to_owned(),
        value,
    })
}

#[expect(clippy::cast_precision_loss, reason = "charts")]
fn samples(meters: &Meters) -> Vec<Sample> {
    let bytes = |bytes: u64| bytes as f64;
    let all = HashMap::from([
        ("host.cpu", Some(meters.host_cpu_percent)),
        ("host.memory", Some(bytes(meters.host_memory))),
        ("vm.cpu", meters.vm_cpu_percent),
        ("vm.memory", meters.vm_memory.map(bytes)),
        ("guest.memory", meters.guest_memory.map(bytes)),
        ("disk.used", meters.disk_used.map(bytes)),
        ("disk.host", Some(bytes(meters.disk_host))),
    ]);
    let known = all
        .into_iter()
        .filter_map(|(name, value)| sample(name, value?));
    known.collect()
}
