//! Builds images with `BuildKit`, by Docker's own `buildx`: it sends the context,
//! knows `.dockerignore` and credentials, and reports the build as JSON.
mod progress;

use berth_api::{
    error::{ApiError, ErrorCode},
    task::BuildSpec,
};

pub(crate) use progress::Progress;

use super::{Handle, command, run::cancelled};
use crate::{
    builds, failure,
    parts::Inner,
    programs::{self, End},
};

pub(super) async fn run(inner: &Inner, handle: &Handle, spec: &BuildSpec) -> Result<(), ApiError> {
    let program = inner.programs.plugin("docker-buildx")?;
    let mut words = command::build(spec);
    words.insert(1, "--progress=rawjson".into());
    let mut build = inner.programs.command(&program, words);
    if std::path::Path::new(&spec.context).is_dir() {
        build.current_dir(&spec.context);
    }
    handle.line("Starting the build");
    let mut progress = Progress::default();
    let done = programs::run(build, &handle.cancel, |line| {
        progress.line(handle, &line);
    });
    let done = done.await.map_err(|error| failure::file(&program, &error));
    let outcome = done.and_then(|end| match end {
        End::Done => Ok(()),
        End::Failed(_) if handle.cancel.is_cancelled() => Err(cancelled()),
        End::Failed(code) => Err(failed(&progress, code)),
    });
    builds::keep_own(inner, handle, spec, &progress, outcome.as_ref().err()).await;
    outcome
}

fn failed(progress: &Progress, code: Option<i32>) -> ApiError {
    let message = match (progress.error(), code) {
        (Some(error), _) => error,
        (None, Some(code)) => format!("the build failed with code {code}"),
        (None, None) => "the build program was killed".to_owned(),
    };
    ApiError::new(ErrorCode::BadRequest, message)
        .with_hint("see the output of the step that failed")
}

#[cfg(test)]
mod tests;
