//! A daemon that says what a test wants it to say, so that the tray and the
//! last question have containers without a machine. It speaks the real control
//! API by the real server.
use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::TcpListener,
    sync::{Arc, Mutex, MutexGuard},
};

use async_trait::async_trait;
use berth_api::{
    call::{Call, HelloReply},
    dashboard::{DashboardAddress, Prefs},
    engine::{Change, Container, WatchEvent},
    error::{ApiError, ErrorCode},
    event::Event,
    server::{EventSink, Handler, serve},
    socket,
    status::{DaemonStatus, DockerEndpoint, EngineStatus, Status, VmStatus},
};
use berth_link::BoxStream;
use berth_model::{
    size::ByteSize,
    state::{RestartCost, VmState},
};
use serde_json::{Value, json};
use tokio::{runtime::Runtime, sync::broadcast};
use tokio_util::sync::CancellationToken;

use crate::desktop::Desktop;

/// The daemon. It is gone, as if killed, when this is dropped.
#[derive(Debug)]
pub struct Fake {
    said: Arc<Said>,
    _runtime: Runtime,
}

#[derive(Debug)]
struct Said {
    vm: Mutex<VmState>,
    containers: Mutex<Vec<Container>>,
    prefs: Mutex<BTreeMap<String, Value>>,
    asked: Mutex<Vec<String>>,
    refuses: Mutex<Option<String>>,
    events: broadcast::Sender<Event>,
    watch: broadcast::Sender<WatchEvent>,
    origin: String,
}

impl Fake {
    /// Starts one in a desktop's home, with a machine that runs.
    pub fn start(desktop: &Desktop, containers: Vec<Container>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let said = Arc::new(Said {
            vm: Mutex::new(VmState::Running),
            containers: Mutex::new(containers),
            prefs: Mutex::default(),
            asked: Mutex::default(),
            refuses: Mutex::default(),
            events: broadcast::channel(64).0,
            watch: broadcast::channel(4096).0,
            origin: format!("http://{address}"),
        });
        let posts = Arc::clone(&said);
        std::thread::spawn(move || answer_posts(&listener, &posts));
        let runtime = Runtime::new().expect("threads");
        let home = desktop.home();
        std::fs::create_dir_all(home.run_dir()).expect("a folder");
        let handler = Arc::clone(&said);
        runtime.block_on(async {
            let listener = socket::bind(&home.control_socket()).expect("a socket");
            tokio::spawn(serve(listener, handler, CancellationToken::new()));
        });
        Self {
            said,
            _runtime: runtime,
        }
    }

    /// The machine is in another state.
    pub fn machine(&self, vm: VmState) {
        *lock(&self.said.vm) = vm.clone();
        let _ = self.said.events.send(Event::Vm { vm });
    }

    /// Something changed in the engine.
    pub fn change(&self, change: Change) {
        if let Change::Container(container) = &change {
            let mut containers = lock(&self.said.containers);
            containers.retain(|one| one.id != container.id);
            containers.push(container.as_ref().clone());
        }
        let changes = vec![change];
        let _ = self.said.watch.send(WatchEvent::Changes { changes });
    }

    /// What the user has chosen before.
    pub fn prefer(&self, name: &str, value: Value) {
        lock(&self.said.prefs).insert(name.to_owned(), value);
    }

    /// What the user has chosen by now.
    pub fn preferred(&self, name: &str) -> Option<Value> {
        lock(&self.said.prefs).get(name).cloned()
    }

    /// From now on refuses to suspend, stop and quit, with this sentence.
    pub fn refuse(&self, why: &str) {
        *lock(&self.said.refuses) = Some(why.to_owned());
    }

