//! Keeps the newest lines of containers, for when they are gone.
//!
//! The engine removes a container's log together with the container, and no read
//! that begins when it tells of the end is sure to be in time: those of
//! `docker run --rm` and `docker rm --force` were measured to come too late. So
//! containers are followed while they run, and their newest lines are held in
//! memory, a bounded part of each; that costs a stream that waits, and nothing
//! while nothing is written. One that writes a lot would cost as much again here,
//! so it is let go. Those, and all beyond a number, are read when they are killed
//! and when they end, which is in time for every orderly removal.
use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use berth_api::{
    activity::LogRecord,
    engine::{Change, EngineEvent, WatchEvent},
};
use berth_store::{Keep, LogLimits};
use bollard::query_parameters::LogsOptionsBuilder;
use futures::StreamExt;
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout},
};

use super::{Stamped, lines::Lines, source};
use crate::{blocking, clock::now_ms, failure, parts::Inner};

/// Newest lines of one container that are read at its end.
const TAIL: u32 = 5000;

/// Most bytes of text that are kept at once of one container.
const BYTES: usize = 2 << 20;

/// Most bytes of text that are held of one container that is followed.
const HELD: usize = 256 << 10;

/// A container that writes more than this within [`WINDOW`] is let go, in bytes.
const BUSY: usize = 4 << 20;
const WINDOW: Duration = Duration::from_secs(10);

/// Most containers that are followed, and that are read at once.
const FOLLOWED: usize = 64;
const READING: usize = 4;

/// How long one read may take.
const PATIENCE: Duration = Duration::from_secs(20);

struct Keeper {
    inner: Arc<Inner>,
    /// Time of the newest line that was kept of each container, in nanoseconds.
    newest: Mutex<HashMap<String, u64>>,
    followed: Mutex<HashSet<String>>,
    reading: Semaphore,
}

/// Keeps lines while the engine is up, for ever.
pub(crate) async fn run(inner: Arc<Inner>) {
    let keeper = Arc::new(Keeper {
        inner,
        newest: Mutex::default(),
        followed: Mutex::default(),
        reading: Semaphore::new(READING),
    });
    let mut watch = keeper.inner.engine.watch();
    loop {
        match watch.next().await {
            WatchEvent::Changes { changes } => {
                for change in changes {
                    if let Change::Happened(event) = change {
                        keeper.heard(event);
                    }
                }
            }
            // What went while nobody looked.
            WatchEvent::Live => {
                keeper.reconcile().await;
                keeper.follow_all();
            }
            WatchEvent::Reset | WatchEvent::Stale => {}
        }
    }
}

impl Keeper {
    fn heard(self: &Arc<Self>, event: EngineEvent) {
        if event.object != "container" {
            return;
        }
        let keeper = Arc::clone(self);
        let quit = self.inner.quit.clone();
        let work = async move {
            match event.action.as_str() {
                "start" => keeper.follow(of(&event)).await,
                "kill" | "die" => keeper.read(of(&event)).await,
                "destroy" => keeper.gone(&event.id).await,
                _ => {}
            }
        };
        tokio::spawn(quit.run_until_cancelled_owned(work));
    }

    async fn reconcile(&self) {
        let model = self.inner.engine.snapshot();
        let store = Arc::clone(&self.inner.store);
        let note = move || {
            let failed = |error| failure::store(&error);
            for id in store.kept_present().map_err(failed)? {
                if !model.containers.contains_key(id.as_str()) {
                    store.container_gone(&id, now_ms()).map_err(failed)?;
                }
            }
            Ok(())
        };
        if let Err(error) = blocking::run(note).await {
            tracing::warn!(%error, "kept logs could not be looked through");
        }
    }

    async fn gone(&self, id: &str) {
        // A read that is under way ends first.
        let all = u32::try_from(READING).unwrap_or(1);
        let _reading = timeout(PATIENCE, self.reading.acquire_many(all)).await;
        let newest = self.newest.lock();
        newest.unwrap_or_else(PoisonError::into_inner).remove(id);
        let (store, id) = (Arc::clone(&self.inner.store), id.to_owned());
        let note = move || {
            let gone = store.container_gone(&id, now_ms());
            gone.map_err(|error| failure::store(&error))
        };
        if let Err(error) = blocking::run(note).await {
            tracing::warn!(%error, "the end of a container was not kept");
        }
    }

    /// Reads what is newer than what is kept.
    async fn read(&self, of: Keep) {
        let Ok(_permit) = self.reading.acquire().await else {
            return;
        };
        let from = self.known(&of.container).await;
        let options = LogsOptionsBuilder::default()
            .stdout(true)
            .stderr(true)
            .timestamps(true)
            .since(i32::try_from(from / 1_000_000_000).unwrap_or(0))
            .tail(&TAIL.to_string())
            .build();
        let mut frames = self
            .inner
            .engine
            .docker()
            .logs(&of.container, Some(options));
        let mut lines = Lines::new(&of.container);
        let mut held = Held::new(BYTES);
        let reading = async {
            while let Some(Ok(frame)) = frames.next().await {
                held.extend(lines.push(&frame), from);
            }
        };
        if timeout(PATIENCE, reading).await.is_err() {
            tracing::debug!(id = of.container, "a log was not read in time");
        }
        lines
            .finish()
            .for_each(|line| held.extend(Some(line), from));
        self.keep(of, held).await;
    }

