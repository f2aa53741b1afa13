//! Changes compose projects, by Docker's own `compose`: it knows the whole
//! specification, and writes the labels that others know a project by.
use std::path::Path;

use berth_api::{
    error::{ApiError, ErrorCode},
    task::{ComposeAction, ComposeSpec, StepState, TaskStep},
};
use serde::Deserialize;

use super::{Handle, command, run::cancelled};
use crate::{
    failure,
    parts::Inner,
    programs::{self, End, Line},
};

/// What `compose --progress=json` writes (docker/compose, `pkg/progress/json.go`).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Report {
    id: Option<String>,
    parent_id: Option<String>,
    text: String,
    status: String,
    details: String,
    current: u64,
    total: u64,
    /// It reports its failure so.
    error: Option<bool>,
    message: String,
}

pub(super) async fn run(
    inner: &Inner,
    handle: &Handle,
    spec: &ComposeSpec,
) -> Result<(), ApiError> {
    let program = inner.programs.plugin("docker-compose")?;
    let mut words = command::compose(spec);
    words.insert(0, "--progress=json".into());
    words.insert(0, "--ansi=never".into());
    let mut compose = inner.programs.command(&program, words);
    if let Some(folder) = spec.folder.as_deref().filter(|at| Path::new(at).is_dir()) {
        compose.current_dir(folder);
    } else {
        // Compose would take a file that happens to be where the daemon is.
        compose.current_dir("/");
    }
    let mut errors = Vec::new();
    let done = programs::run(compose, &handle.cancel, |line| {
        take(handle, &line, &mut errors);
    });
    let done = done
        .await
        .map_err(|error| failure::file(&program, &error))?;
    match done {
        End::Done => Ok(()),
        // Watching ends by being cancelled, and in no other way.
        End::Failed(_) if handle.cancel.is_cancelled() => Err(cancelled()),
        End::Failed(code) => Err(failed(spec.action, &errors, code)),
    }
}

fn take(handle: &Handle, line: &Line, errors: &mut Vec<String>) {
    let text = line.text.trim_end();
    if text.is_empty() {
        return;
    }
    let Ok(report) = serde_json::from_str::<Report>(text) else {
        handle.output(None, text);
        if line.stderr {
            note(errors, text);
        }
        return;
    };
    if report.error == Some(true) {
        note(errors, &report.message);
        handle.output(None, &report.message);
        return;
    }
    let words = [&report.text, &report.status, &report.details];
    let words = words.into_iter().map(|word| word.trim());
    let shown = words.filter(|word| !word.is_empty()).collect::<Vec<_>>();
    let shown = shown.join(" ");
    let Some(id) = &report.id else {
        handle.output(None, &shown);
        return;
    };
    // Layers of an image are parts of its pull; one step each would be noise.
    let step = report.parent_id.as_ref().unwrap_or(id);
    let state = state(&shown);
    if state == StepState::Failed {
        note(errors, &format!("{id}: {shown}"));
    }
    if report.parent_id.is_none() {
        handle.line(format!("{id} {shown}"));
        handle.output(Some(id), &shown);
    }
    handle.step(step, |step| {
        apply(step, &report, state, &shown);
    });
}

fn apply(step: &mut TaskStep, report: &Report, state: StepState, shown: &str) {
    if report.parent_id.is_some() {
        // A layer that ended does not end its image.
        step.state = StepState::Running;
        let id = report.id.as_deref().unwrap_or_default();
        step.line = format!("{id} {shown}");
        return;
    }
    step.state = state;
    shown.clone_into(&mut step.line);
    if report.total > 0 {
        step.current = Some(report.current);
        step.total = Some(report.total);
    }
}

/// Compose's own words for what is over; all else goes on.
fn state(shown: &str) -> StepState {
    const DONE: [&str; 14] = [
        "Created",
        "Recreated",
        "Started",
        "Running",
        "Healthy",
        "Stopped",
        "Removed",
        "Killed",
        "Restarted",
        "Pulled",
        "Built",
        "Exited",
        "Synced",
        "Pushed",
    ];
    let mut words = shown.split_whitespace();
    if shown.contains("Error") || shown.contains("error") {
        return StepState::Failed;
    }
    if shown.starts_with("Skipped") {
        return StepState::Cached;
    }
    if words.any(|word| DONE.contains(&word)) {
        return StepState::Done;
    }
    StepState::Running
}

