//! A client's view of the model: where it stands, and what to tell it next.
use std::{io, sync::Arc, time::Duration};

use berth_api::engine::{Change, MAX_CHANGES, WatchEvent};
use tokio::sync::watch;

use crate::{
    hub::{Hub, Phase, State},
    model::News,
};

/// Most bytes of changes in one event. A line of the API has room for a
/// million, and one object of any size that the model keeps.
const BUDGET: usize = 512 << 10;

/// How long changes gather before a client is told, so that a burst is a few
/// events and not hundreds. Below what a person sees.
const GATHER: Duration = Duration::from_millis(8);

/// Reads the model as a client keeps a copy of it: see
/// [`berth_api::call::Call::Watch`].
#[derive(Debug)]
pub struct EngineWatch {
    hub: Arc<Hub>,
    changed: watch::Receiver<u64>,
    place: Place,
}

/// What a client was told.
#[derive(Debug, Default)]
struct Place {
    /// The generation that it was reset for.
    generation: Option<u64>,
    /// Number of the last change that it knows.
    seen: u64,
    /// The copy was begun at this number; what was gone by then is not in it.
    begun: u64,
    live: bool,
    stale: bool,
}

/// What there is to tell, while the state is locked.
enum Step {
    Tell(WatchEvent),
    News(Vec<(u64, News)>),
    Nothing,
}

impl EngineWatch {
    pub(crate) fn new(hub: Arc<Hub>) -> Self {
        let changed = hub.changed();
        Self {
            hub,
            changed,
            place: Place::default(),
        }
    }

    /// The next event; waits until there is one. Nothing is lost when the future
    /// is dropped.
    pub async fn next(&mut self) -> WatchEvent {
        loop {
            self.changed.mark_unchanged();
            if let Some(event) = self.now() {
                return event;
            }
            if self.changed.changed().await.is_err() {
                // The hub that we hold has the sender: this can't happen.
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(GATHER).await;
        }
    }

    /// The next event, if there is one now.
    pub fn now(&mut self) -> Option<WatchEvent> {
        let step = self.place.step(&self.hub.lock());
        match step {
            Step::Tell(event) => Some(event),
            Step::News(news) => Some(self.place.changes(&news)),
            Step::Nothing => None,
        }
    }
}

impl Place {
    fn step(&mut self, state: &State) -> Step {
        let lost = state.floor > self.seen.max(self.begun);
        if self.generation != Some(state.generation) || lost {
            *self = Self {
                generation: Some(state.generation),
                begun: state.last(),
                ..Self::default()
            };
            return Step::Tell(WatchEvent::Reset);
        }
        let news = state.since(self.seen, self.begun, MAX_CHANGES);
        if !news.is_empty() {
            return Step::News(news);
        }
        self.seen = state.last();
        if state.complete && !self.live {
            self.live = true;
            return Step::Tell(WatchEvent::Live);
        }
        if state.phase == Phase::Down && !self.stale {
            self.stale = true;
            return Step::Tell(WatchEvent::Stale);
        }
        Step::Nothing
    }

    /// As much of the news as fits one event.
    fn changes(&mut self, news: &[(u64, News)]) -> WatchEvent {
        let mut changes: Vec<Change> = Vec::with_capacity(news.len());
        let mut left = BUDGET;
        for (number, news) in news {
            let change = news.change();
            let size = written(&change);
            if size > left && !changes.is_empty() {
                break;
            }
            left = left.saturating_sub(size);
            self.seen = *number;
            changes.push(change);
        }
        WatchEvent::Changes { changes }
    }
}

/// Bytes of a change as JSON.
fn written(change: &Change) -> usize {
    struct Count(usize);
    impl io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    match serde_json::to_writer(&mut count, change) {
        Ok(()) => count.0,
        Err(_) => BUDGET,
    }
}
