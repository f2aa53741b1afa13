//! What must be asked for again after an event. Pure.
use std::collections::BTreeMap;

use berth_api::engine::EngineEvent;

/// Objects of one kind that may differ from the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Marks {
    /// These, by ID.
    Some(BTreeMap<String, Mark>),
    /// Too many to tell: all of them.
    All,
}

/// What is known about an object that may differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mark {
    /// It changed.
    Changed,
    /// It changed, and so did when its process began or ended.
    Ran,
    /// It was removed.
    Gone,
}

/// Most objects that are marked one by one.
const MOST: usize = 2000;

/// Everything that may differ from the model.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Dirty {
    pub(crate) containers: Marks,
    pub(crate) volumes: Marks,
    pub(crate) networks: Marks,
    /// The engine has no way to list one image.
    pub(crate) images: bool,
}

impl Default for Marks {
    fn default() -> Self {
        Self::Some(BTreeMap::new())
    }
}

impl Marks {
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::Some(marks) if marks.is_empty())
    }

    fn add(&mut self, id: &str, mark: Mark) {
        let Self::Some(marks) = self else { return };
        if !is_plain(id) || marks.len() >= MOST {
            *self = Self::All;
            return;
        }
        marks
            .entry(id.to_owned())
            .and_modify(|known| *known = (*known).max(mark))
            .or_insert(mark);
    }

    /// An object whose name can be used again is there once more.
    fn revive(&mut self, id: &str) {
        if let Self::Some(marks) = self {
            marks.remove(id);
        }
        self.add(id, Mark::Changed);
    }
}

/// An ID as the engine makes them, which needs no quoting in a request.
fn is_plain(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    !id.is_empty() && id.len() <= 255 && !id.starts_with('.') && id.bytes().all(plain)
}

impl Dirty {
    pub(crate) fn has_objects(&self) -> bool {
        !(self.containers.is_empty() && self.volumes.is_empty() && self.networks.is_empty())
    }

    /// Marks what an event is about.
    pub(crate) fn note(&mut self, event: &EngineEvent) {
        match event.object.as_str() {
            "container" => self.note_container(event),
            "image" => self.images = true,
            "volume" => self.note_volume(event),
            "network" => self.note_network(event),
            _ => {}
        }
    }

    fn note_container(&mut self, event: &EngineEvent) {
        // `exec_create: sh -c ...`, `health_status: healthy`
        let verb = event.action.split(':').next().unwrap_or_default();
        let mark = match verb {
            "exec_create" | "exec_start" | "exec_die" | "exec_detach" | "attach" | "detach"
            | "top" | "resize" | "copy" | "export" | "archive-path" | "extract-to-dir"
            | "commit" | "checkpoint" | "kill" => return,
            "destroy" => Mark::Gone,
            "prune" => {
                self.containers = Marks::All;
                return;
            }
            "create" | "health_status" | "rename" | "update" | "pause" | "unpause" => Mark::Changed,
            _ => Mark::Ran,
        };
        self.containers.add(&event.id, mark);
    }

    fn note_volume(&mut self, event: &EngineEvent) {
        match event.action.as_str() {
            "mount" | "unmount" => {}
            "destroy" => self.volumes.add(&event.id, Mark::Gone),
            "create" => self.volumes.revive(&event.id),
            "prune" => self.volumes = Marks::All,
            _ => self.volumes.add(&event.id, Mark::Changed),
        }
    }

    fn note_network(&mut self, event: &EngineEvent) {
        match event.action.as_str() {
            "connect" | "disconnect" => {
                if let Some(container) = event.attributes.get("container") {
                    self.containers.add(container, Mark::Changed);
                }
            }
            "destroy" | "remove" => self.networks.add(&event.id, Mark::Gone),
            "prune" => self.networks = Marks::All,
            _ => self.networks.add(&event.id, Mark::Changed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dirty(events: &[(&str, &str, &str)]) -> Dirty {
        let mut dirty = Dirty::default();
        for (object, action, id) in events {
            dirty.note(&EngineEvent {
                object: (*object).to_owned(),
                action: (*action).to_owned(),
                id: (*id).to_owned(),
                ..EngineEvent::default()
            });
        }
        dirty
    }

    fn marks(all: &[(&str, Mark)]) -> Marks {
        Marks::Some(
            all.iter()
                .map(|(id, mark)| ((*id).to_owned(), *mark))
                .collect(),
        )
    }

    #[test]
    fn what_changes_nothing_marks_nothing() {
        let quiet = dirty(&[
            ("container", "exec_create: sh -c true", "a"),
            ("container", "exec_die", "a"),
            ("container", "top", "a"),
            ("volume", "mount", "v"),
            ("builder", "prune", ""),
            ("something", "new", "x"),
        ]);
        assert_eq!(quiet, Dirty::default());
    }

    #[test]
    fn a_burst_about_one_container_is_one_mark() {
        let many = dirty(&[
            ("container", "create", "a"),
            ("container", "start", "a"),
            ("container", "health_status: healthy", "a"),
        ]);
        assert_eq!(many.containers, marks(&[("a", Mark::Ran)]));
    }

    #[test]
    fn a_removed_container_stays_removed_and_a_volume_can_come_back() {
        let gone = dirty(&[
            ("container", "destroy", "a"),
            ("container", "die", "a"),
            ("volume", "destroy", "v"),
            ("volume", "create", "v"),
        ]);
        assert_eq!(gone.containers, marks(&[("a", Mark::Gone)]));
        assert_eq!(gone.volumes, marks(&[("v", Mark::Changed)]));
    }

    #[test]
    fn a_container_that_joins_a_network_has_changed() {
        let mut dirty = Dirty::default();
        dirty.note(&EngineEvent {
            object: "network".to_owned(),
            action: "connect".to_owned(),
            id: "n".to_owned(),
            attributes: BTreeMap::from([("container".to_owned(), "a".to_owned())]),
            ..EngineEvent::default()
        });
        assert_eq!(dirty.containers, marks(&[("a", Mark::Changed)]));
        assert!(dirty.networks.is_empty());
    }

    #[test]
    fn an_id_that_is_none_and_a_flood_of_them_ask_for_everything() {
        assert_eq!(
            dirty(&[("container", "start", "../../x?y")]).containers,
            Marks::All
        );
        assert_eq!(dirty(&[("container", "prune", "")]).containers, Marks::All);
        let mut flood = Dirty::default();
        for n in 0..=MOST {
            flood.containers.add(&n.to_string(), Mark::Changed);
        }
        assert_eq!(flood.containers, Marks::All);
    }
}
