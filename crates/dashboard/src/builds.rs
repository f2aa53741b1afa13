//! Builds: those that tasks ran, and those that others ran with the same
//! builder (`buildx history`).
mod builder;

use std::{path::Path, sync::Arc};

use berth_api::{
    activity::{BuildDetail, BuildRecord, BuildStep},
    error::{ApiError, ErrorCode},
    task::{BuildSpec, StepState, Task, TaskSpec, TaskState},
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

/// A build of the builder's that began within this of one of ours, and has its
/// name, is ours: buildx tells its own number only of builds that succeeded.
const SAME_MS: u64 = 20_000;

/// All that are known, newest first: those that run here, those that ran here,
/// and those that the builder knows of, where it can be asked without waking it.
///
/// # Errors
/// When the database fails.
pub(crate) async fn list(inner: &Arc<Inner>) -> Result<Vec<BuildRecord>, ApiError> {
    let store = Arc::clone(&inner.store);
    let read = move || store.builds().map_err(|error| failure::store(&error));
    let mut builds = running(inner);
    builds.extend(blocking::run(read).await?);
    if inner.engine.is_live() {
        let others = builder::list(&inner.programs)
            .await
            .unwrap_or_else(|error| {
                tracing::debug!(%error, "the builder's history can't be read");
                Vec::new()
            });
        let new: Vec<BuildRecord> = others
            .into_iter()
            .filter(|other| !builds.iter().any(|own| is_same(own, other)))
            .collect();
        builds.extend(new);
    }
    builds.sort_by(|a, b| {
        b.started_ms
            .cmp(&a.started_ms)
            .then_with(|| a.id.cmp(&b.id))
    });
    Ok(builds)
}

fn is_same(own: &BuildRecord, other: &BuildRecord) -> bool {
    own.id == other.id
        || (own.id.starts_with("task-")
            && own.started_ms.abs_diff(other.started_ms) < SAME_MS
            && (own.steps == other.steps || own.state == "running"))
}

fn running(inner: &Inner) -> Vec<BuildRecord> {
    let tasks = inner.tasks.all().into_iter();
    let builds = tasks.filter_map(|task| match &task.spec {
        TaskSpec::Build(spec) if task.state == TaskState::Running => Some(BuildRecord {
            id: format!("task-{}-{}", task.started_ms, task.id),
            name: name(spec),
            state: "running".to_owned(),
            started_ms: task.started_ms,
            steps: u32::try_from(task.steps.len()).unwrap_or(u32::MAX),
            task: Some(task.id),
            ..BuildRecord::default()
        }),
        _ => None,
    });
    builds.collect()
}

/// One build with its steps.
///
/// # Errors
/// When it is not known, or the builder can't be asked.
pub(crate) async fn detail(inner: &Arc<Inner>, id: &str) -> Result<BuildDetail, ApiError> {
    let (store, wanted) = (Arc::clone(&inner.store), id.to_owned());
    let read = move || store.build(&wanted).map_err(|error| failure::store(&error));
    if let Some(build) = blocking::run(read).await? {
        return Ok(build);
    }
    if let Some(record) = running(inner).into_iter().find(|build| build.id == id) {
        let task = record.task.and_then(|task| inner.tasks.get(task));
        let steps = task.map_or_else(Vec::new, |task| steps_so_far(&task));
        return Ok(BuildDetail { record, steps });
    }
    if !inner.engine.is_live() {
        let message = "the builder can't be asked while Berth does not run";
        return Err(
            ApiError::new(ErrorCode::NotRunning, message).with_hint("start it with 'berth start'")
        );
    }
    let others = builder::list(&inner.programs).await?;
    let record = others.into_iter().find(|build| build.id == id);
    let record = record.ok_or_else(|| {
        let message = format!("there is no build '{id}'");
        ApiError::new(ErrorCode::BadRequest, message)
            .with_hint("it may have been removed; look at the list of builds")
    })?;
    let steps = builder::steps(&inner.programs, &record).await?;
    let build = BuildDetail { record, steps };
    if build.record.state != "running" {
        let (store, kept) = (Arc::clone(&inner.store), build.clone());
        let keep = move || {
            store
                .keep_build(&kept)
                .map_err(|error| failure::store(&error))
        };
        if let Err(error) = blocking::run(keep).await {
            tracing::warn!(%error, "the record of a build was not kept");
        }
    }
    Ok(build)
}

/// Steps of a build that runs; what it writes is the task's to tell.
fn steps_so_far(task: &Task) -> Vec<BuildStep> {
    let steps = task.steps.iter().map(|step| {
        let started = step.started_ms;
        BuildStep {
            id: step.id.clone(),
            name: step.label.clone(),
            cached: step.state == StepState::Cached,
            started_ms: started.map(|at| at.saturating_sub(task.started_ms)),
            took_ms: started
                .zip(step.ended_ms)
                .map(|(started, ended)| ended.saturating_sub(started)),
            ..BuildStep::default()
        }
    });
    steps.collect()
}
