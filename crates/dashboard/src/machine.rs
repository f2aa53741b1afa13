//! What the dashboard needs of the virtual machine.
use std::sync::Arc;

use async_trait::async_trait;
use berth_api::error::{ApiError, ErrorCode};
use berth_core::{session, vm::Vm};
use berth_link::{
    BoxStream,
    proto::{ControlReply, ControlRequest, ExecRequest, GuestInfo, GuestService},
};
use berth_model::state::VmState;
use tokio::time::{Duration, timeout};

/// The machine, now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineNow {
    /// Its state.
    pub state: VmState,
    /// The process that is the machine, where there is one.
    pub pid: Option<u32>,
    /// The user stopped it.
    pub stopped_by_user: bool,
}

/// What the dashboard needs of the virtual machine. None of it wakes it.
#[async_trait]
pub trait Machine: Send + Sync + 'static {
    /// Its state.
    fn now(&self) -> MachineNow;

    /// Waits until its state differs from `known`; never ends when it can't
    /// change any more.
    async fn changed(&self, known: &MachineNow) -> MachineNow;

    /// What its agent reports; `None` while it does not run or takes too long.
    async fn guest(&self) -> Option<GuestInfo>;

    /// Starts a program in it and gives the stream of its exec frames.
    ///
    /// # Errors
    /// `not_running`, or what else is to be told.
    async fn exec(&self, request: ExecRequest) -> Result<BoxStream, ApiError>;
}

/// How long a busy guest may hold up a report.
const PATIENCE: Duration = Duration::from_secs(2);

fn now(vm: &berth_core::vm::Snapshot) -> MachineNow {
    MachineNow {
        state: vm.state.clone(),
        pid: vm.pid,
        stopped_by_user: vm.stopped_by_user,
    }
}

#[async_trait]
impl Machine for Vm {
    fn now(&self) -> MachineNow {
        now(&self.snapshot())
    }

    async fn changed(&self, known: &MachineNow) -> MachineNow {
        let mut watch = self.watch();
        let changed = watch.wait_for(|snapshot| now(snapshot) != *known).await;
        let changed = changed.map(|snapshot| now(&snapshot));
        match changed {
            Ok(machine) => machine,
            Err(_) => std::future::pending().await,
        }
    }

    async fn guest(&self) -> Option<GuestInfo> {
        let handle = self.snapshot().session?;
        let asked = session::ask(&handle, &ControlRequest::Info);
        match timeout(PATIENCE, asked).await {
            Ok(Ok(ControlReply::Info(info))) => Some(info),
            _ => None,
        }
    }

    async fn exec(&self, request: ExecRequest) -> Result<BoxStream, ApiError> {
        let handle = self.snapshot().session.ok_or_else(not_running)?;
        let stream = handle.open(&GuestService::Exec(request)).await;
        Ok(Box::new(
            stream.map_err(|error| ApiError::internal(&error))?,
        ))
    }
}

#[async_trait]
impl<M: Machine + ?Sized> Machine for Arc<M> {
    fn now(&self) -> MachineNow {
        (**self).now()
    }

    async fn changed(&self, known: &MachineNow) -> MachineNow {
        (**self).changed(known).await
    }

    async fn guest(&self) -> Option<GuestInfo> {
        (**self).guest().await
    }

    async fn exec(&self, request: ExecRequest) -> Result<BoxStream, ApiError> {
        (**self).exec(request).await
    }
}

/// There is no guest to ask.
pub(crate) fn not_running() -> ApiError {
    ApiError::new(ErrorCode::NotRunning, "the virtual machine is not running")
        .with_hint("start it with 'berth start'")
}
