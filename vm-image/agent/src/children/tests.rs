//! The reaper waits for any child of the process, so these rely on each test
//! being a process of its own, as nextest makes them.
use std::process::Command;

use rustix::process::Signal;

use super::Children;

async fn with_reaper() -> Children {
    let children = Children::default();
    tokio::spawn(children.clone().reap());
    tokio::task::yield_now().await;
    children
}

#[tokio::test]
async fn a_program_ends_with_its_code_and_output() {
    let children = with_reaper().await;
    let finished = children
        .run("sh", &["-c", "echo out; echo err >&2; exit 3"])
        .await
        .unwrap();
    assert_eq!(finished.code, 3);
    assert_eq!(finished.output, "out\nerr");
}

#[tokio::test]
async fn a_killed_program_has_128_added_to_its_signal() {
    let children = with_reaper().await;
    let running = children.spawn(Command::new("sleep").arg("1000")).unwrap();
    running.signal(Signal::KILL);
    assert_eq!(running.exit.await.unwrap(), 137);
}

#[tokio::test]
async fn a_missing_program_is_an_error_and_the_reaper_goes_on() {
    let children = with_reaper().await;
    children.run("/no/such/program", &[]).await.unwrap_err();
    assert_eq!(children.run("true", &[]).await.unwrap().code, 0);
}
