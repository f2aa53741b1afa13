//! Pause between failed `accept` calls.
//!
//! Out of file descriptors, `accept` fails at once and again and again; without
//! a pause the loop would eat a core just when the process is in need.
use std::{io, time::Duration};

use tracing::{debug, warn};

const FIRST: Duration = Duration::from_millis(10);
const LONGEST: Duration = Duration::from_secs(1);

/// Grows from 10 ms to 1 s while errors repeat.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    next: Option<Duration>,
}

impl Backoff {
    /// Forgets earlier errors.
    pub(crate) fn succeeded(&mut self) {
        self.next = None;
    }

    /// Waits as long as `error` deserves. `what` names the listener in the log.
    pub(crate) async fn failed(&mut self, what: &str, error: &io::Error) {
        let Some(pause) = self.pause_after(error) else {
            debug!(%error, "a client of {what} left before it was accepted");
            return;
        };
        warn!(%error, "can't accept on {what}, trying again in {pause:?}");
        tokio::time::sleep(pause).await;
    }

    fn pause_after(&mut self, error: &io::Error) -> Option<Duration> {
        use io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};
        if matches!(
            error.kind(),
            ConnectionAborted | ConnectionReset | Interrupted
        ) {
            return None;
        }
        let pause = self.next.unwrap_or(FIRST);
        self.next = Some((pause * 2).min(LONGEST));
        Some(pause)
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::{Backoff, FIRST, LONGEST};

    #[test]
    fn repeated_errors_pause_longer_up_to_a_limit_and_a_success_resets_it() {
        let error = io::Error::other("too many open files");
        let mut backoff = Backoff::default();
        assert_eq!(backoff.pause_after(&error), Some(FIRST));
        assert_eq!(backoff.pause_after(&error), Some(FIRST * 2));
        for _ in 0..20 {
            backoff.pause_after(&error);
        }
        assert_eq!(backoff.pause_after(&error), Some(LONGEST));
        backoff.succeeded();
        assert_eq!(backoff.pause_after(&error), Some(FIRST));
    }

    #[test]
    fn a_client_that_left_costs_no_pause() {
        let error = io::Error::from(io::ErrorKind::ConnectionAborted);
        assert_eq!(Backoff::default().pause_after(&error), None);
    }
}
