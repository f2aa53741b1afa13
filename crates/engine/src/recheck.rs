//! When to list everything again though no event asks for it: the engine drops
//! events for a client that reads slowly (moby's `daemon/events` publishes with a
//! timeout of 100 ms and a buffer of 1024), and says nothing about it.
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::{
    sync::Notify,
    time::{Duration, Instant, sleep},
};

/// After so many events some may have been dropped: lists are due once it is quiet.
const MANY: u64 = 256;
/// How long no event comes when it is quiet.
const QUIET: Duration = Duration::from_secs(1);
/// After any event at all, lists are due by then: a daemon's restart or a full
/// buffer of the kernel can lose single ones.
const LATEST: Duration = Duration::from_secs(60);

/// Counts events, and tells when lists are due.
#[derive(Debug, Default)]
pub(crate) struct Recheck {
    seen: AtomicU64,
    some: Notify,
    due: AtomicBool,
}

impl Recheck {
    /// An event came.
    pub(crate) fn event(&self) {
        self.seen.fetch_add(1, Ordering::Relaxed);
        self.some.notify_one();
    }

    /// True once after each time that lists became due.
    pub(crate) fn take_due(&self) -> bool {
        self.due.swap(false, Ordering::Relaxed)
    }

    /// Waits until lists are due, and marks them so.
    pub(crate) async fn wait(&self) {
        let before = self.seen.load(Ordering::Relaxed);
        self.some.notified().await;
        let latest = Instant::now() + LATEST;
        loop {
            let last = self.seen.load(Ordering::Relaxed);
            sleep(QUIET).await;
            let now = self.seen.load(Ordering::Relaxed);
            let quiet_after_many = now == last && now - before >= MANY;
            if quiet_after_many || Instant::now() >= latest {
                self.due.store(true, Ordering::Relaxed);
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{Duration, Instant};

    use super::{LATEST, MANY, Recheck};

    #[tokio::test(start_paused = true)]
    async fn lists_are_due_soon_after_a_burst() {
        let recheck = Recheck::default();
        let begun = Instant::now();
        let burst = async {
            for _ in 0..MANY {
                recheck.event();
            }
        };
        tokio::join!(recheck.wait(), burst);
        assert!(begun.elapsed() < Duration::from_secs(3));
        assert!(recheck.take_due());
        assert!(!recheck.take_due());
    }

    #[tokio::test(start_paused = true)]
    async fn a_single_event_makes_them_due_later() {
        let recheck = Recheck::default();
        let begun = Instant::now();
        recheck.event();
        recheck.wait().await;
        assert!(begun.elapsed() >= LATEST);
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_asked_of_an_engine_in_which_nothing_happens() {
        let recheck = Recheck::default();
        let hour = Duration::from_secs(3600);
        assert!(tokio::time::timeout(hour, recheck.wait()).await.is_err());
        assert!(!recheck.take_due());
    }
}
