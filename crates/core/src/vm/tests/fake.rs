//! A backend without a hypervisor, and a guest of a few lines.
use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use async_trait::async_trait;
use berth_api::event::Event;
use berth_link::{
    frame, handshake,
    mux::{Accepted, Role, start},
    proto::{ControlReply, ControlRequest, EngineState, GuestInfo, GuestService},
};
use berth_machine::{
    Accelerator, Backend, BackendInfo, Channel, Exit, Features, Machine, MachineError, MachineSpec,
};
use berth_model::{
    home::Home,
    image::{EngineVersions, INITRAMFS, ImageFile, KERNEL, MANIFEST, Manifest, ROOT},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncWriteExt, DuplexStream, duplex},
    sync::{broadcast, watch},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use super::super::{Parts, Patience, Settings, Vm, supervise};

/// How backend and guest behave.
#[derive(Debug, Clone)]
pub(super) struct Script {
    pub(super) silent: bool,
    pub(super) deaf_to_shutdown: bool,
    pub(super) engine_fails: bool,
    pub(super) no_hypervisor: bool,
    pub(super) garbage_once: bool,
    pub(super) save_fails: bool,
    pub(super) stale: bool,
    pub(super) free_space: u64,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            silent: false,
            deaf_to_shutdown: false,
            engine_fails: false,
            no_hypervisor: false,
            garbage_once: false,
            save_fails: false,
            stale: false,
            free_space: u64::MAX,
        }
    }
}

#[derive(Debug)]
pub(super) struct FakeBackend {
    script: Script,
    counts: watch::Sender<(u32, u32)>,
    shutdowns: Mutex<Vec<u32>>,
    machine: Mutex<Option<Arc<FakeMachine>>>,
    garbage_sent: AtomicBool,
    next_pid: AtomicU32,
    restored: AtomicU32,
    grown: watch::Sender<u64>,
}

impl FakeBackend {
    pub(super) fn started(&self) -> u32 {
        self.counts.borrow().0
    }

    pub(super) async fn wait_started(&self, n: u32) {
        self.counts
            .subscribe()
            .wait_for(|c| c.0 >= n)
            .await
            .unwrap();
    }

    pub(super) async fn wait_channels(&self, n: u32) {
        self.counts
            .subscribe()
            .wait_for(|c| c.1 >= n)
            .await
            .unwrap();
    }

    pub(super) async fn wait_grown(&self, bytes: u64) {
        self.grown
            .subscribe()
            .wait_for(|g| *g == bytes)
            .await
            .unwrap();
    }

    pub(super) fn restored(&self) -> u32 {
        self.restored.load(Ordering::Relaxed)
    }

    pub(super) fn shutdowns(&self) -> Vec<u32> {
        self.shutdowns.lock().unwrap().clone()
    }

    pub(super) fn crash(&self) {
        let machine = self.machine.lock().unwrap().take().unwrap();
        machine.end(false, "QEMU was killed by signal 9");
    }

    pub(super) fn cut(&self) {
        let machine = self.machine.lock().unwrap().clone().unwrap();
        machine
            .guests
            .lock()
            .unwrap()
            .drain(..)
            .for_each(|g| g.abort());
    }

    fn guest(self: &Arc<Self>, channel: DuplexStream) -> JoinHandle<()> {
        let backend = Arc::clone(self);
        tokio::spawn(async move { backend.play(channel).await })
    }

    async fn play(self: Arc<Self>, mut channel: DuplexStream) {
        if self.script.silent {
            std::future::pending::<()>().await;
        }
        let Ok((_, early)) = handshake::guest(&mut channel).await else {
            return;
        };
        if self.script.garbage_once && !self.garbage_sent.swap(true, Ordering::Relaxed) {
            let _ = channel.write_all(b"garbage, garbage").await;
            std::future::pending::<()>().await;
        }
        let (_handle, mut incoming) = start(channel, early, Role::Guest);
        while let Some(accepted) = incoming.next().await {
            let backend = Arc::clone(&self);
            tokio::spawn(async move { backend.answer(accepted).await });
        }
    }

    async fn answer(&self, mut accepted: Accepted) {
        match accepted.service().unwrap() {
            GuestService::Docker => {
                accepted.stream.write_all(b"engine").await.unwrap();
                accepted.stream.shutdown().await.unwrap();
            }
            GuestService::Control => self.control(&mut accepted).await,
            other => panic!("nobody asks for {other:?} here"),
        }
    }

