//! Answers of the host's resolver, kept for a few seconds.
//!
//! Every client asks for A and AAAA at once, and the host's resolver tells both
//! in one go: they share a slot, so the host is asked once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{sync::OnceCell, time::Instant};

use crate::sys::{Addresses, Resolved};

/// How long an answer counts, about what the guest is told as time to live.
const FRESH: Duration = Duration::from_secs(5);

const MAX_NAMES: usize = 512;

/// Where the answer for a name is, or is going to be.
pub(crate) type Slot = Arc<OnceCell<Addresses>>;

/// Slots by name.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    slots: Mutex<HashMap<String, (Instant, Slot)>>,
}

impl Cache {
    /// The slot of `name`: one in use or fresh, else an empty one.
    pub(crate) fn slot(&self, name: &str) -> Slot {
        let now = Instant::now();
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((since, slot)) = slots.get(name)
            && is_usable(*since, slot, now)
        {
            return Arc::clone(slot);
        }
        if slots.len() >= MAX_NAMES {
            slots.retain(|_, (since, slot)| is_usable(*since, slot, now));
        }
        if slots.len() >= MAX_NAMES {
            slots.clear();
        }
        let slot = Slot::default();
        slots.insert(name.to_owned(), (now, Arc::clone(&slot)));
        slot
    }
}

fn is_usable(since: Instant, slot: &Slot, now: Instant) -> bool {
    now.duration_since(since) < FRESH && slot.get() != Some(&Resolved::Failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_answer_is_shared_while_fresh() {
        let cache = Cache::default();
        cache.slot("a").set(Resolved::NoData).unwrap();
        assert_eq!(cache.slot("a").get(), Some(&Resolved::NoData));
        tokio::time::advance(FRESH).await;
        assert_eq!(cache.slot("a").get(), None);
    }

    #[tokio::test]
    async fn a_failure_is_not_kept() {
        let cache = Cache::default();
        cache.slot("a").set(Resolved::Failed).unwrap();
        assert_eq!(cache.slot("a").get(), None);
    }

    #[tokio::test]
    async fn names_without_end_do_not_fill_memory() {
        let cache = Cache::default();
        for name in 0..3 * MAX_NAMES {
            cache.slot(&name.to_string());
        }
        assert!(cache.slots.lock().unwrap().len() <= MAX_NAMES);
    }
}
