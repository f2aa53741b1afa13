//! Whatever happens and however slowly a client reads, its copy ends as the model.
use std::{collections::BTreeMap, sync::Arc};

use berth_api::engine::{
    Change, Container, ContainerState, EngineEvent, Image, Volume, WatchEvent,
};
use proptest::prelude::*;

use super::{EVENTS, Hub, State};
use crate::{
    model::{Key, Kind, Model, Object},
    watch::EngineWatch,
};

fn volume(id: u8, size: u64) -> Volume {
    Volume {
        name: format!("v{id}"),
        size: Some(size),
        ..Volume::default()
    }
}

fn key(id: u8) -> Key {
    let (kind, id) = (Kind::Volume, format!("v{id}").into());
    Key { kind, id }
}

/// A client's copy, made from events alone.
#[derive(Debug, Default)]
struct Copy {
    volumes: BTreeMap<String, Volume>,
    /// Objects that were sent since the last reset.
    told: BTreeMap<String, ()>,
    happened: usize,
}

impl Copy {
    fn apply(&mut self, event: WatchEvent) {
        match event {
            WatchEvent::Reset => self.told.clear(),
            WatchEvent::Live => {
                let told = &self.told;
                self.volumes.retain(|name, _| told.contains_key(name));
            }
            WatchEvent::Stale => {}
            WatchEvent::Changes { changes } => changes.into_iter().for_each(|c| self.change(c)),
        }
    }

    fn change(&mut self, change: Change) {
        match change {
            Change::Volume(volume) => {
                self.told.insert(volume.name.clone(), ());
                self.volumes.insert(volume.name.clone(), volume);
            }
            Change::VolumeGone(name) => drop(self.volumes.remove(&name)),
            Change::Happened(_) => self.happened += 1,
            other => panic!("nobody made {other:?}"),
        }
    }

    fn drain(&mut self, watch: &mut EngineWatch) {
        while let Some(event) = watch.now() {
            self.apply(event);
        }
    }
}

fn same(copy: &Copy, model: &Model) -> bool {
    let ours = copy
        .volumes
        .iter()
        .map(|(name, volume)| (name.as_str(), volume));
    let theirs = model
        .volumes
        .iter()
        .map(|(name, volume)| (&**name, &**volume));
    ours.eq(theirs)
}

#[derive(Debug, Clone)]
enum Step {
    Put(u8, u64),
    Remove(u8),
    Replace(Vec<(u8, u64)>),
    Happened,
    Reconnect,
    Read(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..20u8, 0..3u64).prop_map(|(id, size)| Step::Put(id, size)),
        3 => (0..20u8).prop_map(Step::Remove),
        1 => proptest::collection::vec((0..20u8, 0..3u64), 0..10).prop_map(Step::Replace),
        1 => Just(Step::Happened),
        1 => Just(Step::Reconnect),
        3 => (1..4u8).prop_map(Step::Read),
    ]
}

fn take(hub: &Hub, step: Step) {
    hub.write(|state| match step {
        Step::Put(id, size) => state.put(volume(id, size).into()),
        Step::Remove(id) => state.remove(key(id)),
        Step::Replace(all) => {
            let objects = all.into_iter().map(|(id, size)| volume(id, size).into());
            state.replace(Kind::Volume, objects.collect());
        }
        Step::Happened => state.happened(EngineEvent::default()),
        Step::Reconnect => {
            state.down();
            state.begin();
            state.live();
        }
        Step::Read(_) => {}
    });
}

proptest! {
    #[test]
    fn all_changes_make_the_same_as_a_fresh_snapshot(
        steps in proptest::collection::vec(step(), 0..200)
    ) {
        let hub = Arc::new(Hub::new());
        hub.write(State::begin);
        hub.write(State::live);
        let mut slow = (EngineWatch::new(Arc::clone(&hub)), Copy::default());
        for step in steps {
            if let Step::Read(count) = step {
                for _ in 0..count {
                    if let Some(event) = slow.0.now() {
                        slow.1.apply(event);
                    }
                }
            }
            take(&hub, step);
        }
        slow.1.drain(&mut slow.0);
        prop_assert!(same(&slow.1, &hub.model()), "{:?} {:?}", slow.1, hub.model());
        let mut fresh = Copy::default();
        fresh.drain(&mut EngineWatch::new(Arc::clone(&hub)));
        prop_assert!(same(&fresh, &hub.model()));
    }
}

