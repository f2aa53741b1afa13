//! A daemon that answers as told.
use std::{path::PathBuf, sync::Mutex};

use async_trait::async_trait;
use berth_api::{
    API_VERSION,
    call::{Call, Exec, HelloReply, LogLine},
    error::{ApiError, ErrorCode},
    event::Event,
    exec::{ExecFrame, read, write},
    report::{Check, CheckStatus, ConfigChange, ConfigReport, DoctorReport},
    server::{EventSink, Handler},
    status::{
        BackendStatus, BootStage, DaemonStatus, DiskStatus, DockerEndpoint, EngineStatus, Status,
        VmStatus,
    },
};
use berth_model::{
    config::file,
    home::Home,
    host::HostFacts,
    size::ByteSize,
    state::{RestartCost, VmState},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream},
    net::TcpListener,
};

pub(crate) struct FakeDaemon {
    pub(crate) home: Home,
    pub(crate) state: Mutex<VmState>,
    pub(crate) calls: Mutex<Vec<Call>>,
    /// Version of the API that it speaks.
    pub(crate) api: u32,
}

impl FakeDaemon {
    pub(crate) fn new(home: Home, state: VmState) -> Self {
        Self {
            home,
            state: Mutex::new(state),
            calls: Mutex::default(),
            api: API_VERSION,
        }
    }

    fn status(&self) -> Status {
        let state = self.state.lock().unwrap().clone();
        let engine = match state {
            VmState::Running => EngineStatus::Running {
                version: "28.5.2".into(),
            },
            _ => EngineStatus::Stopped,
        };
        Status {
            daemon: DaemonStatus {
                version: "9.9.9".into(),
                pid: 77,
                uptime_seconds: 61,
            },
            vm: vm(state),
            engine,
            docker: DockerEndpoint {
                socket: self.home.docker_socket(),
                context: None,
            },
            ports: Vec::new(),
            last_incident: None,
            image: Some("3f5a".into()),
            warnings: Vec::new(),
        }
    }

    fn settings(&self) -> (PathBuf, HostFacts) {
        let host = HostFacts {
            cpus: 8,
            memory: ByteSize::gib(16),
        };
        (self.home.config_file(), host)
    }

    async fn start(&self, events: &EventSink) -> Status {
        let stage = BootStage {
            name: "kernel".into(),
            took_ms: 1500,
        };
        events.send(&Event::Stage { stage }).await.unwrap();
        let mut state = self.state.lock().unwrap();
        if *state == VmState::Stopped {
            *state = VmState::Running;
        }
        drop(state);
        self.status()
    }
}

fn vm(state: VmState) -> VmStatus {
    VmStatus {
        state,
        backend: Some(BackendStatus {
            name: "QEMU".into(),
            version: "7.2".into(),
            accelerator: "KVM".into(),
            warning: None,
        }),
        pid: None,
        uptime_seconds: None,
        cpus: 2,
        memory_bytes: ByteSize::gib(4),
        disk: DiskStatus::default(),
        stages: Vec::new(),
        pending: RestartCost::None,
    }
}

fn value<T: serde::Serialize>(value: &T) -> Result<Value, ApiError> {
    Ok(serde_json::to_value(value).unwrap())
}

