//! Who answers which call.
use async_trait::async_trait;
use berth_api::{
    call::{Call, Exec},
    dashboard::DashboardAddress,
    error::{ApiError, ErrorCode},
    server::{EventSink, Handler},
};
use berth_core::control::Control;
use berth_dashboard::Dashboard;
use berth_engine::Engine;
use berth_link::BoxStream;
use serde_json::Value;

use crate::live;

/// Every call goes to one of these.
#[derive(Debug)]
pub(crate) struct Desk {
    /// Calls about the machine.
    pub(crate) control: Control,
    /// Calls about what the engine holds.
    pub(crate) engine: Engine,
    /// Calls about all else.
    pub(crate) dashboard: Dashboard,
    /// Where the dashboard is found; `None` when it could not be served.
    pub(crate) address: Option<DashboardAddress>,
}

#[async_trait]
impl Handler for Desk {
    async fn call(&self, call: Call, events: EventSink) -> Result<Value, ApiError> {
        match call {
            Call::Dashboard => self.address(),
            Call::Watch => live::watch(&self.engine, &events).await,
            Call::ContainerStats(wanted) => live::stats(&self.engine, wanted.ids, &events).await,
            call if Dashboard::answers(&call) => self.dashboard.call(call, events).await,
            call => {
                self.dashboard.heard(&call);
                self.control.call(call, events).await
            }
        }
    }

    async fn exec(&self, exec: Exec) -> Result<BoxStream, ApiError> {
        self.control.exec(exec).await
    }
}

impl Desk {
    fn address(&self) -> Result<Value, ApiError> {
        let address = self.address.as_ref().ok_or_else(|| {
            let text = "the dashboard is not served: no port could be had on loopback";
            ApiError::new(ErrorCode::Internal, text)
                .with_hint("see 'berth logs daemon', then run 'berth stop --quit' and try again")
        })?;
        serde_json::to_value(address).map_err(|error| ApiError::internal(&error))
    }
}
