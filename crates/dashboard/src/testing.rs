//! What tests of this crate share: a dashboard over fakes.
use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use berth_api::{
    error::ApiError,
    server::EventSink,
    task::{Task, TaskOutput, TaskSpec, TaskState},
    wire::{Reply, ReplyBody},
};
use berth_engine::Engine;
use berth_link::{
    BoxStream, DialFuture, Dialer,
    proto::{ExecRequest, GuestInfo, GuestService},
};
use berth_model::{home::Home, state::VmState};
use berth_store::Store;
use tempfile::TempDir;
use tokio::{
    net::UnixListener,
    sync::{broadcast, watch},
};
use tokio_util::sync::CancellationToken;

use crate::{
    Dashboard, Parts,
    machine::{Machine, MachineNow, not_running},
    parts::Inner,
    programs, tasks,
};

/// A machine that does not run.
#[derive(Debug)]
pub(crate) struct Off;

#[async_trait]
impl Machine for Off {
    fn now(&self) -> MachineNow {
        MachineNow {
            state: VmState::Stopped,
            pid: None,
            stopped_by_user: false,
        }
    }

    async fn changed(&self, _known: &MachineNow) -> MachineNow {
        std::future::pending().await
    }

    async fn guest(&self) -> Option<GuestInfo> {
        None
    }

    async fn exec(&self, _request: ExecRequest) -> Result<BoxStream, ApiError> {
        Err(not_running())
    }
}

/// Leads to no engine.
#[derive(Debug)]
struct Nowhere;

impl Dialer for Nowhere {
    fn dial(&self, _service: GuestService) -> DialFuture<'_> {
        Box::pin(std::future::ready(Err(
            std::io::ErrorKind::NotConnected.into()
        )))
    }
}

