//! What the engine holds.
mod clock;
mod container;
mod events;
mod generate;
mod hostile;
mod image;
mod lifecycle;
mod network;
mod volume;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::broadcast;

pub(crate) use clock::{now_ms, now_seconds, rfc3339, rfc3339_ms};
pub(crate) use container::{Container, Exec, Health, Port, Run};
pub(crate) use generate::blank;
pub(crate) use image::{Image, full_tag};
pub(crate) use lifecycle::Refusal;
pub(crate) use network::Network;
pub(crate) use volume::Volume;

/// Events that a slow reader may be behind, as for dockerd.
const EVENTS: usize = 1024;

/// How much there is.
#[derive(Debug, Clone)]
pub struct Options {
    /// Number of containers.
    pub containers: usize,
    /// Number of images.
    pub images: usize,
    /// Number of volumes.
    pub volumes: usize,
    /// Names, labels and logs try to break whoever shows them.
    pub hostile: bool,
}

/// What the engine holds, shared by all connections.
#[derive(Debug, Clone)]
pub struct World {
    held: Arc<Mutex<Held>>,
    events: broadcast::Sender<Arc<str>>,
}

/// What the engine holds.
#[derive(Debug, Default)]
pub(crate) struct Held {
    pub(crate) containers: BTreeMap<String, Container>,
    pub(crate) images: BTreeMap<String, Image>,
    pub(crate) volumes: BTreeMap<String, Volume>,
    pub(crate) networks: BTreeMap<String, Network>,
    pub(crate) execs: BTreeMap<String, Exec>,
    /// Counts objects that were made, for their IDs.
    pub(crate) made: u64,
}

/// What a copy of the engine's state must agree with.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Truth {
    /// Containers by ID.
    pub containers: BTreeMap<String, ContainerTruth>,
    /// Tags of images by ID.
    pub images: BTreeMap<String, BTreeSet<String>>,
    /// Names of volumes.
    pub volumes: BTreeSet<String>,
    /// Names of networks by ID.
    pub networks: BTreeMap<String, String>,
}

/// Name, state, exit code if it ended, start and end in seconds.
pub type ContainerTruth = (String, String, Option<i64>, Option<u64>, Option<u64>);

impl World {
    /// Makes as much as was asked for. The same options make the same objects.
    pub fn new(options: &Options) -> Self {
        Self {
            held: Arc::new(Mutex::new(generate::all(options))),
            events: broadcast::Sender::new(EVENTS),
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lines of events, as they happen.
    pub(crate) fn events(&self) -> broadcast::Receiver<Arc<str>> {
        self.events.subscribe()
    }

    /// What a copy must agree with.
    pub fn truth(&self) -> Truth {
        let held = self.lock();
        let containers = held.containers.values().map(|c| {
            let ended = matches!(c.run, Run::Exited | Run::Dead | Run::Restarting);
            let code = (ended && c.finished.is_some()).then_some(c.exit_code);
            let name = c.name.clone();
            let truth = (name, c.run.name().to_owned(), code, c.started, c.finished);
            (c.id.clone(), truth)
        });
        let images = held.images.values();
        let networks = held.networks.values();
        Truth {
            containers: containers.collect(),
            images: images.map(|i| (i.id.clone(), i.tags.clone())).collect(),
            volumes: held.volumes.keys().cloned().collect(),
            networks: networks.map(|n| (n.id.clone(), n.name.clone())).collect(),
        }
    }
}

impl Held {
    /// An ID that was not given before.
    pub(crate) fn fresh_id(&mut self) -> String {
        self.made += 1;
        id("made", self.made)
    }

    /// A container by ID, the beginning of one, or name.
    pub(crate) fn container_id(&self, wanted: &str) -> Option<String> {
        if self.containers.contains_key(wanted) {
            return Some(wanted.to_owned());
        }
        let mut all = self.containers.values();
        let name = wanted.trim_start_matches('/');
        let found = all.find(|c| c.name == name || (wanted.len() >= 6 && c.id.starts_with(wanted)));
        found.map(|c| c.id.clone())
    }

    /// An image by ID, the beginning of one, or tag.
    pub(crate) fn image_id(&self, wanted: &str) -> Option<String> {
        let tag = image::full_tag(wanted);
        let mut all = self.images.values();
        let bare = wanted.trim_start_matches("sha256:");
        let found = all.find(|i| {
            let digits = i.id.trim_start_matches("sha256:");
            i.tags.contains(&tag)
                || i.digests.iter().any(|d| d == wanted)
                || (bare.len() >= 6 && digits.starts_with(bare))
        });
        found.map(|i| i.id.clone())
    }

    /// A network by ID, the beginning of one, or name.
    pub(crate) fn network_id(&self, wanted: &str) -> Option<String> {
        let mut all = self.networks.values();
        let found =
            all.find(|n| n.name == wanted || (wanted.len() >= 6 && n.id.starts_with(wanted)));
        found.map(|n| n.id.clone())
    }
}

/// 64 hexadecimal digits from a word and a number (splitmix64, four times).
pub(crate) fn id(kind: &str, number: u64) -> String {
    let mut seed = kind.bytes().fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    seed = seed.wrapping_add(number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    (0..4)
        .map(|n| format!("{:016x}", mix(seed.wrapping_add(n))))
        .collect()
}

/// A number that looks random, from one that does not (splitmix64).
pub(crate) fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
