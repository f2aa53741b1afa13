//! Which call is answered by what.
use std::sync::Arc;

use berth_api::{
    call::Call,
    error::{ApiError, ErrorCode},
    server::EventSink,
};
use serde::Serialize;
use serde_json::Value;

use crate::{Dashboard, blocking, folder, prefs, tasks};

fn value<T: Serialize>(answer: T) -> Result<Value, ApiError> {
    serde_json::to_value(answer).map_err(|error| ApiError::internal(&error))
}

impl Dashboard {
    /// This call is for the dashboard, and for nobody else.
    pub fn answers(call: &Call) -> bool {
        matches!(
            call,
            Call::Meters
                | Call::History(_)
                | Call::ContainerLogs(_)
                | Call::KeptLogs
                | Call::Space
                | Call::Builds
                | Call::Build(_)
                | Call::TaskStart(_)
                | Call::TaskCancel(_)
                | Call::TaskClear(_)
                | Call::Tasks
                | Call::TaskOutput(_)
                | Call::ComposeProjects
                | Call::ComposeRead(_)
                | Call::ComposeWrite(_)
                | Call::ComposeForget(_)
                | Call::HostFolder(_)
                | Call::Prefs
                | Call::PrefSet(_)
        )
    }

    /// Answers a call of the dashboard. Its future may be dropped when the client
    /// leaves; tasks that it began go on.
    ///
    /// # Errors
    /// What to tell the client.
    pub async fn call(&self, call: Call, events: EventSink) -> Result<Value, ApiError> {
        let inner = &self.inner;
        match call {
            Call::TaskStart(spec) => value(tasks::start(inner, spec)?),
            Call::TaskCancel(task) => value(inner.tasks.cancel(task.id)?),
            Call::TaskClear(task) => value(inner.tasks.clear(task.id)?),
            Call::Tasks => {
                tokio::select! {
                    () = inner.quit.cancelled() => Err(shutting_down()),
                    () = inner.tasks.stream(&events) => Ok(Value::Null),
                }
            }
            Call::TaskOutput(task) => value(inner.tasks.stream_output(task.id, &events).await?),
            Call::HostFolder(path) => value(blocking::run(move || folder::list(&path.path)).await?),
            Call::Prefs => value(prefs::all(Arc::clone(&inner.store)).await?),
            Call::PrefSet(set) => value(prefs::set(Arc::clone(&inner.store), set).await?),
            other => Err(ApiError::new(
                ErrorCode::BadRequest,
                format!("'{}' is not for the dashboard", other.method()),
            )),
        }
    }
}

pub(crate) fn shutting_down() -> ApiError {
    ApiError::new(ErrorCode::ShuttingDown, "berthd is shutting down")
}