    async fn control(&self, accepted: &mut Accepted) {
        let request = frame::read::<ControlRequest>(&mut accepted.stream)
            .await
            .unwrap();
        let reply = match request {
            ControlRequest::Info => ControlReply::Info(self.info()),
            ControlRequest::Shutdown { .. } if self.script.deaf_to_shutdown => {
                return std::future::pending().await;
            }
            ControlRequest::Shutdown { grace_seconds } => {
                self.shutdowns.lock().unwrap().push(grace_seconds);
                ControlReply::Done
            }
            _ => ControlReply::Done,
        };
        let goodbye = matches!(request, ControlRequest::Shutdown { .. });
        frame::write(&mut accepted.stream, &reply).await.unwrap();
        if goodbye && let Some(machine) = self.machine.lock().unwrap().take() {
            machine.end(true, "powered off");
        }
    }

    fn info(&self) -> GuestInfo {
        let engine = if self.script.engine_fails {
            EngineState::Failed {
                part: "dockerd".into(),
                cause: "no".into(),
                log: Vec::new(),
            }
        } else {
            EngineState::Running {
                version: "28.5.2".into(),
            }
        };
        GuestInfo {
            agent_version: "1".into(),
            kernel: "6.12".into(),
            boot_id: "b".into(),
            stages: Vec::new(),
            engine,
            data_bytes: 0,
            data_free_bytes: 0,
            memory_bytes: 0,
            memory_available_bytes: 0,
            network_received: None,
            network_sent: None,
        }
    }
}

/// The backend as the supervisor sees it.
#[derive(Debug)]
struct Seen(Arc<FakeBackend>);

#[async_trait]
impl Backend for Seen {
    async fn probe(&self) -> Result<BackendInfo, MachineError> {
        if self.0.script.no_hypervisor {
            let hint = "install it".to_owned();
            return Err(MachineError::Missing {
                program: "fake".into(),
                hint,
            });
        }
        Ok(BackendInfo {
            name: "fake",
            version: "1".into(),
            accelerator: Accelerator::Emulation,
            slow_because: None,
            features: Features {
                survives_owner: true,
                online_grow: true,
                ..Features::default()
            },
        })
    }

    async fn restore(
        &self,
        spec: &MachineSpec,
        file: &Path,
    ) -> Result<Arc<dyn Machine>, MachineError> {
        assert!(file.exists());
        if self.0.script.stale {
            let reason = "the data disk was changed since".to_owned();
            return Err(MachineError::Stale { reason });
        }
        self.0.restored.fetch_add(1, Ordering::Relaxed);
        self.start(spec).await
    }

    async fn start(&self, _: &MachineSpec) -> Result<Arc<dyn Machine>, MachineError> {
        let (exit, _) = watch::channel(None);
        let pid = self.0.next_pid.fetch_add(1, Ordering::Relaxed);
        let machine = Arc::new(FakeMachine {
            backend: Arc::clone(&self.0),
            pid,
            exit,
            guests: Mutex::default(),
        });
        *self.0.machine.lock().unwrap() = Some(Arc::clone(&machine));
        self.0.counts.send_modify(|c| c.0 += 1);
        Ok(machine)
    }

    async fn adopt(&self, _: &MachineSpec) -> Result<Option<Arc<dyn Machine>>, MachineError> {
        let machine = self.0.machine.lock().unwrap().clone();
        Ok(machine.map(|m| m as Arc<dyn Machine>))
    }
}

#[derive(Debug)]
pub(super) struct FakeMachine {
    backend: Arc<FakeBackend>,
    pid: u32,
    exit: watch::Sender<Option<Exit>>,
    guests: Mutex<Vec<JoinHandle<()>>>,
}

impl FakeMachine {
    fn end(&self, orderly: bool, description: &str) {
        self.guests
            .lock()
            .unwrap()
            .drain(..)
            .for_each(|g| g.abort());
        self.exit.send_replace(Some(Exit {
            orderly,
            description: description.to_owned(),
        }));
    }
}

#[async_trait]
impl Machine for FakeMachine {
    fn accelerator(&self) -> Accelerator {
        Accelerator::Emulation
    }

    fn warning(&self) -> Option<String> {
        None
    }

    fn pid(&self) -> Option<u32> {
        Some(self.pid)
    }

    async fn open_channel(&self) -> Result<Box<dyn Channel>, MachineError> {
        let (host, guest) = duplex(1 << 18);
        let guest = self.backend.guest(guest);
        self.guests.lock().unwrap().push(guest);
        self.backend.counts.send_modify(|c| c.1 += 1);
        Ok(Box::new(host))
    }

    async fn exited(&self) -> Exit {
        let mut exit = self.exit.subscribe();
        let exit = exit.wait_for(Option::is_some).await.unwrap();
        exit.clone().unwrap()
    }

