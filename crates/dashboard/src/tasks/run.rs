//! Runs tasks: each kind's work, and what its end means.
use std::sync::Arc;

use berth_api::{
    error::{ApiError, ErrorCode},
    task::{Task, TaskSpec},
};

use super::{Handle, build, check, clean_up, command, compose, images, pull, volumes};
use crate::parts::Inner;

/// Begins a task.
///
/// # Errors
/// When the request can't be served as it is, or too many run.
pub(crate) fn start(inner: &Arc<Inner>, spec: TaskSpec) -> Result<Task, ApiError> {
    check::spec(&spec)?;
    let handle = inner.tasks.add(spec.clone(), command::of(&spec))?;
    let task = handle.task();
    let working = Arc::clone(inner);
    inner.tasks.tracker().spawn(async move {
        let outcome = Box::pin(work(&working, &handle, spec)).await;
        if let Err(error) = &outcome {
            tracing::info!(task = handle.id, %error, "a task did not succeed");
        }
        handle.end(outcome);
    });
    task.ok_or_else(|| ApiError::new(ErrorCode::Internal, "the task was not entered"))
}

async fn work(inner: &Arc<Inner>, handle: &Handle, spec: TaskSpec) -> Result<(), ApiError> {
    if matches!(spec, TaskSpec::Build(_) | TaskSpec::Compose(_)) {
        return by_kind(inner, handle, &spec).await;
    }
    // All else ends when it is dropped.
    tokio::select! {
        biased;
        () = handle.cancel.cancelled() => Err(cancelled()),
        outcome = by_kind(inner, handle, &spec) => outcome,
    }
}

async fn by_kind(inner: &Arc<Inner>, handle: &Handle, spec: &TaskSpec) -> Result<(), ApiError> {
    match spec {
        TaskSpec::Pull {
            reference,
            platform,
        } => pull::pull(inner, handle, reference, platform.as_deref()).await,
        TaskSpec::Push { reference } => pull::push(inner, handle, reference).await,
        TaskSpec::SaveImages { images, path } => images::save(inner, handle, images, path).await,
        TaskSpec::LoadImages { path } => images::load(inner, handle, path).await,
        TaskSpec::CleanUp { items } => clean_up::run(inner, handle, items).await,
        TaskSpec::CloneVolume { from, to } => {
            volumes::awake(inner).await?;
            volumes::clone(inner, handle, from, to).await
        }
        TaskSpec::ExportVolume { volume, path } => {
            volumes::awake(inner).await?;
            volumes::export(inner, handle, volume, path).await
        }
        TaskSpec::ImportVolume { volume, path } => {
            volumes::awake(inner).await?;
            volumes::import(inner, handle, volume, path).await
        }
        TaskSpec::EmptyVolume { volume } => {
            volumes::awake(inner).await?;
            volumes::empty(inner, handle, volume).await
        }
        // They end their programs in order by themselves.
        TaskSpec::Build(spec) => build::run(inner, handle, spec).await,
        TaskSpec::Compose(spec) => compose::run(inner, handle, spec).await,
    }
}

pub(super) fn cancelled() -> ApiError {
    ApiError::new(ErrorCode::Internal, "it was cancelled")
}
