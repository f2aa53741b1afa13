use std::sync::Arc;

use berth_api::task::{BuildSpec, StepState, Task, TaskSpec, TaskState};

use crate::testing::{self, Fixture};

fn spec(fixture: &Fixture) -> TaskSpec {
    TaskSpec::Build(BuildSpec {
        context: fixture.folder().to_str().unwrap().to_owned(),
        tags: vec!["app:1".into()],
        ..BuildSpec::default()
    })
}

async fn build(script: &str) -> (Fixture, Task) {
    let fixture = Fixture::new();
    testing::program(&fixture, "docker-buildx", script);
    let task = fixture.run(spec(&fixture)).await;
    (fixture, task)
}

const STATUS: &str = r#"cat >&2 <<'EOT'
{"vertexes":[{"digest":"sha256:a","name":"[1/2] FROM base","started":"2026-01-01T00:00:00Z","completed":"2026-01-01T00:00:01Z","cached":true},{"digest":"sha256:b","name":"[2/2] RUN make"}]}
{"vertexes":[{"digest":"sha256:b","name":"[2/2] RUN make","started":"2026-01-01T00:00:01Z"}],"statuses":[{"id":"extracting","vertex":"sha256:b","current":5,"total":10}]}
{"logs":[{"vertex":"sha256:b","stream":1,"data":"b25lCnR3"}]}
{"logs":[{"vertex":"sha256:b","stream":1,"data":"bwp0aHJlZQ=="}]}
EOT"#;

#[tokio::test]
async fn steps_times_and_output_are_those_of_buildkit() {
    let script = format!(
        r#"{STATUS}
echo '{{"vertexes":[{{"digest":"sha256:b","name":"[2/2] RUN make","completed":"2026-01-01T00:00:03.5Z"}}]}}' >&2
echo "$@" > "$(dirname "$0")/arguments""#
    );
    let (fixture, task) = build(&script).await;
    assert_eq!(task.state, TaskState::Done, "{task:?}");
    assert_eq!(task.steps.len(), 2);
    assert_eq!(task.steps[0].state, StepState::Cached);
    let run = &task.steps[1];
    assert_eq!(
        (run.state, run.label.as_str()),
        (StepState::Done, "[2/2] RUN make")
    );
    assert_eq!(run.ended_ms.unwrap() - run.started_ms.unwrap(), 2500);
    let output = fixture.output(task.id).await;
    assert_eq!(output, ["one", "two", "three"]);
    let arguments = std::fs::read_to_string(fixture.folder().join("arguments")).unwrap();
    assert!(
        arguments.starts_with("build --progress=rawjson --load --tag=app:1 /"),
        "{arguments}"
    );
    let kept = fixture.store().builds().unwrap();
    assert_eq!(
        (kept[0].steps, kept[0].cached, kept[0].state.as_str()),
        (2, 1, "done")
    );
    let detail = fixture.store().build(&kept[0].id).unwrap().unwrap();
    assert_eq!(detail.steps[1].output, "one\ntwo\nthree");
    assert_eq!(detail.steps[1].took_ms, Some(2500));
}

#[tokio::test]
async fn a_failed_step_is_told_with_its_error() {
    let script = format!(
        r#"{STATUS}
echo '{{"vertexes":[{{"digest":"sha256:b","name":"[2/2] RUN make","started":"2026-01-01T00:00:01Z","completed":"2026-01-01T00:00:03Z","error":"exit code: 2"}}]}}' >&2
echo 'ERROR: failed to build: failed to solve: exit code: 2' >&2
exit 1"#
    );
    let (fixture, task) = build(&script).await;
    assert_eq!(task.state, TaskState::Failed);
    assert_eq!(task.steps[1].state, StepState::Failed);
    let error = task.error.unwrap();
    assert!(error.message.contains("failed to solve"), "{error}");
    assert!(error.hint.is_some());
    let kept = &fixture.store().builds().unwrap()[0];
    assert_eq!(kept.state, "failed");
    assert!(kept.error.as_ref().unwrap().contains("failed to solve"));
}

#[tokio::test]
async fn garbage_in_place_of_status_harms_nothing() {
    let script = r#"printf '{"vertexes":[{"digest":7}]}\n{"vertexes"\n\377\376\n[]\n{"logs":[{"vertex":"x","data":"%%"}]}\n' >&2"#;
    let (_fixture, task) = build(script).await;
    assert_eq!(task.state, TaskState::Done);
    assert!(task.steps.is_empty());
}

#[tokio::test]
async fn a_killed_program_is_a_failure_and_a_cancelled_one_is_not() {
    let (_fixture, task) = build("kill -9 $$").await;
    assert_eq!(task.state, TaskState::Failed);
    assert!(task.error.unwrap().message.contains("killed"));

    let fixture = Fixture::new();
    testing::program(&fixture, "docker-buildx", "echo begun; exec sleep 1000");
    let id = fixture.start(spec(&fixture)).id;
    fixture.wait_for_output(id, "begun").await;
    fixture.inner.tasks.cancel(id).unwrap();
    let task = fixture.ended(id).await;
    assert_eq!(task.state, TaskState::Cancelled);
    assert_eq!(fixture.store().builds().unwrap()[0].state, "cancelled");
}

#[tokio::test]
async fn without_the_program_the_next_step_is_told() {
    let fixture = Fixture::without_programs();
    let task = fixture.run(spec(&fixture)).await;
    let hint = task.error.and_then(|error| error.hint);
    // The host of the tests may have the program.
    if Arc::new(fixture.inner.programs.clone())
        .plugin("docker-buildx")
        .is_err()
    {
        assert!(hint.unwrap().contains("docker-cli install"));
    }
}
