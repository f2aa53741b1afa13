//! The live model against an engine of a thousand containers, and against one
//! that breaks.
use std::{collections::BTreeMap, sync::Arc, time::Duration};

use berth_api::engine::{Change, Container, ContainerState, Image, Network, Volume, WatchEvent};
use berth_engine::{Engine, EngineWatch, Model};
use berth_recorded::{Options, Truth, UnixDialer, World, churn, serve};
use tempfile::TempDir;
use tokio::{net::UnixListener, sync::watch, task::JoinHandle};
use tokio_util::sync::{CancellationToken, DropGuard};

struct Rig {
    world: World,
    folder: TempDir,
    up: watch::Sender<bool>,
    server: JoinHandle<()>,
    engine: Engine,
    _quit: DropGuard,
}

impl Rig {
    fn new(options: &Options) -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let world = World::new(options);
        let server = listen(&folder, &world);
        let quit = CancellationToken::new();
        let (up, up_receiver) = watch::channel(true);
        let dialer = UnixDialer(folder.path().join("engine.sock"));
        let engine = Engine::new(Arc::new(dialer), up_receiver, quit.clone());
        Self {
            world,
            folder,
            up,
            server,
            engine,
            _quit: quit.drop_guard(),
        }
    }

    fn small() -> Self {
        Self::new(&Options {
            containers: 24,
            images: 30,
            volumes: 10,
            hostile: false,
        })
    }

    /// Waits until the model says what the engine knows to be true.
    async fn agree(&self) {
        let mut watch = self.engine.watch();
        while truth(&self.engine.snapshot()) != self.world.truth() {
            let next = tokio::time::timeout(Duration::from_secs(60), watch.next()).await;
            assert!(
                next.is_ok(),
                "{}",
                difference(&self.engine.snapshot(), &self.world)
            );
        }
    }
}

fn listen(folder: &TempDir, world: &World) -> JoinHandle<()> {
    let path = folder.path().join("engine.sock");
    let _ = std::fs::remove_file(&path);
    let listener = UnixListener::bind(path).expect("the folder is ours");
    let world = world.clone();
    tokio::spawn(async move { serve(listener, world).await.expect("it serves") })
}

fn state(container: &Container) -> String {
    format!("{:?}", container.state).to_lowercase()
}

fn truth(model: &Model) -> Truth {
    Truth {
        containers: model
            .containers
            .values()
            .map(|c| {
                let truth = (c.name.clone(), state(c), c.exit_code, c.started, c.finished);
                (c.id.clone(), truth)
            })
            .collect(),
        images: model
            .images
            .values()
            .map(|i| (i.id.clone(), i.tags.iter().cloned().collect()))
            .collect(),
        volumes: model.volumes.keys().map(ToString::to_string).collect(),
        networks: model
            .networks
            .values()
            .map(|n| (n.id.clone(), n.name.clone()))
            .collect(),
    }
}

/// The first few containers that differ, for the message of a test that failed.
fn difference(model: &Model, world: &World) -> String {
    let (ours, theirs) = (truth(model), world.truth());
    let differ = theirs.containers.iter().filter_map(|(id, container)| {
        let known = ours.containers.get(id);
        (known != Some(container)).then(|| format!("{known:?} is not {container:?}"))
    });
    let differ: Vec<_> = differ.take(5).collect();
    format!(
        "containers {differ:#?}, images {}, volumes {}, networks {}",
        ours.images == theirs.images,
        ours.volumes == theirs.volumes,
        ours.networks == theirs.networks
    )
}

/// A client's copy of the model, made from changes alone.
#[derive(Debug, Default, PartialEq)]
struct Copy {
    containers: BTreeMap<String, Container>,
    images: BTreeMap<String, Image>,
    volumes: BTreeMap<String, Volume>,
    networks: BTreeMap<String, Network>,
}

impl Copy {
    fn apply(&mut self, event: WatchEvent) {
        match event {
            WatchEvent::Reset => *self = Self::default(),
            WatchEvent::Changes { changes } => changes.into_iter().for_each(|c| self.change(c)),
            WatchEvent::Live | WatchEvent::Stale => {}
        }
    }

    fn change(&mut self, change: Change) {
        match change {
            Change::Container(it) => drop(self.containers.insert(it.id.clone(), *it)),
            Change::ContainerGone(id) => drop(self.containers.remove(&id)),
            Change::Image(it) => drop(self.images.insert(it.id.clone(), it)),
            Change::ImageGone(id) => drop(self.images.remove(&id)),
            Change::Volume(it) => drop(self.volumes.insert(it.name.clone(), it)),
            Change::VolumeGone(name) => drop(self.volumes.remove(&name)),
            Change::Network(it) => drop(self.networks.insert(it.id.clone(), it)),
            Change::NetworkGone(id) => drop(self.networks.remove(&id)),
            Change::Happened(_) => {}
        }
    }

