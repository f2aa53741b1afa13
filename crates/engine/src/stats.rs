//! What containers use, sampled once a second for what somebody looks at.
//!
//! One round serves all clients. A round that the engine is slow to answer is
//! followed by a pause in proportion, so that a thousand containers cost a part
//! of its time and not all of it.
mod math;

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use berth_api::engine::{ContainerState, ContainerStats, StatsReading};
use futures::{StreamExt, stream};
use tokio::{
    sync::{Notify, watch},
    time::Instant,
};

use crate::{
    http_client::HttpClient,
    hub::{Hub, Phase},
    model::Model,
    wire::stats::Stats,
};
use math::Sample;

/// From the beginning of one round to the next.
const INTERVAL: Duration = Duration::from_secs(1);
/// When a container has been sampled but once: CPU time needs two.
const FIRST_INTERVAL: Duration = Duration::from_millis(250);
/// Containers that are sampled at once.
const AT_ONCE: usize = 8;
/// How long one may take. The engine answers late for a container that is just
/// starting.
const PATIENCE: Duration = Duration::from_secs(5);
/// Samples of containers that nobody looks at any more are kept this long, so
/// that a list that is scrolled back need not begin anew.
const KEPT: Duration = Duration::from_secs(10);

/// What one client asks for; nothing named means all that run.
type Interest = Option<HashSet<Arc<str>>>;

/// Samples for all clients.
#[derive(Debug, Default)]
pub(crate) struct Sampler {
    interests: Mutex<Interests>,
    changed: Notify,
    rounds: watch::Sender<Option<Arc<Round>>>,
}

#[derive(Debug, Default)]
struct Interests {
    by_client: HashMap<u64, Interest>,
    next: u64,
}

/// Readings of one round.
#[derive(Debug)]
struct Round {
    at: Instant,
    time_ms: u64,
    readings: HashMap<Arc<str>, ContainerStats>,
}

/// Reads what containers use. Sampling ends when it is dropped.
#[derive(Debug)]
pub struct StatsWatch {
    sampler: Arc<Sampler>,
    client: u64,
    interest: Interest,
    rounds: watch::Receiver<Option<Arc<Round>>>,
}

impl StatsWatch {
    pub(crate) fn new(sampler: Arc<Sampler>, ids: Vec<String>) -> Self {
        let interest: Interest =
            (!ids.is_empty()).then(|| ids.into_iter().map(Arc::from).collect());
        let mut rounds = sampler.rounds.subscribe();
        let fresh = |round: &Arc<Round>| round.at.elapsed() < 2 * INTERVAL;
        if rounds.borrow().as_ref().is_some_and(fresh) {
            rounds.mark_changed();
        }
        let client = sampler.add(interest.clone());
        Self {
            sampler,
            client,
            interest,
            rounds,
        }
    }

    /// The next reading. A client that is slow misses readings and gets the
    /// newest. Nothing comes while the engine can't be asked.
    pub async fn next(&mut self) -> StatsReading {
        loop {
            if self.rounds.changed().await.is_err() {
                // The sampler that we hold has the sender: this can't happen.
                std::future::pending::<()>().await;
            }
            let round = self.rounds.borrow_and_update().clone();
            if let Some(reading) = round.and_then(|round| self.reading(&round)) {
                return reading;
            }
        }
    }

    /// `None` for a round that was not for us.
    fn reading(&self, round: &Round) -> Option<StatsReading> {
        let containers: Vec<_> = match &self.interest {
            None => round.readings.values().cloned().collect(),
            Some(ids) => {
                let known = ids.iter().filter_map(|id| round.readings.get(id));
                known.cloned().collect()
            }
        };
        let time_ms = round.time_ms;
        Some(StatsReading {
            time_ms,
            containers,
        })
    }
}

impl Drop for StatsWatch {
    fn drop(&mut self) {
        self.sampler.lock().by_client.remove(&self.client);
    }
}

