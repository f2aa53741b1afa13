//! The control API's answers.
mod doctor;
mod logs;
mod settings;
mod status;

use std::{sync::Arc, time::Instant};

use async_trait::async_trait;
use berth_api::{
    API_VERSION,
    call::{Call, Exec, Hello, HelloReply, Quit, Restart, Start, Stop},
    error::{ApiError, ErrorCode},
    event::Event,
    report::ImageReport,
    server::{EventSink, Handler},
    status::PortStatus,
};
use berth_link::{BoxStream, proto::GuestService};
use berth_machine::Backend;
use berth_model::host::HostFacts;
use serde_json::Value;
use tokio::sync::{broadcast, watch};
use tokio_util::sync::CancellationToken;

use crate::{
    image,
    vm::{DEFAULT_GRACE, Settings, StopMode, Vm},
};

pub use settings::machine_settings;

/// Version of Berth.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What the answers are made from.
pub struct Control {
    /// The machine.
    pub vm: Vm,
    /// The hypervisor, for the doctor.
    pub backend: Arc<dyn Backend>,
    /// Where everything lies.
    pub home: berth_model::home::Home,
    /// The host's size, which the defaults depend on.
    pub host: HostFacts,
    /// Settings for the machine, as the file says now.
    pub settings: watch::Sender<Settings>,
    /// Host ports that are bound now.
    pub ports: Box<dyn Fn() -> Vec<PortStatus> + Send + Sync>,
    /// Free bytes on the disk that holds this path.
    pub free_space: fn(&std::path::Path) -> u64,
    /// Events for whoever listens.
    pub events: broadcast::Sender<Event>,
    /// When the daemon started.
    pub started: Instant,
    /// Ends the daemon.
    pub quit: CancellationToken,
}

impl std::fmt::Debug for Control {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Control")
            .field("home", &self.home)
            .finish_non_exhaustive()
    }
}

fn value<T: serde::Serialize>(answer: T) -> Result<Value, ApiError> {
    serde_json::to_value(answer).map_err(|error| ApiError::internal(&error))
}

#[async_trait]
impl Handler for Control {
    async fn call(&self, call: Call, events: EventSink) -> Result<Value, ApiError> {
        match call {
            Call::Hello(hello) => value(hello_reply(&hello)?),
            Call::Status => value(self.status().await),
            Call::Start(start) => self.start(&start, &events).await,
            Call::Stop(stop) => self.stop(&stop, &events).await,
            Call::Restart(restart) => self.restart(&restart, &events).await,
            Call::Suspend => self.suspend(&events).await,
            Call::Logs(logs) => self.logs(&logs, &events).await,
            Call::ConfigGet => value(self.config()?),
            Call::ConfigSet(set) => value(self.config_set(&set.key, &set.value)?),
            Call::ConfigUnset(unset) => value(self.config_unset(&unset.key)?),
            Call::Doctor => value(self.doctor().await),
            Call::Events => self.stream_events(&events).await,
            Call::ImageInfo => value(self.image_info()?),
            Call::Quit(quit) => self.quit(&quit, &events).await,
            Call::Exec(_) => Err(ApiError::new(
                ErrorCode::BadRequest,
                "exec takes over its connection",
            )),
            other => Err(ApiError::new(
                ErrorCode::BadRequest,
                format!("'{}' is not for the machine", other.method()),
            )),
        }
    }

    async fn exec(&self, exec: Exec) -> Result<BoxStream, ApiError> {
        let handle = self.session()?;
        let stream = handle.open(&GuestService::Exec(exec.into())).await;
        Ok(Box::new(
            stream.map_err(|error| ApiError::internal(&error))?,
        ))
    }
}

fn hello_reply(hello: &Hello) -> Result<HelloReply, ApiError> {
    ApiError::check_version(hello.api)?;
    Ok(HelloReply {
        daemon_version: VERSION.to_owned(),
        api: API_VERSION,
        pid: std::process::id(),
    })
}

impl Control {
    fn session(&self) -> Result<berth_link::mux::Handle, ApiError> {
        self.vm.snapshot().session.ok_or_else(|| {
            ApiError::new(ErrorCode::NotRunning, "the virtual machine is not running")
                .with_hint("start it with 'berth start'")
        })
    }

    async fn start(&self, start: &Start, events: &EventSink) -> Result<Value, ApiError> {
        let serial = self.vm.want_up();
        if start.wait {
            self.outcome(serial, events).await?;
        }
        value(self.status().await)
    }

    async fn stop(&self, stop: &Stop, events: &EventSink) -> Result<Value, ApiError> {
        let serial = self.vm.want_down(mode(stop.force, stop.grace_seconds));
        self.outcome(serial, events).await?;
        value(self.status().await)
    }

    async fn suspend(&self, events: &EventSink) -> Result<Value, ApiError> {
        let serial = self.vm.want_asleep();
        self.outcome(serial, events).await?;
        value(self.status().await)
    }

    async fn restart(&self, restart: &Restart, events: &EventSink) -> Result<Value, ApiError> {
        let serial = self
            .vm
            .want_down(mode(restart.force, restart.grace_seconds));
        self.outcome(serial, events).await?;
        let serial = self.vm.want_up();
        if restart.wait {
            self.outcome(serial, events).await?;
        }
        value(self.status().await)
    }

    /// Waits for a wish's outcome and passes events on meanwhile. What was
    /// wished goes on when the client leaves.
    async fn outcome(&self, serial: u64, sink: &EventSink) -> Result<(), ApiError> {
        let mut events = self.events.subscribe();
        let outcome = self.vm.outcome(serial);
        tokio::pin!(outcome);
        loop {
            tokio::select! {
                biased;
                event = events.recv() => forward(event, sink).await?,
                outcome = &mut outcome => return outcome.map_err(|failure| failure.api()),
            }
        }
    }

    async fn stream_events(&self, sink: &EventSink) -> Result<Value, ApiError> {
        let mut events = self.events.subscribe();
        loop {
            tokio::select! {
                () = sink.closed() => return Ok(Value::Null),
                () = self.quit.cancelled() => {
                    return Err(ApiError::new(ErrorCode::ShuttingDown, "berthd is shutting down"));
                }
                event = events.recv() => forward(event, sink).await?,
            }
        }
    }

    async fn quit(&self, quit: &Quit, events: &EventSink) -> Result<Value, ApiError> {
        if quit.stop_vm {
            self.stop(&Stop::default(), events).await?;
        }
        self.quit.cancel();
        Ok(Value::Null)
    }

    fn image_info(&self) -> Result<ImageReport, ApiError> {
        let image = image::open(self.home.find_image()).map_err(|failure| failure.api())?;
        Ok(ImageReport::new(&image.folder, &image.manifest))
    }
}

fn mode(force: bool, grace: Option<u32>) -> StopMode {
    if force {
        StopMode::Force
    } else {
        StopMode::Orderly(grace.unwrap_or(DEFAULT_GRACE))
    }
}

async fn forward(
    event: Result<Event, broadcast::error::RecvError>,
    sink: &EventSink,
) -> Result<(), ApiError> {
    let event = match event {
        Ok(event) => event,
        Err(broadcast::error::RecvError::Lagged(count)) => Event::Missed { count },
        Err(broadcast::error::RecvError::Closed) => {
            return Err(ApiError::new(
                ErrorCode::ShuttingDown,
                "berthd is shutting down",
            ));
        }
    };
    sink.send(&event)
        .await
        .map_err(|error| ApiError::internal(&error))
}
