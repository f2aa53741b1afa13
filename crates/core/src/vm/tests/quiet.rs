//! Watching the engine without touching the machine.
use berth_link::{Dialer, proto::GuestService};
use tokio::io::AsyncReadExt;
use tokio_util::sync::CancellationToken;

use super::{
    super::{QuietDialer, StopMode},
    Rig, Script, up,
};

#[tokio::test]
async fn who_only_watches_does_not_start_the_machine() {
    let rig = Rig::new(Script::default());
    let dialer = QuietDialer::new(rig.vm.clone());
    assert!(dialer.dial(GuestService::Docker).await.is_err());
    assert_eq!(rig.backend.started(), 0);
}

#[tokio::test]
async fn who_only_watches_reaches_an_engine_that_runs() {
    let rig = Rig::new(Script::default());
    up(&rig.vm).await;
    let dialer = QuietDialer::new(rig.vm.clone());
    let mut stream = dialer.dial(GuestService::Docker).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "engine");
}

#[tokio::test]
async fn a_watcher_learns_when_the_engine_comes_and_goes() {
    let rig = Rig::new(Script::default());
    let dialer = QuietDialer::new(rig.vm.clone());
    let mut answers = dialer.up(CancellationToken::new());
    assert!(!*answers.borrow_and_update());
    up(&rig.vm).await;
    answers.wait_for(|up| *up).await.unwrap();
    let serial = rig.vm.want_down(StopMode::Orderly(1));
    rig.vm.outcome(serial).await.unwrap();
    answers.wait_for(|up| !*up).await.unwrap();
}
