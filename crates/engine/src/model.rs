//! What the engine holds, as one value.
use std::{collections::BTreeMap, sync::Arc};

use berth_api::engine::{Change, Container, ContainerState, EngineEvent, Image, Network, Volume};

/// What the engine holds. A copy is cheap to read and does not change.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Model {
    /// Containers by ID.
    pub containers: BTreeMap<Arc<str>, Arc<Container>>,
    /// Images by ID.
    pub images: BTreeMap<Arc<str>, Arc<Image>>,
    /// Volumes by name.
    pub volumes: BTreeMap<Arc<str>, Arc<Volume>>,
    /// Networks by ID.
    pub networks: BTreeMap<Arc<str>, Arc<Network>>,
}

/// Sizes that the engine counts only when it is asked to (`GET /system/df`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sizes {
    /// Bytes that an image shares with others, by the image's ID.
    pub shared: BTreeMap<String, u64>,
    /// Bytes in a volume, by its name.
    pub volumes: BTreeMap<String, u64>,
}

/// Kinds of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Container,
    Image,
    Volume,
    Network,
}

/// Names one object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    pub(crate) kind: Kind,
    pub(crate) id: Arc<str>,
}

/// An object, shared with whoever reads it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Object {
    Container(Arc<Container>),
    Image(Arc<Image>),
    Volume(Arc<Volume>),
    Network(Arc<Network>),
}

/// What a client is told, before it is copied into a message.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum News {
    Is(Object),
    Gone(Key),
    Happened(Arc<EngineEvent>),
}

impl Object {
    pub(crate) fn key(&self) -> Key {
        let (kind, id) = match self {
            Self::Container(container) => (Kind::Container, &container.id),
            Self::Image(image) => (Kind::Image, &image.id),
            Self::Volume(volume) => (Kind::Volume, &volume.name),
            Self::Network(network) => (Kind::Network, &network.id),
        };
        let id = id.as_str().into();
        Key { kind, id }
    }

    /// A list says less than was learned by asking for one object alone. What it
    /// can't say stays as it was.
    pub(crate) fn keep_learned(&mut self, known: &Self) {
        match (self, known) {
            (Self::Container(new), Self::Container(old)) => {
                let new = Arc::make_mut(new);
                if new.state != ContainerState::Created {
                    new.started = new.started.or(old.started);
                    new.finished = new.finished.or(old.finished);
                }
            }
            (Self::Image(new), Self::Image(old)) => {
                let new = Arc::make_mut(new);
                new.platform = new.platform.take().or_else(|| old.platform.clone());
                new.shared = new.shared.or(old.shared);
            }
            (Self::Volume(new), Self::Volume(old)) => {
                let new = Arc::make_mut(new);
                new.size = new.size.or(old.size);
            }
            _ => {}
        }
    }
}

impl From<Container> for Object {
    fn from(container: Container) -> Self {
        Self::Container(Arc::new(container))
    }
}

impl From<Image> for Object {
    fn from(image: Image) -> Self {
        Self::Image(Arc::new(image))
    }
}

impl From<Volume> for Object {
    fn from(volume: Volume) -> Self {
        Self::Volume(Arc::new(volume))
    }
}

impl From<Network> for Object {
    fn from(network: Network) -> Self {
        Self::Network(Arc::new(network))
    }
}

impl News {
    pub(crate) fn change(&self) -> Change {
        match self {
            Self::Is(Object::Container(it)) => Change::Container(Box::new((**it).clone())),
            Self::Is(Object::Image(it)) => Change::Image((**it).clone()),
            Self::Is(Object::Volume(it)) => Change::Volume((**it).clone()),
            Self::Is(Object::Network(it)) => Change::Network((**it).clone()),
            Self::Gone(Key { kind, id }) => {
                let id = id.to_string();
                match kind {
                    Kind::Container => Change::ContainerGone(id),
                    Kind::Image => Change::ImageGone(id),
                    Kind::Volume => Change::VolumeGone(id),
                    Kind::Network => Change::NetworkGone(id),
                }
            }
            Self::Happened(event) => Change::Happened((**event).clone()),
        }
    }
}

impl Model {
    pub(crate) fn get(&self, key: &Key) -> Option<Object> {
        let id = &key.id;
        match key.kind {
            Kind::Container => self.containers.get(id).cloned().map(Object::Container),
            Kind::Image => self.images.get(id).cloned().map(Object::Image),
            Kind::Volume => self.volumes.get(id).cloned().map(Object::Volume),
            Kind::Network => self.networks.get(id).cloned().map(Object::Network),
        }
    }

    pub(crate) fn ids(&self, kind: Kind) -> Vec<Arc<str>> {
        match kind {
            Kind::Container => self.containers.keys().cloned().collect(),
            Kind::Image => self.images.keys().cloned().collect(),
            Kind::Volume => self.volumes.keys().cloned().collect(),
            Kind::Network => self.networks.keys().cloned().collect(),
        }
    }

    pub(crate) fn put(&mut self, id: Arc<str>, object: Object) {
        match object {
            Object::Container(it) => drop(self.containers.insert(id, it)),
            Object::Image(it) => drop(self.images.insert(id, it)),
            Object::Volume(it) => drop(self.volumes.insert(id, it)),
            Object::Network(it) => drop(self.networks.insert(id, it)),
        }
    }

    pub(crate) fn remove(&mut self, key: &Key) {
        let id = &key.id;
        match key.kind {
            Kind::Container => drop(self.containers.remove(id)),
            Kind::Image => drop(self.images.remove(id)),
            Kind::Volume => drop(self.volumes.remove(id)),
            Kind::Network => drop(self.networks.remove(id)),
        }
    }
}