fn note(errors: &mut Vec<String>, text: &str) {
    // The last ones say what was fatal.
    if errors.len() == 20 {
        errors.remove(0);
    }
    errors.push(text.to_owned());
}

fn failed(action: ComposeAction, errors: &[String], code: Option<i32>) -> ApiError {
    let message = match (errors.last(), code) {
        (Some(error), _) => error
            .trim_start_matches("Error response from daemon: ")
            .to_owned(),
        (None, Some(code)) => format!("compose failed with code {code}"),
        (None, None) => "compose was killed".to_owned(),
    };
    let hint = match action {
        ComposeAction::Up | ComposeAction::Build | ComposeAction::Pull | ComposeAction::Watch => {
            "see the output, mend the compose file, and try again"
        }
        _ => "see the output, then try again",
    };
    ApiError::new(ErrorCode::BadRequest, message).with_hint(hint)
}

#[cfg(test)]
mod tests {
    use berth_api::task::{ComposeAction, ComposeSpec, StepState, TaskSpec, TaskState};

    use super::state;
    use crate::testing::{self, Fixture};

    fn spec(action: ComposeAction) -> TaskSpec {
        TaskSpec::Compose(ComposeSpec {
            project: "shop".into(),
            folder: None,
            files: Vec::new(),
            action,
            services: Vec::new(),
            profiles: Vec::new(),
        })
    }

    #[test]
    fn states_follow_composes_words() {
        let done = ["Started", "Container Created", "Healthy"];
        assert!(done.iter().all(|word| state(word) == StepState::Done));
        assert_eq!(state("Starting"), StepState::Running);
        assert_eq!(state("Error response from daemon"), StepState::Failed);
    }

    #[tokio::test]
    async fn services_become_steps() {
        let fixture = Fixture::new();
        let script = r#"cat >&2 <<'EOT'
{"id":"Network shop_default","status":"Creating"}
{"id":"Network shop_default","status":"Created"}
{"id":"web","status":"Pulling"}
{"id":"abc","parent_id":"web","status":"Downloading","current":5,"total":10}
{"id":"web","status":"Pulled"}
{"id":"Container shop-web-1","status":"Starting"}
{"id":"Container shop-web-1","status":"Started"}
EOT
echo "$@" > "$(dirname "$0")/arguments""#;
        testing::program(&fixture, "docker-compose", script);
        let task = fixture.run(spec(ComposeAction::Up)).await;
        assert_eq!(task.state, TaskState::Done, "{task:?}");
        let steps: Vec<_> = task
            .steps
            .iter()
            .map(|s| (s.id.as_str(), s.state))
            .collect();
        let names = ["Network shop_default", "web", "Container shop-web-1"];
        assert_eq!(steps, names.map(|name| (name, StepState::Done)));
        let arguments = std::fs::read_to_string(fixture.folder().join("arguments")).unwrap();
        let expected = "--ansi=never --progress=json --project-name=shop up --detach";
        assert_eq!(arguments.trim(), expected);
    }

    #[tokio::test]
    async fn its_own_words_say_why_it_failed() {
        let fixture = Fixture::new();
        let script = r#"echo '{"error":true,"message":"no such service: x"}' >&2; exit 1"#;
        testing::program(&fixture, "docker-compose", script);
        let task = fixture.run(spec(ComposeAction::Up)).await;
        assert_eq!(task.state, TaskState::Failed);
        assert_eq!(task.error.unwrap().message, "no such service: x");
    }

    #[tokio::test]
    async fn a_watch_ends_when_it_is_cancelled() {
        let fixture = Fixture::new();
        let script =
            "trap 'exit 130' INT; echo Watch enabled; while :; do sleep 1000 & wait $!; done";
        testing::program(&fixture, "docker-compose", script);
        let id = fixture.start(spec(ComposeAction::Watch)).id;
        fixture.wait_for_output(id, "Watch enabled").await;
        fixture.inner.tasks.cancel(id).unwrap();
        assert_eq!(fixture.ended(id).await.state, TaskState::Cancelled);
    }
}