    /// What was asked that changes something, oldest first.
    pub fn asked(&self) -> Vec<String> {
        lock(&self.said.asked).clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("nobody panicked")
}

#[async_trait]
impl Handler for Said {
    async fn call(&self, call: Call, events: EventSink) -> Result<Value, ApiError> {
        match call {
            Call::Hello(hello) => Ok(json!(HelloReply {
                daemon_version: "0".to_owned(),
                api: hello.api,
                pid: std::process::id(),
            })),
            Call::Status => Ok(json!(self.status())),
            Call::Events => self.follow(self.events.subscribe(), &events).await,
            Call::Watch => {
                let watch = self.watch.subscribe();
                self.send_all(&events).await;
                self.follow(watch, &events).await
            }
            Call::Prefs => Ok(json!(Prefs {
                values: lock(&self.prefs).clone(),
            })),
            Call::PrefSet(set) => {
                lock(&self.prefs).insert(set.name, set.value);
                Ok(Value::Null)
            }
            Call::Dashboard => Ok(json!(DashboardAddress {
                url: format!("{}/#token=secret", self.origin),
                origin: self.origin.clone(),
                token: "secret".to_owned(),
            })),
            Call::Suspend | Call::Stop(_) | Call::Quit(_) | Call::Start(_) => self.change(&call),
            other => Err(ApiError::new(
                ErrorCode::BadRequest,
                format!("'{}' is not faked", other.method()),
            )),
        }
    }

    async fn exec(&self, _: berth_api::call::Exec) -> Result<BoxStream, ApiError> {
        Err(ApiError::new(ErrorCode::NotRunning, "there is no machine"))
    }
}

impl Said {
    fn change(&self, call: &Call) -> Result<Value, ApiError> {
        if let Some(why) = &*lock(&self.refuses) {
            return Err(ApiError::new(ErrorCode::Internal, why.clone()).with_hint("wait"));
        }
        lock(&self.asked).push(call.method().to_owned());
        let vm = match call {
            Call::Suspend => VmState::Suspended,
            Call::Start(_) => VmState::Running,
            _ => VmState::Stopped,
        };
        *lock(&self.vm) = vm.clone();
        let _ = self.events.send(Event::Vm { vm });
        Ok(json!(self.status()))
    }

    fn status(&self) -> Status {
        Status {
            daemon: DaemonStatus {
                version: "0".to_owned(),
                pid: std::process::id(),
                uptime_seconds: 1,
            },
            vm: VmStatus {
                state: lock(&self.vm).clone(),
                backend: None,
                pid: None,
                uptime_seconds: None,
                cpus: 2,
                memory_bytes: ByteSize::gib(4),
                disk: Default::default(),
                stages: Vec::new(),
                pending: RestartCost::None,
            },
            engine: EngineStatus::Stopped,
            docker: DockerEndpoint {
                socket: "/nowhere".into(),
                context: None,
            },
            ports: Vec::new(),
            last_incident: None,
            image: None,
            warnings: Vec::new(),
        }
    }

    async fn send_all(&self, events: &EventSink) {
        let containers = lock(&self.containers).clone();
        let changes = containers
            .into_iter()
            .map(|one| Change::Container(Box::new(one)));
        let changes = changes.collect();
        for event in [
            WatchEvent::Reset,
            WatchEvent::Changes { changes },
            WatchEvent::Live,
        ] {
            let _ = events.send(&event).await;
        }
    }

    async fn follow<E: serde::Serialize + Clone>(
        &self,
        mut from: broadcast::Receiver<E>,
        to: &EventSink,
    ) -> Result<Value, ApiError> {
        while let Ok(event) = from.recv().await {
            if to.send(&event).await.is_err() {
                break;
            }
        }
        Ok(Value::Null)
    }
}

/// Answers what is posted to the engine, and writes it down.
fn answer_posts(listener: &TcpListener, said: &Said) {
    for stream in listener.incoming() {
        let Ok(mut stream) = stream else { return };
        let mut head = [0; 4096];
        let length = stream.read(&mut head).unwrap_or(0);
        let head = String::from_utf8_lossy(&head[..length]).into_owned();
        let line = head.lines().next().unwrap_or_default();
        let allowed = head.contains("Bearer secret");
        if let (true, Some(path)) = (allowed, line.strip_prefix("POST ")) {
            let path = path.trim_end_matches(" HTTP/1.1");
            lock(&said.asked).push(path.to_owned());
        }
        let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
    }
}