impl Sampler {
    fn lock(&self) -> MutexGuard<'_, Interests> {
        self.interests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, interest: Interest) -> u64 {
        let mut interests = self.lock();
        let client = interests.next;
        interests.next += 1;
        interests.by_client.insert(client, interest);
        self.changed.notify_one();
        client
    }

    /// Samples for as long as it is polled.
    pub(crate) async fn run(&self, client: &HttpClient, hub: &Hub) {
        let mut samples = HashMap::new();
        loop {
            self.wait_for_interest(hub).await;
            let begun = Instant::now();
            let targets = self.targets(&hub.model());
            let round = round(client, &targets, &mut samples).await;
            let first = round.readings.len() < targets.len();
            self.rounds.send_replace(Some(Arc::new(round)));
            let next = begun + pause(begun.elapsed(), first);
            tokio::select! {
                () = tokio::time::sleep_until(next) => {}
                () = self.changed.notified() => {}
            }
        }
    }

    async fn wait_for_interest(&self, hub: &Hub) {
        let mut hub_changed = hub.changed();
        loop {
            let wanted = !self.lock().by_client.is_empty();
            if wanted && hub.phase() == Phase::Live {
                return;
            }
            tokio::select! {
                _ = hub_changed.changed(), if wanted => {}
                () = self.changed.notified() => {}
            }
        }
    }

    /// Containers that somebody asks for and that run.
    fn targets(&self, model: &Model) -> Vec<Arc<str>> {
        use ContainerState as S;
        let runs = |id: &Arc<str>| {
            let container = model.containers.get(id);
            container.is_some_and(|it| matches!(it.state, S::Running | S::Paused))
        };
        let interests = self.lock();
        let all = interests.by_client.values().any(Option::is_none);
        if all {
            return model
                .containers
                .keys()
                .filter(|id| runs(id))
                .cloned()
                .collect();
        }
        let named: HashSet<_> = interests.by_client.values().flatten().flatten().collect();
        named.into_iter().filter(|id| runs(id)).cloned().collect()
    }
}

/// From the beginning of a round that took `took` to the beginning of the next.
fn pause(took: Duration, first: bool) -> Duration {
    let least = if first { FIRST_INTERVAL } else { INTERVAL };
    least.max(took + took / 4)
}

async fn round(
    client: &HttpClient,
    targets: &[Arc<str>],
    samples: &mut HashMap<Arc<str>, (Instant, Sample)>,
) -> Round {
    let questions = targets.iter().cloned().map(|id| {
        let client = client.clone();
        async move {
            let path = format!("/containers/{id}/stats?stream=false&one-shot=true");
            let answer = tokio::time::timeout(PATIENCE, client.get::<Stats>(&path)).await;
            let sample = Sample::of(&answer.ok()?.ok()?)?;
            Some((id, sample))
        }
    });
    let answers: Vec<_> = stream::iter(questions)
        .buffer_unordered(AT_ONCE)
        .filter_map(|answer| async { answer })
        .collect()
        .await;
    let now = Instant::now();
    let mut readings = HashMap::new();
    for (id, sample) in answers {
        if let Some((_, before)) = samples.get(&id)
            && let Some(reading) = sample.reading(&id, before)
        {
            readings.insert(Arc::clone(&id), reading);
        }
        samples.insert(id, (now, sample));
    }
    samples.retain(|_, (at, _)| at.elapsed() < KEPT);
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    let time_ms = since_epoch.map_or(0, |time| u64::try_from(time.as_millis()).unwrap_or(0));
    Round {
        at: now,
        time_ms,
        readings,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_that_can_not_keep_up_is_asked_less() {
        assert_eq!(pause(Duration::from_millis(30), false), INTERVAL);
        assert_eq!(pause(Duration::from_millis(30), true), FIRST_INTERVAL);
        assert_eq!(pause(Duration::from_secs(4), false), Duration::from_secs(5));
    }
}
