//! Waiting for a condition. The only place of these tests that sleeps.
use std::{
    thread,
    time::{Duration, Instant},
};

/// Time for what should happen soon, on an emulated machine that is busy.
pub const SOON: Duration = Duration::from_secs(60);

const PAUSE: Duration = Duration::from_millis(50);

/// Looks until there is an answer, and panics with `what` when there is none
/// within the time.
pub fn eventually<T>(what: &str, within: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + within;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(
            Instant::now() < deadline,
            "not within {} s: {what}",
            within.as_secs()
        );
        thread::sleep(PAUSE);
    }
}

/// Looks until it is so; see [`eventually`].
pub fn until(what: &str, within: Duration, mut look: impl FnMut() -> bool) {
    eventually(what, within, || look().then_some(()));
}
