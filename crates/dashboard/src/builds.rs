//! Builds: those that tasks ran, and those that others ran with the same
//! builder (`buildx history`).
use std::{path::Path, sync::Arc};

use berth_api::{
    activity::{BuildDetail, BuildRecord},
    error::ApiError,
    task::BuildSpec,
};

use crate::{
    blocking,
    clock::now_ms,
    failure,
    parts::Inner,
    tasks::{Handle, build::Progress},
};

/// Keeps the record of a build that a task ran. What can't be kept is missing
/// from the list, and harms nothing else.
pub(crate) async fn keep_own(
    inner: &Inner,
    handle: &Handle,
    spec: &BuildSpec,
    progress: &Progress,
    error: Option<&ApiError>,
) {
    let Some(task) = handle.task() else {
        return;
    };
    let cancelled = handle.cancel.is_cancelled();
    let steps = progress.steps(task.started_ms);
    let state = match error {
        None => "done",
        Some(_) if cancelled => "cancelled",
        Some(_) => "failed",
    };
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let record = BuildRecord {
        id: format!("task-{}-{}", task.started_ms, task.id),
        name: name(spec),
        state: state.to_owned(),
        started_ms: task.started_ms,
        took_ms: Some(now_ms().saturating_sub(task.started_ms)),
        steps: count(steps.len()),
        cached: count(steps.iter().filter(|step| step.cached).count()),
        task: Some(task.id),
        error: error
            .filter(|_| !cancelled)
            .map(|error| error.message.clone()),
    };
    let detail = BuildDetail { record, steps };
    let store = Arc::clone(&inner.store);
    let keep = move || {
        store
            .keep_build(&detail)
            .map_err(|error| failure::store(&error))
    };
    if let Err(error) = blocking::run(keep).await {
        tracing::warn!(%error, "the record of a build was not kept");
    }
}

/// A build's name for people: its tag, or its folder.
pub(crate) fn name(spec: &BuildSpec) -> String {
    let folder = || {
        let name = Path::new(&spec.context).file_name();
        name.map_or_else(
            || spec.context.clone(),
            |name| name.to_string_lossy().into_owned(),
        )
    };
    spec.tags.first().cloned().unwrap_or_else(folder)
}
