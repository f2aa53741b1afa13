//! Answers the control API: the dashboard's calls by the real dashboard, the
//! model's by the real engine, the machine's by plausible words.
use std::time::{Duration, Instant};

use async_trait::async_trait;
use berth_api::{
    call::{Call, Exec, HelloReply, LogLine, LogSource, Logs},
    dashboard::DashboardAddress,
    error::{ApiError, ErrorCode},
    event::Event,
    report::{Check, CheckStatus, ConfigChange, ConfigReport, DoctorReport, ImageReport},
    server::{EventSink, Handler},
    status::{
        BackendStatus, BootStage, DaemonStatus, DiskStatus, DockerContext, DockerEndpoint, Status,
        VmStatus,
    },
};
use berth_dashboard::Dashboard;
use berth_engine::Engine;
use berth_link::BoxStream;
use berth_model::{
    config::file,
    home::Home,
    host::HostFacts,
    size::ByteSize,
    state::{RestartCost, VmState},
};
use serde_json::Value;
use tokio::sync::broadcast;

use crate::vm::{StubVm, no_machine};

/// Who answers what.
pub(crate) struct Desk {
    pub(crate) vm: StubVm,
    pub(crate) engine: Engine,
    pub(crate) dashboard: Dashboard,
    pub(crate) address: DashboardAddress,
    pub(crate) home: Home,
    pub(crate) host: HostFacts,
    pub(crate) events: broadcast::Sender<Event>,
    pub(crate) started: Instant,
}

fn value(answer: impl serde::Serialize) -> Result<Value, ApiError> {
    serde_json::to_value(answer).map_err(|error| ApiError::internal(&error))
}

#[async_trait]
impl Handler for Desk {
    async fn call(&self, call: Call, events: EventSink) -> Result<Value, ApiError> {
        match call {
            Call::Dashboard => value(&self.address),
            Call::Watch => {
                let mut watch = self.engine.watch();
                while events.send(&watch.next().await).await.is_ok() {}
                Ok(Value::Null)
            }
            Call::ContainerStats(wanted) => {
                let mut stats = self.engine.stats(wanted.ids);
                while events.send(&stats.next().await).await.is_ok() {}
                Ok(Value::Null)
            }
            call if Dashboard::answers(&call) => self.dashboard.call(call, events).await,
            call => self.machine(call, events).await,
        }
    }

    async fn exec(&self, _: Exec) -> Result<BoxStream, ApiError> {
        Err(no_machine())
    }
}

impl Desk {
    async fn machine(&self, call: Call, events: EventSink) -> Result<Value, ApiError> {
        let starting = || VmState::Starting {
            stage: "dockerd".to_owned(),
        };
        match call {
            Call::Hello(_) => value(HelloReply {
                daemon_version: env!("CARGO_PKG_VERSION").to_owned(),
                api: berth_api::API_VERSION,
                pid: std::process::id(),
            }),
            Call::Status => value(self.status()),
            Call::Start(_) => self.pass([starting(), VmState::Running]).await,
            Call::Stop(_) => self.pass([VmState::Stopping, VmState::Stopped]).await,
            Call::Suspend => self.pass([VmState::Suspending, VmState::Suspended]).await,
            Call::Restart(_) => {
                let states = [
                    VmState::Stopping,
                    VmState::Stopped,
                    starting(),
                    VmState::Running,
                ];
                self.pass(states).await
            }
            Call::Logs(logs) => log(&logs, &events).await,
            Call::Events => self.tell(&events).await,
            Call::Doctor => value(doctor()),
            Call::ImageInfo => value(image(&self.home)),
            Call::ConfigGet | Call::ConfigSet(_) | Call::ConfigUnset(_) => self.config(call),
            _ => Err(
                ApiError::new(ErrorCode::BadRequest, "a recorded engine can't do this")
                    .with_hint("use a real one: 'cargo xtask run'"),
            ),
        }
    }

    async fn pass<const N: usize>(&self, states: [VmState; N]) -> Result<Value, ApiError> {
        self.vm.pass(states).await;
        value(self.status())
    }

    async fn tell(&self, sink: &EventSink) -> Result<Value, ApiError> {
        let mut events = self.events.subscribe();
        loop {
            let event = match events.recv().await {
                Ok(event) => event,
                Err(broadcast::error::RecvError::Lagged(count)) => Event::Missed { count },
                Err(broadcast::error::RecvError::Closed) => return Ok(Value::Null),
            };
            if sink.send(&event).await.is_err() {
                return Ok(Value::Null);
            }
        }
    }

