use berth_api::{
    error::ErrorCode,
    task::{StepState, TaskSpec, TaskState},
};

use super::{share, split_tag, state, tagged};
use crate::testing::Fixture;

#[test]
fn a_port_is_no_tag_and_a_missing_tag_is_latest() {
    assert_eq!(tagged("nginx"), "nginx:latest");
    assert_eq!(tagged("host:5000/a/b"), "host:5000/a/b:latest");
    assert_eq!(tagged("host:5000/a:1"), "host:5000/a:1");
    assert_eq!(tagged("a@sha256:12"), "a@sha256:12");
    assert_eq!(split_tag("host:5000/a:1"), ("host:5000/a", Some("1")));
}

#[test]
fn a_layer_only_moves_forward() {
    let course = [
        ("Pulling fs layer", None, None),
        ("Downloading", Some(1), Some(10)),
        ("Downloading", Some(10), Some(10)),
        ("Verifying Checksum", None, None),
        ("Download complete", None, None),
        ("Extracting", Some(0), Some(10)),
        ("Extracting", Some(10), Some(10)),
        ("Pull complete", None, None),
    ];
    let shares =
        course.map(|(status, current, total)| share(status, state(status), current, total));
    assert!(shares.is_sorted(), "{shares:?}");
    assert!((shares[7] - 1.0).abs() < f64::EPSILON);
    assert_eq!(state("Layer already exists"), StepState::Cached);
}

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n";

fn pull() -> TaskSpec {
    TaskSpec::Pull {
        reference: "127.0.0.1:5000/app:1".into(),
        platform: None,
    }
}

#[tokio::test]
async fn layers_become_steps_with_their_bytes() {
    let fixture = Fixture::new();
    let id = fixture.start(pull()).id;
    let answer = format!(
        "{OK}{}",
        r#"{"status":"Pulling from app","id":"1"}
{"status":"Already exists","progressDetail":{},"id":"aaaaaaaaaaaa"}
{"status":"Downloading","progressDetail":{"current":5,"total":20},"id":"bbbbbbbbbbbb"}
{"status":"Pull complete","progressDetail":{},"id":"bbbbbbbbbbbb"}
{"status":"Status: Downloaded newer image"}
"#
    );
    let head = fixture.answer(&answer).await;
    assert!(
        head.contains("fromImage=127.0.0.1%3A5000%2Fapp%3A1"),
        "{head}"
    );
    let task = fixture.ended(id).await;
    assert_eq!(
        (task.state, task.progress),
        (TaskState::Done, Some(1.0)),
        "{task:?}"
    );
    let steps: Vec<_> = task
        .steps
        .iter()
        .map(|step| (step.state, step.total))
        .collect();
    assert_eq!(
        steps,
        [(StepState::Cached, None), (StepState::Done, Some(20))]
    );
}

#[tokio::test]
async fn what_the_registry_says_comes_with_a_next_step() {
    let fixture = Fixture::new();
    let id = fixture.start(pull()).id;
    let body = r#"{"message":"manifest unknown"}"#;
    let answer = format!(
        "HTTP/1.1 404 Not Found\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    fixture.answer(&answer).await;
    let error = fixture.ended(id).await.error.unwrap();
    assert_eq!(
        (error.code, error.message.as_str()),
        (ErrorCode::BadRequest, "manifest unknown")
    );
    assert!(error.hint.is_some());
}

#[tokio::test]
async fn a_push_shows_layers_and_a_failure_in_its_midst() {
    let fixture = Fixture::new();
    let spec = TaskSpec::Push {
        reference: "127.0.0.1:5000/team/app:1".into(),
    };
    let id = fixture.start(spec).id;
    let answer = format!(
        "{OK}{}",
        r#"{"status":"Pushing","progressDetail":{"current":1,"total":4},"id":"cccccccccccc"}
garbage
{"errorDetail":{"message":"denied: no"},"error":"denied: no"}
"#
    );
    let head = fixture.answer(&answer).await;
    assert!(
        head.starts_with("POST /v1.44/images/127.0.0.1%3A5000%2Fteam%2Fapp/push?tag=1 "),
        "{head}"
    );
    let task = fixture.ended(id).await;
    assert_eq!(task.state, TaskState::Failed);
    assert_eq!(task.steps[0].total, Some(4));
    let error = task.error.unwrap();
    assert_eq!(error.message, "denied: no");
    assert!(error.hint.unwrap().contains("docker login"));
}

#[tokio::test]
async fn a_pull_that_is_cancelled_lets_go_of_the_engine() {
    use tokio::io::AsyncReadExt;
    let fixture = Fixture::new();
    let id = fixture.start(pull()).id;
    let (mut stream, _) = fixture.engine.accept().await.unwrap();
    fixture.inner.tasks.cancel(id).unwrap();
    assert_eq!(fixture.ended(id).await.state, TaskState::Cancelled);
    // The engine ends a pull whose client has gone.
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
}
