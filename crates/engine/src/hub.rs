//! The one copy of the model, and the order in which it came to be.
//!
//! Every change gets a number. The order knows for each object only its newest
//! number, so a client that has seen everything up to a number asks for what
//! came later and gets each object once, in its newest state. Nothing is kept
//! for a client, however slow it is.
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use berth_api::engine::EngineEvent;
use tokio::sync::watch;

use crate::model::{Key, Kind, Model, News, Object};

/// How many reported events are kept for clients that come later.
pub(crate) const EVENTS: usize = 1000;
/// How many removed objects are remembered for clients that are behind. One
/// that is further behind begins anew.
const GONE: usize = if cfg!(test) { 5 } else { 10_000 };

/// Whether the model can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The engine can't be asked.
    Down,
    /// It is being asked for everything.
    Loading,
    /// The model is what the engine holds.
    Live,
}

/// Shared by the session that writes and the clients that read.
#[derive(Debug)]
pub(crate) struct Hub {
    state: Mutex<State>,
    changed: watch::Sender<u64>,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) model: Arc<Model>,
    pub(crate) phase: Phase,
    /// Counts connections to the engine.
    pub(crate) generation: u64,
    /// The model was complete at least once in this generation.
    pub(crate) complete: bool,
    /// Changes up to this number are no longer told one by one.
    pub(crate) floor: u64,
    order: BTreeMap<u64, Entry>,
    numbers: HashMap<Key, u64>,
    events: VecDeque<u64>,
    gone: VecDeque<u64>,
    last: u64,
}

#[derive(Debug)]
enum Entry {
    Object(Key),
    Happened(Arc<EngineEvent>),
}

impl Hub {
    pub(crate) fn new() -> Self {
        Self {
            state: Mutex::new(State::new()),
            changed: watch::Sender::new(0),
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing is left half done when a holder panics but a missed number.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Told whenever there may be something new to read.
    pub(crate) fn changed(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Changes the state and tells the clients.
    pub(crate) fn write<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.lock();
        let before = state.mark();
        let outcome = change(&mut state);
        let told = state.mark() != before;
        drop(state);
        if told {
            self.changed
                .send_modify(|count| *count = count.wrapping_add(1));
        }
        outcome
    }

    pub(crate) fn model(&self) -> Arc<Model> {
        Arc::clone(&self.lock().model)
    }

    pub(crate) fn phase(&self) -> Phase {
        self.lock().phase
    }
}

impl State {
    fn new() -> Self {
        Self {
            model: Arc::default(),
            phase: Phase::Down,
            generation: 0,
            complete: false,
            floor: 0,
            order: BTreeMap::new(),
            numbers: HashMap::new(),
            events: VecDeque::new(),
            gone: VecDeque::new(),
            last: 0,
        }
    }

    /// Differs after whatever a client must be told.
    fn mark(&self) -> (u64, u64, Phase) {
        (self.last, self.generation, self.phase)
    }

    /// The engine answers again; everything will be asked for.
    pub(crate) fn begin(&mut self) {
        self.generation += 1;
        self.phase = Phase::Loading;
        self.complete = false;
    }

    /// Everything was asked for and taken over.
    pub(crate) fn live(&mut self) {
        self.phase = Phase::Live;
        self.complete = true;
    }

    /// The engine can't be asked any more.
    pub(crate) fn down(&mut self) {
        self.phase = Phase::Down;
    }

    /// Takes over an object as a list has it: what was learned otherwise stays.
    pub(crate) fn put_listed(&mut self, mut object: Object) {
        if let Some(known) = self.model.get(&object.key()) {
            object.keep_learned(&known);
        }
        self.put(object);
    }

    /// Takes over an object, if it is new or differs.
    pub(crate) fn put(&mut self, object: Object) {
        let key = object.key();
        if key.id.is_empty() {
            return;
        }
        if self.model.get(&key).as_ref() == Some(&object) {
            return;
        }
        Arc::make_mut(&mut self.model).put(Arc::clone(&key.id), object);
        self.number(key);
    }

    /// Forgets an object.
    pub(crate) fn remove(&mut self, key: Key) {
        if self.model.get(&key).is_none() {
            return;
        }
        Arc::make_mut(&mut self.model).remove(&key);
        let number = self.number(key);
        self.gone.push_back(number);
        self.forget_the_gone();
    }

    /// Takes over a complete list of one kind.
    pub(crate) fn replace(&mut self, kind: Kind, objects: Vec<Object>) {
        let listed: HashSet<Arc<str>> = objects.iter().map(|object| object.key().id).collect();
        for id in self.model.ids(kind) {
            if !listed.contains(&id) {
                self.remove(Key { kind, id });
            }
        }
        for object in objects {
            self.put_listed(object);
        }
    }

    /// The engine reported something.
    pub(crate) fn happened(&mut self, event: EngineEvent) {
        self.last += 1;
        self.order
            .insert(self.last, Entry::Happened(Arc::new(event)));
        self.events.push_back(self.last);
        if self.events.len() > EVENTS
            && let Some(oldest) = self.events.pop_front()
        {
            self.order.remove(&oldest);
        }
    }

    fn number(&mut self, key: Key) -> u64 {
        self.last += 1;
        if let Some(before) = self.numbers.insert(key.clone(), self.last) {
            self.order.remove(&before);
        }
        self.order.insert(self.last, Entry::Object(key));
        self.last
    }

    fn forget_the_gone(&mut self) {
        while self.gone.len() > GONE {
            let Some(number) = self.gone.pop_front() else {
                return;
            };
            // It may have come back and gone again under a newer number.
            if let Some(Entry::Object(key)) = self.order.get(&number)
                && self.model.get(key).is_none()
            {
                self.numbers.remove(key);
                self.order.remove(&number);
                self.floor = self.floor.max(number);
            }
        }
    }

    /// What a client that has seen everything up to `seen` does not know, oldest
    /// first, at most `most`. Its copy was begun at `begun`: what was gone then
    /// is not in it.
    pub(crate) fn since(&self, seen: u64, begun: u64, most: usize) -> Vec<(u64, News)> {
        let later = self.order.range(seen + 1..);
        let told = later.filter_map(|(number, entry)| {
            let news = match entry {
                Entry::Happened(event) => News::Happened(Arc::clone(event)),
                Entry::Object(key) => match self.model.get(key) {
                    Some(object) => News::Is(object),
                    None if *number <= begun => return None,
                    None => News::Gone(key.clone()),
                },
            };
            Some((*number, news))
        });
        told.take(most).collect()
    }

    /// Number of the newest change.
    pub(crate) fn last(&self) -> u64 {
        self.last
    }
}
