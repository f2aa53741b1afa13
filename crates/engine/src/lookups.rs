//! What only a question about one object tells: when a container's process ran,
//! and what platform an image is for. Asked in the background, a few at a time,
//! what just changed before what is merely unknown.
use std::{
    collections::{HashMap, VecDeque},
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures::{StreamExt, stream::FuturesUnordered};
use tokio::sync::Notify;

use crate::{
    error::EngineError,
    http_client::HttpClient,
    hub::Hub,
    wire::{
        container::{self, Times},
        image,
    },
};

/// Questions that are open at once.
const AT_ONCE: usize = 4;

/// A question about one object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Lookup {
    /// When the process of this container began and ended.
    Times(Arc<str>),
    /// The platform of this image.
    Platform(Arc<str>),
}

#[derive(Debug)]
enum Answer {
    Times(Arc<str>, Times),
    Platform(Arc<str>, Option<String>),
}

/// Questions that wait.
#[derive(Debug, Default)]
pub(crate) struct Lookups {
    queue: Mutex<Queue>,
    wake: Notify,
}

#[derive(Debug, Default)]
struct Queue {
    soon: VecDeque<Lookup>,
    later: VecDeque<Lookup>,
    /// The value says that it is in `soon`. What is not here was taken.
    waiting: HashMap<Lookup, bool>,
    /// The value says that it has to be asked again.
    open: HashMap<Lookup, bool>,
}

impl Queue {
    fn add(&mut self, lookup: Lookup, soon: bool) {
        // An answer that is under way may be older than the change.
        if let Some(again) = self.open.get_mut(&lookup) {
            *again = true;
            return;
        }
        match self.waiting.insert(lookup.clone(), soon) {
            Some(true) => drop(self.waiting.insert(lookup, true)),
            Some(false) if !soon => {}
            _ if soon => self.soon.push_back(lookup),
            _ => self.later.push_back(lookup),
        }
    }

    fn take(&mut self) -> Option<Lookup> {
        loop {
            let next = self.soon.pop_front().or_else(|| self.later.pop_front())?;
            if self.waiting.remove(&next).is_some() {
                self.open.insert(next.clone(), false);
                return Some(next);
            }
        }
    }

    fn done(&mut self, lookup: Lookup) {
        if self.open.remove(&lookup) == Some(true) {
            self.add(lookup, true);
        }
    }
}

impl Lookups {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks before anything that is merely unknown.
    pub(crate) fn soon(&self, lookup: Lookup) {
        self.lock().add(lookup, true);
        self.wake.notify_one();
    }

    /// Asks when there is nothing better to do.
    pub(crate) fn later(&self, lookups: impl IntoIterator<Item = Lookup>) {
        let mut queue = self.lock();
        for lookup in lookups {
            queue.add(lookup, false);
        }
        self.wake.notify_one();
    }

    /// Asks, and fills the answers in, until the engine can't be reached.
    pub(crate) async fn run(
        &self,
        client: &HttpClient,
        hub: &Hub,
    ) -> Result<Infallible, EngineError> {
        let mut open = FuturesUnordered::new();
        loop {
            while open.len() < AT_ONCE
                && let Some(lookup) = { self.lock().take() }
            {
                let client = client.clone();
                open.push(async move {
                    let answer = ask(&client, &lookup).await;
                    (lookup, answer)
                });
            }
            tokio::select! {
                Some((lookup, answer)) = open.next() => {
                    self.lock().done(lookup);
                    match answer {
                        Ok(answer) => fill(hub, answer),
                        // Gone meanwhile, or the engine can't say.
                        Err(error) if error.is_about_one_object() => {}
                        Err(error) => return Err(error),
                    }
                }
                () = self.wake.notified() => {}
            }
        }
    }
}

async fn ask(client: &HttpClient, lookup: &Lookup) -> Result<Answer, EngineError> {
    Ok(match lookup {
        Lookup::Times(id) => {
            let path = format!("/containers/{id}/json");
            let inspected: container::Inspected = client.get(&path).await?;
            Answer::Times(Arc::clone(id), inspected.into())
        }
        Lookup::Platform(id) => {
            let path = format!("/images/{id}/json");
            let inspected: image::Inspected = client.get(&path).await?;
            Answer::Platform(Arc::clone(id), inspected.platform())
        }
    })
}

fn fill(hub: &Hub, answer: Answer) {
    hub.write(|state| match answer {
        Answer::Times(id, times) => {
            let known = state.model.containers.get(&id).cloned();
            if let Some(mut container) = known {
                times.fill(Arc::make_mut(&mut container));
                state.put(crate::model::Object::Container(container));
            }
        }
        Answer::Platform(id, platform) => {
            let known = state.model.images.get(&id).cloned();
            if let Some(mut image) = known {
                Arc::make_mut(&mut image).platform = platform;
                state.put(crate::model::Object::Image(image));
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(id: &str) -> Lookup {
        Lookup::Times(id.into())
    }

    fn drain(queue: &mut Queue) -> Vec<Lookup> {
        std::iter::from_fn(|| queue.take()).collect()
    }

    #[test]
    fn what_changed_overtakes_what_is_unknown_and_is_asked_once() {
        let mut queue = Queue::default();
        queue.add(times("a"), false);
        queue.add(times("b"), false);
        queue.add(times("b"), true);
        queue.add(times("b"), false);
        queue.add(times("b"), true);
        assert_eq!(drain(&mut queue), [times("b"), times("a")]);
    }

    #[test]
    fn a_change_while_it_is_asked_asks_again() {
        let mut queue = Queue::default();
        queue.add(times("a"), true);
        assert_eq!(queue.take(), Some(times("a")));
        queue.add(times("a"), true);
        assert_eq!(queue.take(), None);
        queue.done(times("a"));
        assert_eq!(drain(&mut queue), [times("a")]);
        queue.done(times("a"));
        assert_eq!(queue.take(), None);
    }
}