    async fn save(&self, file: &Path) -> Result<(), MachineError> {
        if self.backend.script.save_fails {
            let (message, hint) = ("the disk is full".to_owned(), "free some space".to_owned());
            return Err(MachineError::Save { message, hint });
        }
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, b"memory").unwrap();
        self.backend.machine.lock().unwrap().take();
        self.end(true, "the machine was saved");
        Ok(())
    }

    async fn kill(&self) -> Result<(), MachineError> {
        if self.exit.borrow().is_none() {
            self.end(false, "killed");
        }
        Ok(())
    }

    async fn grow_data_disk(&self, bytes: u64) -> Result<(), MachineError> {
        self.backend.grown.send_replace(bytes);
        Ok(())
    }
}

/// A supervisor with all that it needs, in a folder of its own.
pub(super) struct Rig {
    pub(super) vm: Vm,
    pub(super) backend: Arc<FakeBackend>,
    pub(super) events: broadcast::Sender<Event>,
    pub(super) image: TempDir,
    pub(super) settings: watch::Sender<Settings>,
    home: TempDir,
    task: Option<JoinHandle<()>>,
    quit: CancellationToken,
}

impl Rig {
    pub(super) fn new(script: Script) -> Self {
        let (home, image) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        write_image(image.path());
        let backend = Arc::new(FakeBackend {
            script,
            counts: watch::channel((0, 0)).0,
            shutdowns: Mutex::default(),
            machine: Mutex::default(),
            garbage_sent: AtomicBool::new(false),
            next_pid: AtomicU32::new(100),
            restored: AtomicU32::new(0),
            grown: watch::channel(0).0,
        });
        let settings = watch::Sender::new(Settings {
            cpus: 1,
            memory_bytes: 1 << 30,
            disk_bytes: 1 << 20,
            engine: Default::default(),
        });
        let (vm, task, quit, events) = daemon(&backend, &home, &image, settings.subscribe());
        Self {
            settings,
            vm,
            backend,
            events,
            image,
            home,
            task: Some(task),
            quit,
        }
    }

    pub(super) fn disk_size(&self) -> u64 {
        let disk = Home::at(self.home.path()).unwrap().data_disk();
        std::fs::metadata(disk).unwrap().len()
    }

    pub(super) fn saved(&self) -> std::path::PathBuf {
        Home::at(self.home.path()).unwrap().saved_machine()
    }

    pub(super) async fn quit(&mut self) {
        self.quit.cancel();
        if let Some(task) = self.task.take() {
            task.await.unwrap();
        }
    }

    pub(super) async fn next_daemon(&mut self) {
        self.quit().await;
        let (vm, task, quit, events) = daemon(
            &self.backend,
            &self.home,
            &self.image,
            self.settings.subscribe(),
        );
        (self.vm, self.task, self.quit, self.events) = (vm, Some(task), quit, events);
    }
}

type Daemon = (
    Vm,
    JoinHandle<()>,
    CancellationToken,
    broadcast::Sender<Event>,
);

fn daemon(
    backend: &Arc<FakeBackend>,
    home: &TempDir,
    image: &TempDir,
    settings: watch::Receiver<Settings>,
) -> Daemon {
    let events = broadcast::channel(256).0;
    let folder = image.path().to_owned();
    let free = backend.script.free_space;
    let parts = Parts {
        backend: Arc::new(Seen(Arc::clone(backend))),
        home: Home::at(home.path()).unwrap(),
        find_image: Box::new(move || Some(folder.clone())),
        free_space: Box::new(move |_| free),
        settings,
        serve: Arc::new(|_, _, _| Box::pin(async {})),
        events: events.clone(),
        patience: Patience::default(),
    };
    let quit = CancellationToken::new();
    let (vm, task) = supervise(parts, quit.clone());
    (vm, task, quit, events)
}

fn write_image(folder: &std::path::Path) {
    let file = |name: &str| {
        std::fs::write(folder.join(name), name.as_bytes()).unwrap();
        ImageFile {
            name: name.into(),
            size: name.len() as u64,
            sha256: String::new(),
            download_size: 0,
        }
    };
    let manifest = Manifest {
        key: "test-image".into(),
        created: String::new(),
        kernel: "6.12".into(),
        architecture: "amd64".into(),
        root_filesystem: "squashfs".into(),
        engine: EngineVersions::default(),
        files: vec![file(KERNEL), file(INITRAMFS), file(ROOT)],
        download_bytes: 0,
        packages: Vec::new(),
    };
    std::fs::write(
        folder.join(MANIFEST),
        serde_json::to_vec(&manifest).unwrap(),
    )
    .unwrap();
}