    fn of(model: &Model) -> Self {
        let copy = |id: &Arc<str>| id.to_string();
        Self {
            containers: model
                .containers
                .iter()
                .map(|(k, v)| (copy(k), (**v).clone()))
                .collect(),
            images: model
                .images
                .iter()
                .map(|(k, v)| (copy(k), (**v).clone()))
                .collect(),
            volumes: model
                .volumes
                .iter()
                .map(|(k, v)| (copy(k), (**v).clone()))
                .collect(),
            networks: model
                .networks
                .iter()
                .map(|(k, v)| (copy(k), (**v).clone()))
                .collect(),
        }
    }
}

/// Reads until this event.
async fn until(watch: &mut EngineWatch, copy: &mut Copy, last: &WatchEvent) {
    loop {
        let event = watch.next().await;
        let done = event == *last;
        copy.apply(event);
        if done {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_storm_the_model_is_what_the_engine_holds() {
    let rig = Rig::new(&Options {
        containers: 1000,
        images: 2000,
        volumes: 500,
        hostile: false,
    });
    let (mut watch, mut copy) = (rig.engine.watch(), Copy::default());
    until(&mut watch, &mut copy, &WatchEvent::Live).await;
    for round in 0..20 {
        churn::steps(&rig.world, round * 100, 100);
        if let Some(event) = watch.now() {
            copy.apply(event);
        }
        tokio::task::yield_now().await;
    }
    rig.agree().await;
    while let Some(event) = watch.now() {
        copy.apply(event);
    }
    assert_eq!(copy, Copy::of(&rig.engine.snapshot()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_read_nothing_during_a_storm_gets_the_newest_state() {
    let rig = Rig::small();
    let (mut watch, mut copy) = (rig.engine.watch(), Copy::default());
    until(&mut watch, &mut copy, &WatchEvent::Live).await;
    churn::steps(&rig.world, 0, 1000);
    rig.agree().await;
    let mut count = 0;
    while let Some(event) = watch.now() {
        if let WatchEvent::Changes { changes } = &event {
            assert!(changes.len() <= berth_api::engine::MAX_CHANGES);
            let objects = changes.iter().filter(|c| !matches!(c, Change::Happened(_)));
            count += objects.count();
        }
        copy.apply(event);
    }
    assert_eq!(copy, Copy::of(&rig.engine.snapshot()));
    assert!(
        count < 600,
        "{count} changes for {} containers",
        copy.containers.len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_went_away_is_stale_and_one_that_is_back_is_read_anew() {
    let mut rig = Rig::small();
    let (mut watch, mut copy) = (rig.engine.watch(), Copy::default());
    until(&mut watch, &mut copy, &WatchEvent::Live).await;
    rig.up.send(false).unwrap();
    until(&mut watch, &mut copy, &WatchEvent::Stale).await;
    assert_eq!(copy.containers.len(), 24);
    churn::steps(&rig.world, 0, 100);
    rig.server.abort();
    rig.server = listen(&rig.folder, &rig.world);
    rig.up.send(true).unwrap();
    until(&mut watch, &mut copy, &WatchEvent::Live).await;
    rig.agree().await;
    while let Some(event) = watch.now() {
        copy.apply(event);
    }
    assert_eq!(copy, Copy::of(&rig.engine.snapshot()));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_while_the_engine_is_away_gets_what_was_last_known() {
    let rig = Rig::small();
    rig.engine.live().await;
    rig.up.send(false).unwrap();
    let mut copy = Copy::default();
    until(&mut rig.engine.watch(), &mut copy, &WatchEvent::Stale).await;
    assert_eq!(copy.containers.len(), 24);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_objects_fit_their_lines_and_do_no_harm() {
    let rig = Rig::new(&Options {
        containers: 200,
        images: 200,
        volumes: 100,
        hostile: true,
    });
    let (mut watch, mut copy) = (rig.engine.watch(), Copy::default());
    loop {
        let event = watch.next().await;
        let line = serde_json::to_string(&event).unwrap();
        assert!(line.len() < 1 << 20, "{}", line.len());
        let done = event == WatchEvent::Live;
        copy.apply(event);
        if done {
            break;
        }
    }
    assert_eq!(copy.containers.len(), 200);
    assert!(
        copy.containers
            .values()
            .any(|c| c.name.contains("<img src=x"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn stats_come_for_what_was_asked_and_end_with_the_container() {
    let rig = Rig::small();
    rig.engine.live().await;
    let model = rig.engine.snapshot();
    let mut running = model
        .containers
        .values()
        .filter(|c| c.state == ContainerState::Running);
    let (one, other) = (running.next().unwrap(), running.next().unwrap());
    let ids = vec![one.id.clone(), other.id.clone(), "nothing".to_owned()];
    let mut stats = rig.engine.stats(ids);
    while stats.next().await.containers.len() < 2 {}
    let docker = rig.engine.docker();
    docker.kill_container(&one.id, None).await.unwrap();
    loop {
        let reading = stats.next().await;
        if let [left] = reading.containers.as_slice() {
            assert_eq!(left.id, other.id);
            assert!(left.memory > 0 && left.cpu_percent >= 0.0);
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bollard_speaks_over_the_same_connections() {
    let rig = Rig::small();
    rig.engine.live().await;
    let docker = rig.engine.docker();
    assert_eq!(docker.ping().await.unwrap(), "OK");
    assert_eq!(
        docker.version().await.unwrap().version.as_deref(),
        Some("28.5.2")
    );
}
