//! Which call is answered by what.
use std::sync::Arc;

use berth_api::{
    activity::KeptLogs,
    call::Call,
    error::{ApiError, ErrorCode},
    server::EventSink,
};
use serde::Serialize;
use serde_json::Value;

use crate::{
    Dashboard, blocking, builds, compose, failure, folder, logs, meters::history, parts::Inner,
    prefs, space, tasks,
};

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
            Call::Meters => {
                tokio::select! {
                    () = inner.quit.cancelled() => Err(shutting_down()),
                    done = inner.sampling.stream(&events) => value(done?),
                }
            }
            Call::History(query) => value(history::read(Arc::clone(&inner.store), query).await?),
            Call::ContainerLogs(query) => {
                tokio::select! {
                    () = inner.quit.cancelled() => Err(shutting_down()),
                    done = Box::pin(logs::stream(inner, query, &events)) => value(done?),
                }
            }
            Call::KeptLogs => value(kept_logs(inner).await?),
            Call::Space => value(space::report(inner).await?),
            Call::Builds => value(builds::list(inner).await?),
            Call::Build(build) => value(builds::detail(inner, &build.id).await?),
            Call::ComposeProjects => value(compose::projects(inner).await?),
            Call::ComposeRead(path) => value(compose::read(inner, path.path).await?),
            Call::ComposeWrite(write) => value(compose::write(inner, write).await?),
            Call::ComposeForget(project) => value(compose::forget(inner, project.id).await?),
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

async fn kept_logs(inner: &Arc<Inner>) -> Result<Vec<KeptLogs>, ApiError> {
    let store = Arc::clone(&inner.store);
    blocking::run(move || store.kept_logs().map_err(|error| failure::store(&error))).await
}

pub(crate) fn shutting_down() -> ApiError {
    ApiError::new(ErrorCode::ShuttingDown, "berthd is shutting down")
}
