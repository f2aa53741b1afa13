//! Pauses between the tries to start a daemon.
use std::time::Duration;

const FIRST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(10);

/// A run this long was a good one: the next failure is a new story.
const GOOD: Duration = Duration::from_secs(60);

/// Doubles with each failure in a row.
#[derive(Debug)]
pub(super) struct Backoff(Duration);

impl Default for Backoff {
    fn default() -> Self {
        Self(FIRST)
    }
}

impl Backoff {
    /// The pause after a run of this length.
    pub(super) fn after(&mut self, run: Duration) -> Duration {
        if run >= GOOD {
            self.0 = FIRST;
        }
        let pause = self.0;
        self.0 = (pause * 2).min(LONGEST);
        pause
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Backoff, FIRST, GOOD, LONGEST};

    #[test]
    fn pauses_double_up_to_the_longest() {
        let mut backoff = Backoff::default();
        assert_eq!(backoff.after(Duration::ZERO), FIRST);
        assert_eq!(backoff.after(Duration::ZERO), FIRST * 2);
        for _ in 0..100 {
            backoff.after(Duration::ZERO);
        }
        assert_eq!(backoff.after(Duration::ZERO), LONGEST);
    }

    #[test]
    fn a_good_run_starts_over() {
        let mut backoff = Backoff::default();
        for _ in 0..10 {
            backoff.after(Duration::ZERO);
        }
        assert_eq!(backoff.after(GOOD), FIRST);
        assert_eq!(backoff.after(Duration::ZERO), FIRST * 2);
    }
}
