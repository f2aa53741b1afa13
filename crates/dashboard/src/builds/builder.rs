//! What the builder itself remembers: `buildx history`.
use std::time::Duration;

use berth_api::{
    activity::{BuildRecord, BuildStep},
    error::{ApiError, ErrorCode},
};
use serde::Deserialize;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::{
    clock::parse_ms,
    failure,
    programs::{self, End, Programs},
    tasks::build::Progress,
};

/// How long the program may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Most builds, and most lines of one, that are taken.
const MOST: usize = 200;
const LINES: usize = 200_000;

/// A line of `buildx history ls --format json` (docker/buildx,
/// `commands/history/ls.go`).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Listed {
    #[serde(rename = "ref")]
    reference: String,
    name: String,
    status: String,
    created_at: String,
    completed_at: Option<String>,
    total_steps: u32,
    cached_steps: u32,
}

pub(super) async fn list(programs: &Programs) -> Result<Vec<BuildRecord>, ApiError> {
    let mut records = Vec::new();
    run(programs, &["history", "ls", "--format", "json"], |text| {
        if records.len() < MOST
            && let Ok(listed) = serde_json::from_str::<Listed>(text)
        {
            records.extend(record(&listed));
        }
    })
    .await?;
    Ok(records)
}

fn record(listed: &Listed) -> Option<BuildRecord> {
    let started_ms = parse_ms(&listed.created_at)?;
    let ended = listed.completed_at.as_deref().and_then(parse_ms);
    let state = match listed.status.to_lowercase().as_str() {
        "running" => "running",
        "completed" => "done",
        "canceled" | "cancelled" => "cancelled",
        _ => "failed",
    };
    Some(BuildRecord {
        id: listed.reference.clone(),
        name: listed.name.clone(),
        state: state.to_owned(),
        started_ms,
        took_ms: ended.map(|ended| ended.saturating_sub(started_ms)),
        steps: listed.total_steps,
        cached: listed.cached_steps,
        task: None,
        error: None,
    })
    .filter(|record| !record.id.is_empty())
}

pub(super) async fn steps(
    programs: &Programs,
    record: &BuildRecord,
) -> Result<Vec<BuildStep>, ApiError> {
    // The program takes the last part of the reference.
    let reference = record.id.rsplit('/').next().unwrap_or(&record.id);
    let words = ["history", "logs", "--progress=rawjson", "--", reference];
    let (mut progress, mut lines) = (Progress::default(), 0);
    run(programs, &words, |text| {
        lines += 1;
        if lines < LINES {
            progress.replay(text);
        }
    })
    .await?;
    Ok(progress.steps(record.started_ms))
}

async fn run(
    programs: &Programs,
    words: &[&str],
    mut take: impl FnMut(&str),
) -> Result<(), ApiError> {
    let program = programs.plugin("docker-buildx")?;
    let command = programs.command(&program, words);
    let mut last = String::new();
    let cancel = CancellationToken::new();
    let ended = programs::run(command, &cancel, |line| {
        take(&line.text);
        if line.stderr {
            last = line.text;
        }
    });
    let ended = timeout(PATIENCE, ended).await.map_err(|_| {
        ApiError::new(ErrorCode::Timeout, "the builder does not answer")
            .with_hint("try again when the machine is less busy")
    })?;
    match ended.map_err(|error| failure::file(&program, &error))? {
        End::Done => Ok(()),
        End::Failed(_) => Err(ApiError::new(
            ErrorCode::Internal,
            last.trim_start_matches("ERROR: ").to_owned(),
        )
        .with_hint("run 'docker buildx history ls' to see more")),
    }
}

#[cfg(test)]
mod tests {
    use super::{list, steps};
    use crate::programs::fake;

    #[tokio::test]
    async fn builds_and_their_steps_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let script = r#"case "$2" in
ls) echo '{"ref":"default/default/abc","name":"app","status":"Completed","created_at":"2026-01-01T00:00:00Z","completed_at":"2026-01-01T00:00:09Z","total_steps":7,"cached_steps":3}'
    echo garbage; echo '{"ref":"","created_at":"2026-01-01T00:00:00Z"}';;
logs) echo "{\"vertexes\":[{\"digest\":\"d\",\"name\":\"[1/1] RUN $5\",\"started\":\"2026-01-01T00:00:01Z\",\"completed\":\"2026-01-01T00:00:02Z\"}]}" >&2;;
esac"#;
        let programs = fake::write(folder.path(), "docker-buildx", script);
        let builds = list(&programs).await.unwrap();
        assert_eq!(builds.len(), 1);
        let build = &builds[0];
        assert_eq!((build.state.as_str(), build.took_ms), ("done", Some(9000)));
        let steps = steps(&programs, build).await.unwrap();
        assert_eq!(steps[0].name, "[1/1] RUN abc");
        assert_eq!(
            (steps[0].started_ms, steps[0].took_ms),
            (Some(1000), Some(1000))
        );
    }

    #[tokio::test]
    async fn a_failure_is_told_in_the_programs_words() {
        let folder = tempfile::tempdir().unwrap();
        let script = "echo 'ERROR: no builder' >&2; exit 1";
        let programs = fake::write(folder.path(), "docker-buildx", script);
        let error = list(&programs).await.unwrap_err();
        assert_eq!(error.message, "no builder");
    }
}