    fn status(&self) -> Status {
        let running = self.vm.is_running();
        let stages = [
            ("kernel", 420),
            ("root", 60),
            ("data", 110),
            ("network", 20),
            ("dockerd", 900),
        ];
        Status {
            daemon: DaemonStatus {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                pid: std::process::id(),
                uptime_seconds: self.started.elapsed().as_secs(),
            },
            vm: VmStatus {
                state: self.vm.state(),
                backend: Some(BackendStatus {
                    name: "qemu".to_owned(),
                    version: "10.1.0".to_owned(),
                    accelerator: "kvm".to_owned(),
                    warning: None,
                }),
                pid: running.then(std::process::id),
                uptime_seconds: running.then(|| self.started.elapsed().as_secs() + 7300),
                cpus: 4,
                memory_bytes: ByteSize::gib(8),
                disk: DiskStatus {
                    size_bytes: ByteSize::gib(64),
                    host_used_bytes: ByteSize::gib(23),
                    guest_used_bytes: running.then(|| ByteSize::gib(21)),
                },
                stages: stages
                    .map(|(name, took_ms)| BootStage {
                        name: name.to_owned(),
                        took_ms,
                    })
                    .into(),
                pending: RestartCost::None,
            },
            engine: self.vm.engine(),
            docker: DockerEndpoint {
                socket: self.home.docker_socket(),
                context: Some(DockerContext {
                    name: "berth".to_owned(),
                    present: true,
                    selected: true,
                }),
            },
            ports: Vec::new(),
            last_incident: None,
            image: Some("recorded".to_owned()),
            warnings: Vec::new(),
        }
    }

    fn config(&self, call: Call) -> Result<Value, ApiError> {
        let path = self.home.config_file();
        let bad = |error: berth_model::config::error::ConfigError| {
            ApiError::new(ErrorCode::BadValue, error.to_string()).with_hint(error.hint())
        };
        let change = match call {
            Call::ConfigSet(set) => file::set(&path, &set.key, &set.value, &self.host),
            Call::ConfigUnset(unset) => file::unset(&path, &unset.key, &self.host),
            _ => {
                let settings = file::load(&path, &self.host).map_err(bad)?;
                return value(ConfigReport::new(&path, &settings, &self.host));
            }
        };
        value(ConfigChange::from(&change.map_err(bad)?))
    }
}

fn doctor() -> DoctorReport {
    let check = |id: &str, title: &str, status, detail: &str, fix: Option<&str>| Check {
        id: id.to_owned(),
        title: title.to_owned(),
        status,
        detail: detail.to_owned(),
        fix: fix.map(str::to_owned),
    };
    use CheckStatus as S;
    DoctorReport {
        checks: vec![
            check(
                "accelerator",
                "Hardware acceleration",
                S::Ok,
                "KVM is available",
                None,
            ),
            check("image", "VM image", S::Ok, "recorded", None),
            check(
                "disk",
                "Free disk space",
                S::Warn,
                "9.1 GiB are free on '/'",
                Some("remove what is not used: 'docker system prune'"),
            ),
            check(
                "context",
                "Docker context",
                S::Fail,
                "the context 'berth' is not selected",
                Some("run 'docker context use berth'"),
            ),
            check(
                "kvm-group",
                "Access to /dev/kvm",
                S::Skip,
                "not needed here",
                None,
            ),
        ],
    }
}

fn image(home: &Home) -> ImageReport {
    let components = [
        ("kernel", "6.12.0"),
        ("docker", crate::vm::ENGINE),
        ("containerd", "1.7.28"),
    ];
    ImageReport {
        key: "recorded".to_owned(),
        folder: home.image_dir(),
        components: components.map(|(k, v)| (k.to_owned(), v.to_owned())).into(),
        files: Vec::new(),
    }
}

/// Lines of a daemon that does little.
async fn log(logs: &Logs, events: &EventSink) -> Result<Value, ApiError> {
    let line = |n: u32| LogLine {
        line: format!(
            "2026-11-25T03:{:02}:{:02}Z  INFO {}: line {n}",
            n / 60 % 60,
            n % 60,
            logs.source
        ),
    };
    let mut n = 0;
    let many = if logs.source == LogSource::Daemon {
        500
    } else {
        80
    };
    while n < logs.lines.min(many) {
        if events.send(&line(n)).await.is_err() {
            return Ok(Value::Null);
        }
        n += 1;
    }
    if !logs.follow {
        return Ok(Value::Null);
    }
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if events.send(&line(n)).await.is_err() {
            return Ok(Value::Null);
        }
        n += 1;
    }
}
