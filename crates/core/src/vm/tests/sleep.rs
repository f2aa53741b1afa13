//! Suspending and waking.
use berth_link::{Dialer, proto::GuestService};
use berth_model::state::VmState;

use super::{
    super::{EngineDialer, StopMode},
    fake::{Rig, Script},
    up,
};

async fn asleep(rig: &Rig) {
    up(&rig.vm).await;
    let serial = rig.vm.want_asleep();
    rig.vm.outcome(serial).await.unwrap();
    assert_eq!(rig.vm.snapshot().state, VmState::Suspended);
}

#[tokio::test]
async fn a_suspended_machine_comes_back_as_it_was() {
    let rig = Rig::new(Script::default());
    asleep(&rig).await;
    up(&rig.vm).await;
    assert_eq!(rig.backend.restored(), 1);
    assert!(rig.backend.shutdowns().is_empty());
    assert!(!rig.saved().exists());
}

#[tokio::test]
async fn a_call_to_the_engine_wakes_it() {
    let rig = Rig::new(Script::default());
    asleep(&rig).await;
    let dialer = EngineDialer::new(rig.vm.clone());
    dialer.dial(GuestService::Docker).await.unwrap();
    assert_eq!(rig.backend.restored(), 1);
}

#[tokio::test]
async fn the_next_daemon_finds_it_asleep_and_no_incident() {
    let mut rig = Rig::new(Script::default());
    asleep(&rig).await;
    rig.next_daemon().await;
    let mut watch = rig.vm.watch();
    let now = watch
        .wait_for(|s| s.state == VmState::Suspended)
        .await
        .unwrap();
    assert!(now.incident.is_none());
}

#[tokio::test]
async fn a_state_that_fits_no_more_is_an_incident_and_a_fresh_start() {
    let rig = Rig::new(Script {
        stale: true,
        ..Script::default()
    });
    asleep(&rig).await;
    up(&rig.vm).await;
    assert_eq!((rig.backend.restored(), rig.backend.started()), (0, 2));
    let incident = rig.vm.snapshot().incident.unwrap();
    assert!(
        incident.what.contains("data disk was changed"),
        "{}",
        incident.what
    );
    assert!(!rig.saved().exists());
}

#[tokio::test]
async fn a_suspend_that_fails_leaves_the_machine_running_and_says_why() {
    let rig = Rig::new(Script {
        save_fails: true,
        ..Script::default()
    });
    up(&rig.vm).await;
    let serial = rig.vm.want_asleep();
    let failure = rig.vm.outcome(serial).await.unwrap_err();
    assert!(failure.cause.contains("disk is full"), "{failure}");
    let now = rig.vm.snapshot();
    assert!(now.state == VmState::Running && now.session.is_some());
    up(&rig.vm).await;
}

#[tokio::test]
async fn stopping_a_suspended_machine_wakes_it_so_that_containers_stop_in_order() {
    let rig = Rig::new(Script::default());
    asleep(&rig).await;
    let serial = rig.vm.want_down(StopMode::Orderly(7));
    rig.vm.outcome(serial).await.unwrap();
    assert_eq!(rig.vm.snapshot().state, VmState::Stopped);
    assert_eq!(
        (rig.backend.restored(), rig.backend.shutdowns()),
        (1, vec![7])
    );
}

#[tokio::test]
async fn forcing_a_suspended_machine_to_stop_drops_its_state() {
    let rig = Rig::new(Script::default());
    asleep(&rig).await;
    let serial = rig.vm.want_down(StopMode::Force);
    rig.vm.outcome(serial).await.unwrap();
    assert!(!rig.saved().exists());
    assert_eq!(rig.backend.restored(), 0);
}

#[tokio::test]
async fn a_system_that_shuts_down_leaves_it_asleep() {
    let rig = Rig::new(Script::default());
    asleep(&rig).await;
    let serial = rig.vm.wind_up(StopMode::Orderly(7));
    rig.vm.outcome(serial).await.unwrap();
    assert_eq!(rig.vm.snapshot().state, VmState::Suspended);
    assert!(rig.saved().exists());
}

#[tokio::test]
async fn suspending_what_does_not_run_changes_nothing() {
    let rig = Rig::new(Script::default());
    let serial = rig.vm.want_asleep();
    rig.vm.outcome(serial).await.unwrap();
    assert_eq!(rig.vm.snapshot().state, VmState::Stopped);
}

#[tokio::test]
async fn a_disk_setting_changed_in_its_sleep_holds_once_it_is_awake() {
    let rig = Rig::new(Script::default());
    asleep(&rig).await;
    rig.settings.send_modify(|s| s.disk_bytes = 4 << 20);
    up(&rig.vm).await;
    assert_eq!(rig.backend.restored(), 1);
    rig.backend.wait_grown(4 << 20).await;
}
