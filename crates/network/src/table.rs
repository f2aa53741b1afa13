//! A bounded table of flows that makes room by letting go of the one idle
//! longest. Pure: who uses it owns the tasks.

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
};

/// Tells apart two flows that had the same key one after the other.
pub(crate) type FlowId = u64;

/// Flows by key, the recency of each known.
#[derive(Debug)]
pub(crate) struct FlowTable<K, V> {
    entries: HashMap<K, Entry<V>>,
    /// Keys by last use; ticks are unique.
    by_use: BTreeMap<u64, K>,
    limit: usize,
    tick: u64,
}

#[derive(Debug)]
struct Entry<V> {
    id: FlowId,
    used: u64,
    value: V,
}

impl<K: Copy + Eq + Hash, V> FlowTable<K, V> {
    /// An empty table for at most `limit` flows, one at least.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            entries: HashMap::new(),
            by_use: BTreeMap::new(),
            limit: limit.max(1),
            tick: 0,
        }
    }

    /// The flow of `key`, which counts as used now.
    pub(crate) fn touch(&mut self, key: &K) -> Option<&V> {
        let entry = self.entries.get_mut(key)?;
        self.by_use.remove(&entry.used);
        self.tick += 1;
        entry.used = self.tick;
        self.by_use.insert(self.tick, *key);
        Some(&entry.value)
    }

    /// Puts a flow in, over any other of the same key, dropping the one idle
    /// longest when full. Returns the id to remove it by.
    pub(crate) fn insert(&mut self, key: K, value: V) -> FlowId {
        self.take(&key);
        if self.entries.len() >= self.limit
            && let Some((_, oldest)) = self.by_use.pop_first()
        {
            self.entries.remove(&oldest);
        }
        self.tick += 1;
        let (id, used) = (self.tick, self.tick);
        self.by_use.insert(used, key);
        self.entries.insert(key, Entry { id, used, value });
        id
    }

    /// Removes the flow of `key`, unless another took its place since.
    pub(crate) fn remove(&mut self, key: &K, id: FlowId) {
        if self.entries.get(key).is_some_and(|entry| entry.id == id) {
            self.take(key);
        }
    }

    /// Removes the flows that `keep` is false for.
    pub(crate) fn retain(&mut self, keep: impl Fn(&V) -> bool) {
        let by_use = &mut self.by_use;
        self.entries.retain(|_, entry| {
            let kept = keep(&entry.value);
            if !kept {
                by_use.remove(&entry.used);
            }
            kept
        });
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn is_full(&self) -> bool {
        self.len() >= self.limit
    }

    fn take(&mut self, key: &K) {
        if let Some(entry) = self.entries.remove(key) {
            self.by_use.remove(&entry.used);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flow_idle_longest_makes_room() {
        let mut table = FlowTable::new(2);
        table.insert('a', 1);
        table.insert('b', 2);
        table.touch(&'a');
        table.insert('c', 3);
        assert_eq!(table.touch(&'b'), None);
        assert_eq!(table.touch(&'a'), Some(&1));
        assert_eq!(table.touch(&'c'), Some(&3));
    }

    #[test]
    fn an_ended_flow_does_not_take_its_successor_along() {
        let mut table = FlowTable::new(2);
        let first = table.insert('a', 1);
        let second = table.insert('a', 2);
        table.remove(&'a', first);
        assert_eq!(table.touch(&'a'), Some(&2));
        table.remove(&'a', second);
        assert_eq!(table.len(), 0);
    }

    #[test]
    fn flows_are_removed_by_what_they_are() {
        let mut table = FlowTable::new(3);
        for key in 0..3 {
            table.insert(key, key);
        }
        table.retain(|value| *value == 1);
        assert_eq!((table.len(), table.by_use.len()), (1, 1));
        assert_eq!(table.touch(&1), Some(&1));
    }

    #[test]
    fn neither_index_outgrows_the_limit() {
        let mut table = FlowTable::new(3);
        for key in 0..100 {
            table.insert(key % 7, ());
            table.touch(&(key % 5));
            assert!(table.len() <= 3);
            assert_eq!(table.by_use.len(), table.len());
        }
    }
}
