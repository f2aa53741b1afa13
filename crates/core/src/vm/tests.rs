//! The supervisor against a machine whose guest is a few lines of this file.
mod fake;
mod quiet;
mod sleep;

use berth_api::{error::ErrorCode, event::Event};
use berth_link::{Dialer, proto::GuestService};
use berth_model::state::VmState;
use tokio::io::AsyncReadExt;

use super::{EngineDialer, StopMode, Vm};
use fake::{Rig, Script};

async fn up(vm: &Vm) {
    let serial = vm.want_up();
    vm.outcome(serial).await.unwrap();
}

#[tokio::test]
async fn a_wish_for_up_ends_with_a_running_engine() {
    let rig = Rig::new(Script::default());
    up(&rig.vm).await;
    let now = rig.vm.snapshot();
    assert_eq!(now.state, VmState::Running);
    assert!(now.session.is_some());
    assert_eq!(now.image.as_deref(), Some("test-image"));
    assert_eq!(rig.backend.started(), 1);
}

#[tokio::test]
async fn wishing_up_twice_starts_one_machine() {
    let rig = Rig::new(Script::default());
    let (first, second) = (rig.vm.want_up(), rig.vm.want_up());
    rig.vm.outcome(first).await.unwrap();
    rig.vm.outcome(second).await.unwrap();
    up(&rig.vm).await;
    assert_eq!(rig.backend.started(), 1);
}

#[tokio::test]
async fn stopping_lets_the_guest_say_goodbye() {
    let rig = Rig::new(Script::default());
    up(&rig.vm).await;
    let serial = rig.vm.want_down(StopMode::Orderly(3));
    rig.vm.outcome(serial).await.unwrap();
    let now = rig.vm.snapshot();
    assert_eq!(now.state, VmState::Stopped);
    assert!(now.stopped_by_user && now.session.is_none());
    assert_eq!(rig.backend.shutdowns(), [3]);
}

#[tokio::test]
async fn a_stop_overtakes_a_start() {
    let rig = Rig::new(Script {
        silent: true,
        ..Script::default()
    });
    rig.vm.want_up();
    rig.backend.wait_started(1).await;
    let serial = rig.vm.want_down(StopMode::Orderly(3));
    rig.vm.outcome(serial).await.unwrap();
    assert_eq!(rig.vm.snapshot().state, VmState::Stopped);
}

#[tokio::test]
async fn a_forced_stop_overtakes_an_orderly_one_that_hangs() {
    let rig = Rig::new(Script {
        deaf_to_shutdown: true,
        ..Script::default()
    });
    up(&rig.vm).await;
    rig.vm.want_down(StopMode::Orderly(600));
    rig.vm
        .watch()
        .wait_for(|s| s.state == VmState::Stopping)
        .await
        .unwrap();
    let serial = rig.vm.want_down(StopMode::Force);
    rig.vm.outcome(serial).await.unwrap();
}

#[tokio::test]
async fn a_machine_that_dies_is_an_incident_and_is_started_again() {
    let rig = Rig::new(Script::default());
    up(&rig.vm).await;
    rig.backend.crash();
    rig.backend.wait_started(2).await;
    rig.vm
        .watch()
        .wait_for(|s| s.state == VmState::Running)
        .await
        .unwrap();
    let incident = rig.vm.snapshot().incident.unwrap();
    assert!(
        incident.what.contains("killed by signal 9"),
        "{}",
        incident.what
    );
    assert!(incident.next_step.unwrap().contains("intact"));
}

#[tokio::test]
async fn a_machine_that_dies_twice_waits_for_a_command() {
    let rig = Rig::new(Script::default());
    up(&rig.vm).await;
    rig.backend.crash();
    rig.backend.wait_started(2).await;
    rig.vm
        .watch()
        .wait_for(|s| s.state == VmState::Running)
        .await
        .unwrap();
    rig.backend.crash();
    rig.vm
        .watch()
        .wait_for(|s| matches!(s.state, VmState::Failed { .. }))
        .await
        .unwrap();
    assert_eq!(rig.backend.started(), 2);
    up(&rig.vm).await;
    assert_eq!(rig.backend.started(), 3);
}

#[tokio::test]
async fn a_cut_channel_is_opened_again_on_the_same_machine() {
    let rig = Rig::new(Script::default());
    up(&rig.vm).await;
    rig.backend.cut();
    rig.backend.wait_channels(2).await;
    rig.vm
        .watch()
        .wait_for(|s| s.session.is_some())
        .await
        .unwrap();
    assert_eq!(rig.backend.started(), 1);
    assert_eq!(rig.vm.snapshot().state, VmState::Running);
}

