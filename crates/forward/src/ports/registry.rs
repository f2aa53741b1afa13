//! The list of published ports and their counters.
use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::SystemTime,
};

use berth_link::proto::ExposeRequest;
use tokio::sync::{Notify, futures::OwnedNotified};

use super::owner::overlaps;

/// A published port as shown to the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivePort {
    /// The address on the host, and where its traffic goes in the guest.
    pub request: ExposeRequest,
    /// Since when it is bound.
    pub since: SystemTime,
    /// TCP connections, or UDP clients, that are open now.
    pub active: u64,
    /// The same, since it was bound.
    pub total: u64,
    /// Those that could not be carried to the guest.
    pub failed: u64,
    /// Bytes sent to the guest.
    pub bytes_to_guest: u64,
    /// Bytes that came from the guest.
    pub bytes_from_guest: u64,
}

/// Counters of a published port.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) active: AtomicU64,
    pub(super) total: AtomicU64,
    pub(super) failed: AtomicU64,
    pub(super) to_guest: AtomicU64,
    pub(super) from_guest: AtomicU64,
}

/// Counts one connection, open until it is dropped.
#[derive(Debug)]
pub(super) struct Open(Arc<Counters>);

#[derive(Debug, Default)]
pub(super) struct Registry {
    next: AtomicU64,
    ports: Mutex<HashMap<u64, Port>>,
    ended: Arc<Notify>,
}

#[derive(Debug)]
struct Port {
    request: ExposeRequest,
    since: SystemTime,
    counters: Arc<Counters>,
}

/// A line of the registry; gone when it is dropped.
#[derive(Debug)]
pub(super) struct Entry {
    id: u64,
    request: ExposeRequest,
    counters: Arc<Counters>,
    registry: Arc<Registry>,
}

impl Counters {
    pub(super) fn open(self: &Arc<Self>) -> Open {
        self.active.fetch_add(1, Ordering::Relaxed);
        self.total.fetch_add(1, Ordering::Relaxed);
        Open(Arc::clone(self))
    }

    pub(super) fn failed(&self) {
        self.failed.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.active.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Registry {
    pub(super) fn enter(self: &Arc<Self>, request: ExposeRequest) -> Entry {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let counters = Arc::new(Counters::default());
        let port = Port {
            request,
            since: SystemTime::now(),
            counters: Arc::clone(&counters),
        };
        self.lock().insert(id, port);
        Entry {
            id,
            request,
            counters,
            registry: Arc::clone(self),
        }
    }

    /// The guest's address behind the port that keeps `request` from being bound.
    pub(super) fn holder(&self, request: &ExposeRequest) -> Option<SocketAddr> {
        let ports = self.lock();
        let conflict = |port: &&Port| {
            port.request.transport == request.transport && overlaps(port.request.host, request.host)
        };
        ports
            .values()
            .find(conflict)
            .map(|port| port.request.target)
    }

    /// Completes when a port is freed after this call.
    pub(super) fn ended(&self) -> OwnedNotified {
        Arc::clone(&self.ended).notified_owned()
    }

    pub(super) fn list(&self) -> Vec<ActivePort> {
        let mut list: Vec<_> = self.lock().values().map(Port::show).collect();
        list.sort_by_key(|port| (port.request.host, port.request.transport as u8));
        list
    }

    /// A panic elsewhere leaves the list whole: each change is one call.
    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Port>> {
        self.ports.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Port {
    fn show(&self) -> ActivePort {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        ActivePort {
            request: self.request,
            since: self.since,
            active: read(&self.counters.active),
            total: read(&self.counters.total),
            failed: read(&self.counters.failed),
            bytes_to_guest: read(&self.counters.to_guest),
            bytes_from_guest: read(&self.counters.from_guest),
        }
    }
}

impl Entry {
    pub(super) fn request(&self) -> &ExposeRequest {
        &self.request
    }

    pub(super) fn counters(&self) -> &Arc<Counters> {
        &self.counters
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.registry.lock().remove(&self.id);
        self.registry.ended.notify_waiters();
    }
}