pub(crate) struct Fixture {
    folder: TempDir,
    pub(crate) inner: Arc<Inner>,
    /// Nobody answers there, unless a test does.
    pub(crate) engine: UnixListener,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        Self::with(Arc::new(Off), true)
    }

    pub(crate) fn without_programs() -> Self {
        Self::with(Arc::new(Off), false)
    }

    pub(crate) fn with(machine: Arc<dyn Machine>, programs: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let engine = UnixListener::bind(folder.path().join("docker.sock")).unwrap();
        let quit = CancellationToken::new();
        let (_, up) = watch::channel(false);
        let dashboard = Dashboard::new(Parts {
            engine: Engine::new(Arc::new(Nowhere), up, quit.clone()),
            machine,
            home: Home::at(folder.path()).unwrap(),
            docker_socket: folder.path().join("docker.sock"),
            programs: programs
                .then(|| folder.path().to_owned())
                .into_iter()
                .collect(),
            events: broadcast::channel(16).0,
            free_space: |_| 1 << 30,
            quit,
        })
        .unwrap();
        let inner = dashboard.inner;
        Self {
            folder,
            inner,
            engine,
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn store(&self) -> &Store {
        &self.inner.store
    }

    pub(crate) fn start(&self, spec: TaskSpec) -> Task {
        tasks::start(&self.inner, spec).unwrap()
    }

    /// Answers the next request for the engine, whose head it gives, with a whole
    /// answer, and closes the connection.
    pub(crate) async fn answer(&self, answer: &str) -> String {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (mut stream, _) = self.engine.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.windows(4).any(|end| end == b"\r\n\r\n") {
            assert_ne!(
                stream.read_buf(&mut head).await.unwrap(),
                0,
                "a cut request"
            );
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8_lossy(&head).into_owned()
    }

    /// Runs a task to its end.
    pub(crate) async fn run(&self, spec: TaskSpec) -> Task {
        let id = self.start(spec).id;
        self.ended(id).await
    }

    pub(crate) async fn ended(&self, id: u64) -> Task {
        let (sink, mut lines) = EventSink::channel(64);
        let streaming = self.inner.tasks.clone();
        let stream = tokio::spawn(async move { streaming.stream_output(id, &sink).await });
        while lines.recv().await.is_some() {}
        stream.await.unwrap().unwrap();
        let task = self.inner.tasks.get(id).unwrap();
        assert_ne!(task.state, TaskState::Running);
        task
    }

    /// What an ended task wrote.
    pub(crate) async fn output(&self, id: u64) -> Vec<String> {
        let (sink, mut lines) = EventSink::channel(64);
        self.inner.tasks.stream_output(id, &sink).await.unwrap();
        drop(sink);
        let mut output = Vec::new();
        while let Some(line) = lines.recv().await {
            output.extend(event::<TaskOutput>(&line).lines);
        }
        output
    }

    pub(crate) async fn wait_for_output(&self, id: u64, expected: &str) {
        let (sink, mut lines) = EventSink::channel(64);
        let streaming = self.inner.tasks.clone();
        let stream = tokio::spawn(async move { streaming.stream_output(id, &sink).await });
        while let Some(line) = lines.recv().await {
            if event::<TaskOutput>(&line)
                .lines
                .iter()
                .any(|line| line == expected)
            {
                stream.abort();
                return;
            }
        }
        panic!("the task ended without writing {expected:?}");
    }
}

/// The event in a line of a sink.
pub(crate) fn event<T: serde::de::DeserializeOwned>(line: &[u8]) -> T {
    let reply: Reply = serde_json::from_slice(line).unwrap();
    let ReplyBody::Event(event) = reply.body else {
        panic!("no event");
    };
    serde_json::from_value(event).unwrap()
}

/// Puts a program where the fixture's dashboard looks first.
pub(crate) fn program(fixture: &Fixture, name: &str, script: &str) {
    programs::fake::write(fixture.folder(), name, script);
}

/// Runs programs on this host as if it were the guest, by the same frames.
pub(crate) struct HostAsGuest {
    dies: bool,
}

impl HostAsGuest {
    pub(crate) fn new() -> Self {
        Self { dies: false }
    }

    /// The channel is cut while a program runs.
    pub(crate) fn dying() -> Self {
        Self { dies: true }
    }
}

#[async_trait]
impl Machine for HostAsGuest {
    fn now(&self) -> MachineNow {
        MachineNow {
            state: VmState::Running,
            pid: Some(std::process::id()),
            stopped_by_user: false,
        }
    }

    async fn changed(&self, _known: &MachineNow) -> MachineNow {
        std::future::pending().await
    }

    async fn guest(&self) -> Option<GuestInfo> {
        None
    }

    async fn exec(&self, request: ExecRequest) -> Result<BoxStream, ApiError> {
        let (ours, theirs) = tokio::io::duplex(64 << 10);
        if !self.dies {
            tokio::spawn(serve_exec(request, theirs));
        }
        Ok(Box::new(ours))
    }
}

async fn serve_exec(request: ExecRequest, stream: tokio::io::DuplexStream) {
    use berth_link::{
        exec::{read, write},
        proto::ExecFrame,
    };
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (mut from, mut to) = tokio::io::split(stream);
    let child = tokio::process::Command::new(&request.argv[0])
        .args(&request.argv[1..])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => {
            let failed = ExecFrame::Failed(error.to_string());
            return write(&mut to, &failed).await.unwrap();
        }
    };
    let mut input = child.stdin.take();
    tokio::spawn(async move {
        while let Ok(Some(ExecFrame::Stdin(bytes))) = read(&mut from).await {
            let Some(writer) = input.as_mut().filter(|_| !bytes.is_empty()) else {
                input = None;
                continue;
            };
            if writer.write_all(&bytes).await.is_err() {
                input = None;
            }
        }
    });
    let (mut output, mut errors) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let mut buffer = vec![0; 32 << 10];
    loop {
        let count = output.read(&mut buffer).await.unwrap();
        if count == 0 {
            break;
        }
        let frame = ExecFrame::Stdout(buffer[..count].to_vec());
        if write(&mut to, &frame).await.is_err() {
            return;
        }
    }
    let mut text = Vec::new();
    errors.read_to_end(&mut text).await.unwrap();
    let _ = write(&mut to, &ExecFrame::Stderr(text)).await;
    let code = child.wait().await.unwrap().code().unwrap_or(137);
    let _ = write(&mut to, &ExecFrame::Exit(code)).await;
}
