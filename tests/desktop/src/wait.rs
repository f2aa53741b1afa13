//! Waiting for a condition. The only place of these tests that sleeps.
use std::{
    fmt::Display,
    thread,
    time::{Duration, Instant},
};

/// Time for what should happen soon, on a machine that is busy.
pub const SOON: Duration = Duration::from_secs(60);

const PAUSE: Duration = Duration::from_millis(50);

/// Looks until there is an answer, and panics with `what` when there is none.
#[track_caller]
pub fn eventually<T>(what: impl Display, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + SOON;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(
            Instant::now() < deadline,
            "not within {} s: {what}",
            SOON.as_secs()
        );
        thread::sleep(PAUSE);
    }
}

/// Looks until it is so; see [`eventually`].
#[track_caller]
pub fn until(what: &str, mut look: impl FnMut() -> bool) {
    eventually(what, || look().then_some(()));
}

/// Time in which what must not happen would have happened.
const A_WHILE: Duration = Duration::from_secs(4);

/// Looks for a while, and panics with `what` if it is so.
#[track_caller]
pub fn never(what: &str, mut look: impl FnMut() -> bool) {
    let deadline = Instant::now() + A_WHILE;
    while Instant::now() < deadline {
        assert!(!look(), "{what}");
        thread::sleep(PAUSE);
    }
}