#[tokio::test]
async fn a_guest_that_talks_garbage_is_cut_off_and_asked_again() {
    let rig = Rig::new(Script {
        garbage_once: true,
        ..Script::default()
    });
    up(&rig.vm).await;
    rig.backend.wait_channels(2).await;
    rig.vm
        .watch()
        .wait_for(|s| s.session.is_some() && s.state == VmState::Running)
        .await
        .unwrap();
    let incident = rig.vm.snapshot().incident.unwrap();
    assert!(incident.what.contains("was cut off"), "{}", incident.what);
    let next = incident.next_step.unwrap();
    assert!(next.contains("berth restart"), "{next}");
    assert_eq!(rig.backend.started(), 1);
}

#[tokio::test]
async fn an_engine_that_fails_says_why_and_leaves_the_machine_for_rescue() {
    let rig = Rig::new(Script {
        engine_fails: true,
        ..Script::default()
    });
    let serial = rig.vm.want_up();
    let failure = rig.vm.outcome(serial).await.unwrap_err();
    assert_eq!(
        (failure.code, failure.stage.as_str()),
        (ErrorCode::VmFailed, "dockerd")
    );
    assert!(failure.next_step.contains("berth logs dockerd"));
    assert!(rig.vm.snapshot().session.is_some());
}

#[tokio::test]
async fn a_missing_hypervisor_is_reported_with_its_hint() {
    let rig = Rig::new(Script {
        no_hypervisor: true,
        ..Script::default()
    });
    let serial = rig.vm.want_up();
    let failure = rig.vm.outcome(serial).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::BackendMissing);
    assert!(failure.next_step.contains("install"));
}

#[tokio::test]
async fn a_truncated_image_is_found_before_anything_starts() {
    let rig = Rig::new(Script::default());
    std::fs::write(rig.image.path().join("root.img"), b"cut").unwrap();
    let serial = rig.vm.want_up();
    let failure = rig.vm.outcome(serial).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::ImageDamaged);
    assert!(failure.cause.contains("root.img"), "{failure}");
    assert_eq!(rig.backend.started(), 0);
}

#[tokio::test]
async fn a_full_disk_is_reported_before_anything_starts() {
    let rig = Rig::new(Script {
        free_space: 1,
        ..Script::default()
    });
    let serial = rig.vm.want_up();
    let failure = rig.vm.outcome(serial).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::NoSpace);
    assert_eq!(rig.backend.started(), 0);
}

#[tokio::test]
async fn a_daemon_that_quits_leaves_the_machine_and_the_next_one_takes_it_over() {
    let mut rig = Rig::new(Script::default());
    up(&rig.vm).await;
    rig.next_daemon().await;
    rig.vm
        .watch()
        .wait_for(|s| s.state == VmState::Running)
        .await
        .unwrap();
    assert_eq!(rig.backend.started(), 1);
}

#[tokio::test]
async fn a_machine_that_died_with_the_daemon_is_an_incident_for_the_next_one() {
    let mut rig = Rig::new(Script::default());
    up(&rig.vm).await;
    rig.quit().await;
    rig.backend.crash();
    rig.next_daemon().await;
    rig.vm
        .watch()
        .wait_for(|s| s.incident.is_some())
        .await
        .unwrap();
    assert_eq!(rig.vm.snapshot().state, VmState::Stopped);
}

#[tokio::test]
async fn a_call_to_the_engine_wakes_the_machine() {
    let rig = Rig::new(Script::default());
    let dialer = EngineDialer::new(rig.vm.clone());
    let mut stream = dialer.dial(GuestService::Docker).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "engine");
}

#[tokio::test]
async fn a_call_to_an_engine_that_the_user_stopped_is_refused_with_the_command() {
    let rig = Rig::new(Script::default());
    up(&rig.vm).await;
    let serial = rig.vm.want_down(StopMode::Orderly(1));
    rig.vm.outcome(serial).await.unwrap();
    let dialer = EngineDialer::new(rig.vm.clone());
    let error = dialer.dial(GuestService::Docker).await.err().unwrap();
    assert!(error.to_string().contains("berth start"), "{error}");
    assert_eq!(rig.backend.started(), 1);
}

#[tokio::test]
async fn changes_of_state_are_events_in_order() {
    let rig = Rig::new(Script::default());
    let mut events = rig.events.subscribe();
    up(&rig.vm).await;
    let mut states = Vec::new();
    while let Ok(event) = events.try_recv() {
        if let Event::Vm { vm } = event {
            states.push(vm.name());
        }
    }
    states.dedup();
    assert_eq!(states, ["starting", "running"]);
}

#[tokio::test]
async fn a_larger_disk_setting_grows_the_disk_under_the_running_machine() {
    let rig = Rig::new(Script::default());
    up(&rig.vm).await;
    rig.settings.send_modify(|s| s.disk_bytes = 4 << 20);
    rig.backend.wait_grown(4 << 20).await;
    assert_eq!(rig.disk_size(), 4 << 20);
    rig.settings.send_modify(|s| s.disk_bytes = 2 << 20);
    up(&rig.vm).await;
    assert_eq!(rig.disk_size(), 4 << 20);
}