fn live() -> (Arc<Hub>, EngineWatch, Copy) {
    let hub = Arc::new(Hub::new());
    hub.write(State::begin);
    hub.write(State::live);
    let (mut watch, mut copy) = (EngineWatch::new(Arc::clone(&hub)), Copy::default());
    copy.drain(&mut watch);
    (hub, watch, copy)
}

#[test]
fn an_object_that_is_the_same_is_not_told_again() {
    let (hub, mut watch, _) = live();
    take(&hub, Step::Put(1, 1));
    assert!(matches!(watch.now(), Some(WatchEvent::Changes { .. })));
    take(&hub, Step::Put(1, 1));
    assert_eq!(watch.now(), None);
}

#[test]
fn a_client_that_slept_gets_an_object_once() {
    let (hub, mut watch, _) = live();
    for size in 0..1000 {
        take(&hub, Step::Put(1, size));
    }
    let Some(WatchEvent::Changes { changes }) = watch.now() else {
        panic!("there is news");
    };
    assert_eq!(changes, [Change::Volume(volume(1, 999))]);
    assert_eq!(watch.now(), None);
}

#[test]
fn who_missed_more_removals_than_are_remembered_begins_anew() {
    let (hub, mut watch, mut copy) = live();
    (0..20).for_each(|id| take(&hub, Step::Put(id, 0)));
    copy.drain(&mut watch);
    (0..20).for_each(|id| take(&hub, Step::Remove(id)));
    assert_eq!(watch.now(), Some(WatchEvent::Reset));
    copy.apply(WatchEvent::Reset);
    copy.drain(&mut watch);
    assert!(copy.volumes.is_empty());
}

#[test]
fn only_the_newest_events_are_kept() {
    let (hub, mut watch, mut copy) = live();
    (0..EVENTS + 500).for_each(|_| take(&hub, Step::Happened));
    copy.drain(&mut watch);
    assert_eq!(copy.happened, EVENTS);
}

#[test]
fn a_list_does_not_forget_what_was_learned_otherwise() {
    let hub = Hub::new();
    let listed = |state| {
        Object::from(Container {
            id: "a".to_owned(),
            state,
            ..Container::default()
        })
    };
    let known = Container {
        id: "a".to_owned(),
        state: ContainerState::Running,
        started: Some(5),
        ..Container::default()
    };
    let image = Image {
        id: "i".to_owned(),
        platform: Some("linux/amd64".to_owned()),
        ..Image::default()
    };
    hub.write(|state| {
        state.put(known.into());
        state.put(image.into());
        state.replace(Kind::Container, vec![listed(ContainerState::Paused)]);
        let again = Image {
            id: "i".to_owned(),
            tags: vec!["new".to_owned()],
            ..Image::default()
        };
        state.replace(Kind::Image, vec![again.into()]);
    });
    let model = hub.model();
    assert_eq!(model.containers["a"].started, Some(5));
    assert_eq!(model.images["i"].platform.as_deref(), Some("linux/amd64"));
}

#[test]
fn changes_of_large_objects_are_split_to_fit_a_line() {
    let (hub, mut watch, mut copy) = live();
    hub.write(|state| {
        for id in 0..100 {
            let mut big = volume(id, 0);
            big.labels.insert("a".to_owned(), "\u{1}".repeat(40 << 10));
            state.put(big.into());
        }
    });
    let mut lines = 0;
    while let Some(event) = watch.now() {
        let length = serde_json::to_vec(&event).unwrap().len();
        assert!(length < berth_api::wire::MAX_LINE - 100, "{length}");
        lines += 1;
        copy.apply(event);
    }
    assert_eq!(copy.volumes.len(), 100);
    assert!(lines > 20);
}