#[async_trait]
impl Handler for FakeDaemon {
    async fn call(&self, call: Call, events: EventSink) -> Result<Value, ApiError> {
        self.calls.lock().unwrap().push(call.clone());
        let (path, host) = self.settings();
        match call {
            Call::Hello(hello) if hello.api != self.api => {
                let text = "the client is of another version";
                Err(ApiError::new(ErrorCode::VersionMismatch, text).with_hint("update"))
            }
            Call::Hello(_) => value(&HelloReply {
                daemon_version: "9.9.9".into(),
                api: self.api,
                pid: 77,
            }),
            Call::Status => value(&self.status()),
            Call::Start(_) | Call::Restart(_) => value(&self.start(&events).await),
            Call::Stop(_) => {
                *self.state.lock().unwrap() = VmState::Stopped;
                value(&self.status())
            }
            Call::Suspend => {
                *self.state.lock().unwrap() = VmState::Suspended;
                value(&self.status())
            }
            Call::Quit(_) => Ok(Value::Null),
            Call::Logs(logs) => {
                for number in 0..logs.lines {
                    let line = format!("{} {number}", logs.source);
                    // A reader that has gone is part of a test.
                    if events.send(&LogLine { line }).await.is_err() {
                        break;
                    }
                }
                Ok(Value::Null)
            }
            Call::ConfigGet => {
                let settings = file::load(&path, &host).map_err(|e| ApiError::from(&e))?;
                value(&ConfigReport::new(&path, &settings, &host))
            }
            Call::ConfigSet(set) => {
                let change = file::set(&path, &set.key, &set.value, &host);
                value(&ConfigChange::from(
                    &change.map_err(|e| ApiError::from(&e))?,
                ))
            }
            Call::ConfigUnset(unset) => {
                let change = file::unset(&path, &unset.key, &host);
                value(&ConfigChange::from(
                    &change.map_err(|e| ApiError::from(&e))?,
                ))
            }
            Call::Doctor => value(&DoctorReport {
                checks: vec![Check {
                    id: "hypervisor".into(),
                    title: "Hypervisor".into(),
                    status: CheckStatus::Ok,
                    detail: "it is there".into(),
                    fix: None,
                }],
            }),
            Call::Events => std::future::pending().await,
            Call::ImageInfo => Ok(json!({
                "key": "3f5a", "folder": "/i", "components": {"kernel": "6.12"},
                "files": [{"name": "vmlinux", "bytes": 1024, "sha256": "00"}],
            })),
            Call::Dashboard => {
                let origin = web().await;
                let url = format!("{origin}/#token=t");
                Ok(json!({"url": url, "origin": origin, "token": "t"}))
            }
            other => unreachable!("no command calls {}", other.method()),
        }
    }

    async fn exec(&self, exec: Exec) -> Result<berth_link::BoxStream, ApiError> {
        self.calls.lock().unwrap().push(Call::Exec(exec.clone()));
        if *self.state.lock().unwrap() != VmState::Running {
            let error = ApiError::new(ErrorCode::NotRunning, "the machine is not running");
            return Err(error.with_hint("run 'berth start'"));
        }
        let (ours, guest) = tokio::io::duplex(1 << 16);
        tokio::spawn(program(exec, guest));
        Ok(Box::new(ours))
    }
}

/// Echoes its input to output and the sizes of its terminal to error output;
/// ends with 7 at the end of input or after a `q`.
async fn program(exec: Exec, mut guest: DuplexStream) {
    let size = |columns, rows| ExecFrame::Stderr(format!("size {columns}x{rows}\n").into_bytes());
    if exec.argv.first().is_some_and(|name| name == "missing") {
        let failed = ExecFrame::Failed("missing: no such program".into());
        write(&mut guest, &failed).await.unwrap();
        return;
    }
    if exec.tty {
        let (columns, rows) = exec.size;
        write(&mut guest, &size(columns, rows)).await.unwrap();
    }
    while let Ok(Some(frame)) = read(&mut guest).await {
        let answer = match frame {
            ExecFrame::Stdin(bytes) if bytes.is_empty() || bytes == b"q" => ExecFrame::Exit(7),
            ExecFrame::Stdin(bytes) => ExecFrame::Stdout(bytes),
            ExecFrame::Resize(columns, rows) => size(columns, rows),
            other => unreachable!("{other:?} is not for a program"),
        };
        let ends = matches!(answer, ExecFrame::Exit(_));
        write(&mut guest, &answer).await.unwrap();
        if ends {
            return;
        }
    }
}

/// A dashboard that gives one address to who has the token.
async fn web() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"}") {
            assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0);
        }
        let request = String::from_utf8(request).unwrap();
        assert!(request.starts_with("POST /api/ticket "), "{request}");
        assert!(request.contains("Authorization: Bearer t\r\n"), "{request}");
        assert!(request.ends_with(r#"{"path":"/"}"#), "{request}");
        let answer = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"url\":\"/once\"}";
        stream.write_all(answer.as_bytes()).await.unwrap();
    });
    origin
}