    /// Follows what ran before anybody looked.
    fn follow_all(self: &Arc<Self>) {
        let model = self.inner.engine.snapshot();
        for id in super::running(&self.inner) {
            let Some(container) = model.containers.get(id.as_str()) else {
                continue;
            };
            let of = Keep {
                container: id,
                name: container.name.clone(),
                image: container.image.clone(),
            };
            let (keeper, quit) = (Arc::clone(self), self.inner.quit.clone());
            let following = async move { keeper.follow(of).await };
            tokio::spawn(quit.run_until_cancelled_owned(following));
        }
    }

    fn set(&self) -> MutexGuard<'_, HashSet<String>> {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Holds a container's newest lines until it ends.
    async fn follow(&self, of: Keep) {
        {
            let mut followed = self.set();
            if followed.len() >= FOLLOWED || !followed.insert(of.container.clone()) {
                return;
            }
        }
        let known = self.known(&of.container).await;
        let docker = self.inner.engine.docker();
        let mut lines = source::newest(&docker, &of.container, TAIL);
        let mut held = Held::new(HELD);
        let (mut began, mut written) = (Instant::now(), 0);
        while let Some(line) = lines.next().await {
            written += line.record.text.len() + 32;
            held.extend(Some(line), known);
            if began.elapsed() > WINDOW {
                (began, written) = (Instant::now(), 0);
            }
            if written > BUSY {
                tracing::debug!(id = of.container, "a busy container's log is let go");
                break;
            }
        }
        self.set().remove(&of.container);
        self.keep(of, held).await;
    }

    async fn known(&self, id: &str) -> u64 {
        let known = {
            let newest = self.newest.lock();
            let newest = newest.unwrap_or_else(PoisonError::into_inner);
            newest.get(id).copied()
        };
        if let Some(nanos) = known {
            return nanos;
        }
        let (store, id) = (Arc::clone(&self.inner.store), id.to_owned());
        let read = move || {
            store
                .newest_line(&id)
                .map_err(|error| failure::store(&error))
        };
        let newest = blocking::run(read).await.ok().flatten();
        // The store has whole milliseconds: what is within one was kept.
        newest.map_or(0, |millis| (millis + 1).saturating_mul(1_000_000) - 1)
    }

    async fn keep(&self, of: Keep, held: Held) {
        let Some(last) = held.newest else { return };
        let before = {
            let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
            let known = newest.entry(of.container.clone()).or_default();
            if last <= *known {
                return;
            }
            std::mem::replace(known, last)
        };
        let lines = held.lines.into_iter().filter(|line| line.nanos > before);
        let lines: Vec<LogRecord> = lines.map(|line| line.record).collect();
        let store = Arc::clone(&self.inner.store);
        let keep = move || {
            let kept = store.keep_lines(&of, &lines, LogLimits::default());
            let kept = kept.map_err(|error| failure::store(&error));
            // It may have gone before its lines came.
            kept.map(|()| of.container)
        };
        match blocking::run(keep).await {
            Err(error) => tracing::warn!(%error, "lines of a container were not kept"),
            Ok(id) => {
                let model = self.inner.engine.snapshot();
                if self.inner.engine.is_live() && !model.containers.contains_key(id.as_str()) {
                    self.gone_now(id).await;
                }
            }
        }
    }

    async fn gone_now(&self, id: String) {
        let store = Arc::clone(&self.inner.store);
        let note = move || {
            let gone = store.container_gone(&id, now_ms());
            gone.map_err(|error| failure::store(&error))
        };
        if let Err(error) = blocking::run(note).await {
            tracing::warn!(%error, "the end of a container was not kept");
        }
    }
}

/// Newest lines, up to a limit of bytes.
struct Held {
    lines: VecDeque<Stamped>,
    bytes: usize,
    limit: usize,
    newest: Option<u64>,
}

impl Held {
    fn new(limit: usize) -> Self {
        Self {
            lines: VecDeque::new(),
            bytes: 0,
            limit,
            newest: None,
        }
    }

    fn extend(&mut self, line: Option<Stamped>, after: u64) {
        let Some(line) = line.filter(|line| line.nanos > after) else {
            return;
        };
        self.newest = self.newest.max(Some(line.nanos));
        self.bytes += line.record.text.len();
        self.lines.push_back(line);
        while self.bytes > self.limit || self.lines.len() > TAIL as usize {
            let Some(gone) = self.lines.pop_front() else {
                return;
            };
            self.bytes -= gone.record.text.len();
        }
    }
}

fn of(event: &EngineEvent) -> Keep {
    let image = event.attributes.get("image");
    Keep {
        container: event.id.clone(),
        name: event.name.clone(),
        image: image.cloned().unwrap_or_default(),
    }
}
