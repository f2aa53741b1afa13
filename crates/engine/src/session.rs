//! One connection's worth of following the engine: its events first, then
//! everything it holds, then what the events say has changed.
use std::{
    convert::Infallible,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use berth_api::engine::{Container, ContainerState, EngineEvent, Image, Network, Volume};
use bytes::{Buf, BytesMut};
use futures::{StreamExt, future::BoxFuture, stream};
use http::Response;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::{
    sync::Notify,
    time::{Instant, sleep, sleep_until},
};

use crate::{
    dirty::{Dirty, Mark, Marks},
    error::EngineError,
    http_client::HttpClient,
    hub::{Hub, State},
    lookups::{Lookup, Lookups},
    model::{Key, Kind, Object},
    recheck::Recheck,
    wire,
};

/// How long events of one burst gather before the engine is asked.
const GATHER: Duration = Duration::from_millis(5);
/// Pause between two rounds of questions: however many events come, there are
/// no more rounds than this allows.
const PAUSE: Duration = Duration::from_millis(50);
/// Shortest and longest time between two lists of images. In between, a list
/// may take a fifth of the time.
const IMAGES_PAUSE: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(10));
/// Containers that one question names; an ID takes 75 bytes of its address.
const CHUNK: usize = 100;
/// From so many changed objects on, a whole list is cheaper.
const RELIST: usize = 300;
/// Questions about single volumes and networks at once.
const AT_ONCE: usize = 4;
/// Longest line of events. All labels of a container are in it.
const MAX_EVENT: usize = 32 << 20;
/// How long the stream of events may take to begin.
const EVENTS_PATIENCE: Duration = Duration::from_secs(20);

const CONTAINERS: &str = "/containers/json?all=1";
const IMAGES: &str = "/images/json";
const VOLUMES: &str = "/volumes";
const NETWORKS: &str = "/networks";

struct Session {
    client: HttpClient,
    hub: Arc<Hub>,
    dirty: Mutex<Dirty>,
    objects: Notify,
    images: Notify,
    lookups: Lookups,
    recheck: Recheck,
}

/// Follows the engine until it can't be reached any more.
// Boxed here, since the compiler can't see by itself that it is `Send`.
pub(crate) fn run(client: HttpClient, hub: Arc<Hub>) -> BoxFuture<'static, EngineError> {
    Box::pin(async move {
        let events = match begin(&client).await {
            Ok(events) => events,
            Err(error) => return error,
        };
        hub.write(State::begin);
        let session = Session {
            client,
            hub,
            dirty: Mutex::default(),
            objects: Notify::new(),
            images: Notify::new(),
            lookups: Lookups::default(),
            recheck: Recheck::default(),
        };
        let (follow, keep) = (pin!(session.follow(events)), pin!(session.keep()));
        let ended = tokio::select! {
            ended = follow => ended,
            ended = keep => ended,
        };
        match ended {
            Err(error) => error,
        }
    })
}

async fn begin(client: &HttpClient) -> Result<Response<Incoming>, EngineError> {
    let begun = tokio::time::timeout(EVENTS_PATIENCE, client.open("/events")).await;
    begun.unwrap_or_else(|_| {
        let path = "/events".to_owned();
        Err(EngineError::Late { path })
    })
}

impl Session {
    /// Reads events as fast as they come: the engine drops them for whoever
    /// is slow.
    async fn follow(&self, events: Response<Incoming>) -> Result<Infallible, EngineError> {
        let mut body = events.into_body();
        let mut lines = BytesMut::new();
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(EngineError::unreachable)?.into_data() else {
                continue;
            };
            let mut searched = lines.len();
            lines.extend_from_slice(&data);
            while let Some(end) = lines[searched..].iter().position(|byte| *byte == b'\n') {
                let line = lines.split_to(searched + end);
                lines.advance(1);
                searched = 0;
                self.take_event(&line);
            }
            if lines.len() > MAX_EVENT {
                let path = "/events".to_owned();
                let limit = MAX_EVENT;
                return Err(EngineError::TooLong { path, limit });
            }
        }
        Err(EngineError::unreachable("the stream of events has ended"))
    }

    fn take_event(&self, line: &[u8]) {
        if line.trim_ascii().is_empty() {
            return;
        }
        let event: EngineEvent = match serde_json::from_slice::<wire::event::Message>(line) {
            Ok(message) => message.into(),
            Err(error) => {
                tracing::debug!(%error, "the engine reported something that can't be understood");
                return;
            }
        };
        let (objects, images) = {
            let mut dirty = self.dirty.lock().unwrap_or_else(PoisonError::into_inner);
            dirty.note(&event);
            (dirty.has_objects(), dirty.images)
        };
        self.hub.write(|state| state.happened(event));
        self.recheck.event();
        if objects {
            self.objects.notify_one();
        }
        if images {
            self.images.notify_one();
        }
    }

    async fn keep(&self) -> Result<Infallible, EngineError> {
        self.load().await?;
        self.hub.write(State::live);
        let (never, _, _, _) = tokio::try_join!(
            self.refresh_objects(),
            self.refresh_images(),
            self.recheck(),
            self.lookups.run(&self.client, &self.hub),
        )?;
        Ok(never)
    }

    async fn load(&self) -> Result<(), EngineError> {
        tokio::try_join!(
            self.load_containers(),
            self.load_images(),
            self.load_kind(VOLUMES, Some("Volumes"), Kind::Volume, volume),
            self.load_kind(NETWORKS, None, Kind::Network, network),
        )?;
        Ok(())
    }

    async fn load_kind<W: serde::de::DeserializeOwned + 'static>(
        &self,
        path: &str,
        field: Option<&'static str>,
        kind: Kind,
        make: fn(W) -> Object,
    ) -> Result<(), EngineError> {
        let objects = self.client.list(path, field, make).await?;
        self.hub.write(|state| state.replace(kind, objects));
        Ok(())
    }

    async fn load_containers(&self) -> Result<(), EngineError> {
        self.load_kind(CONTAINERS, None, Kind::Container, container)
            .await?;
        let model = self.hub.model();
        let ran = |running: bool| {
            let ran = model.containers.iter().filter(move |(_, container)| {
                let state = container.state;
                state != ContainerState::Created && (state == ContainerState::Running) == running
            });
            ran.map(|(id, _)| Lookup::Times(Arc::clone(id)))
        };
        self.lookups.later(ran(true));
        self.lookups.later(ran(false));
        Ok(())
    }

    async fn load_images(&self) -> Result<(), EngineError> {
        self.load_kind(IMAGES, None, Kind::Image, image).await?;
        let model = self.hub.model();
        let unknown = model.images.iter().filter(|(_, i)| i.platform.is_none());
        self.lookups
            .later(unknown.map(|(id, _)| Lookup::Platform(Arc::clone(id))));
        Ok(())
    }

    async fn refresh_images(&self) -> Result<Infallible, EngineError> {
        loop {
            self.images.notified().await;
            self.dirty
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .images = false;
            let begun = Instant::now();
            match self.load_images().await {
                Err(error) if !error.is_about_one_object() => return Err(error),
                Err(error) => tracing::warn!(%error, "the images could not be listed"),
                Ok(()) => {}
            }
            let (shortest, longest) = IMAGES_PAUSE;
            sleep_until(Instant::now() + (begun.elapsed() * 4).clamp(shortest, longest)).await;
        }
    }

    /// Wakes the refreshes by themselves, so that no list overtakes a newer answer.
    async fn recheck(&self) -> Result<Infallible, EngineError> {
        loop {
            self.recheck.wait().await;
            self.objects.notify_one();
            self.images.notify_one();
        }
    }

    async fn list_objects(&self) -> Result<(), EngineError> {
        tokio::try_join!(
            self.load_kind(CONTAINERS, None, Kind::Container, container),
            self.load_kind(VOLUMES, Some("Volumes"), Kind::Volume, volume),
            self.load_kind(NETWORKS, None, Kind::Network, network),
        )?;
        Ok(())
    }

    async fn refresh_objects(&self) -> Result<Infallible, EngineError> {
        loop {
            self.objects.notified().await;
            sleep(GATHER).await;
            let dirty = {
                let mut dirty = self.dirty.lock().unwrap_or_else(PoisonError::into_inner);
                let images = dirty.images;
                let rest = Dirty {
                    images,
                    ..Dirty::default()
                };
                std::mem::replace(&mut *dirty, rest)
            };
            tokio::try_join!(
                self.refresh_containers(dirty.containers),
                self.refresh_some(dirty.volumes, Kind::Volume),
                self.refresh_some(dirty.networks, Kind::Network),
            )?;
            if self.recheck.take_due() {
                self.list_objects().await?;
            }
            sleep(PAUSE).await;
        }
    }

    async fn refresh_containers(&self, marks: Marks) -> Result<(), EngineError> {
        let Marks::Some(marks) = marks else {
            return self.load_containers().await;
        };
        let ids = |wanted: fn(Mark) -> bool| {
            let wanted = marks.iter().filter(move |(_, mark)| wanted(**mark));
            wanted.map(|(id, _)| id.as_str())
        };
        self.forget(Kind::Container, ids(|mark| mark == Mark::Gone));
        let changed: Vec<&str> = ids(|mark| mark != Mark::Gone).collect();
        if changed.len() >= RELIST {
            self.load_kind(CONTAINERS, None, Kind::Container, container)
                .await?;
        } else {
            for ids in changed.chunks(CHUNK) {
                self.refresh_chunk(ids).await?;
            }
        }
        for id in ids(|mark| mark == Mark::Ran) {
            self.lookups.soon(Lookup::Times(id.into()));
        }
        Ok(())
    }

    async fn refresh_chunk(&self, ids: &[&str]) -> Result<(), EngineError> {
        // Marked IDs are plain: they need no quoting.
        let filter = format!("%7B%22id%22%3A%5B%22{}%22%5D%7D", ids.join("%22%2C%22"));
        let path = format!("{CONTAINERS}&filters={filter}");
        let found = self.client.list(&path, None, container).await?;
        self.hub.write(|state| {
            let listed: Vec<_> = found.iter().map(|object| object.key().id).collect();
            for id in ids.iter().filter(|id| !listed.iter().any(|l| **l == ***id)) {
                let (kind, id) = (Kind::Container, (*id).into());
                state.remove(Key { kind, id });
            }
            for object in found {
                state.put_listed(object);
            }
        });
        Ok(())
    }

    async fn refresh_some(&self, marks: Marks, kind: Kind) -> Result<(), EngineError> {
        let marks = match marks {
            Marks::Some(marks) if marks.len() < RELIST => marks,
            _ if kind == Kind::Volume => {
                return self.load_kind(VOLUMES, Some("Volumes"), kind, volume).await;
            }
            _ => return self.load_kind(NETWORKS, None, kind, network).await,
        };
        let (gone, changed): (Vec<_>, Vec<_>) =
            marks.iter().partition(|(_, mark)| **mark == Mark::Gone);
        self.forget(kind, gone.into_iter().map(|(id, _)| id.as_str()));
        let changed: Vec<String> = changed.into_iter().map(|(id, _)| id.clone()).collect();
        let questions = changed.into_iter().map(|id| {
            let client = self.client.clone();
            async move {
                let answer = one(&client, kind, &id).await;
                (id, answer)
            }
        });
        let mut answers = stream::iter(questions).buffer_unordered(AT_ONCE);
        while let Some((id, answer)) = answers.next().await {
            match answer {
                Ok(object) => self.hub.write(|state| state.put_listed(object)),
                Err(error) if error.is_missing() => {
                    self.forget(kind, [id.as_str()].into_iter());
                }
                Err(error) if error.is_about_one_object() => {
                    tracing::debug!(%error, "an object could not be read");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn forget<'i>(&self, kind: Kind, ids: impl Iterator<Item = &'i str>) {
        self.hub.write(|state| {
            for id in ids {
                let id = id.into();
                state.remove(Key { kind, id });
            }
        });
    }
}

async fn one(client: &HttpClient, kind: Kind, id: &str) -> Result<Object, EngineError> {
    if kind == Kind::Volume {
        client.get(&format!("{VOLUMES}/{id}")).await.map(volume)
    } else {
        client.get(&format!("{NETWORKS}/{id}")).await.map(network)
    }
}

fn container(listed: wire::container::Listed) -> Object {
    Container::from(listed).into()
}

fn image(listed: wire::image::Listed) -> Object {
    Image::from(listed).into()
}

fn volume(listed: wire::volume::Listed) -> Object {
    Volume::from(listed).into()
}

fn network(listed: wire::network::Listed) -> Object {
    Network::from(listed).into()
}
