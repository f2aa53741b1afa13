use std::time::Duration;

use berth_api::{
    activity::Meters,
    engine::{Change, EngineEvent, WatchEvent},
    event::Event,
};
use berth_model::state::VmState;

use super::{BURST, BURST_TIME, Notices, QUIET};
use crate::{live::Feed, words};

const DISK: u64 = 100 << 30;

fn engine(id: &str, action: &str, code: Option<&str>) -> Feed {
    let exit = code.map(|code| ("exitCode".to_owned(), code.to_owned()));
    let event = EngineEvent {
        object: "container".to_owned(),
        action: action.to_owned(),
        id: id.to_owned(),
        name: format!("name-{id}"),
        attributes: exit.into_iter().collect(),
        ..EngineEvent::default()
    };
    Feed::Watch(WatchEvent::Changes {
        changes: vec![Change::Happened(event)],
    })
}

fn died(id: &str, code: &str) -> Feed {
    engine(id, "die", Some(code))
}

/// The titles of what is shown for each of `feeds`, a second apart.
fn titles(notices: &mut Notices, from: Duration, feeds: &[Feed]) -> Vec<String> {
    let at = |number: usize| from + Duration::from_secs(number as u64);
    let shown = feeds
        .iter()
        .enumerate()
        .flat_map(|(number, feed)| notices.after(feed, DISK, at(number), words::of("en")));
    shown.map(|notice| notice.title).collect()
}

#[track_caller]
fn check(feeds: &[Feed], expected: &[&str]) {
    assert_eq!(
        titles(&mut Notices::default(), Duration::ZERO, feeds),
        expected
    );
}

#[test]
fn a_container_that_fails_by_itself_is_news() {
    check(&[died("a", "1")], &["name-a ended with code 1"]);
    check(&[died("a", "0")], &[]);
    check(&[engine("a", "exec_die", Some("1"))], &[]);
    check(&[died("a", "many"), engine("a", "die", None)], &[]);
}

#[test]
fn the_notice_leads_to_the_logs() {
    let mut notices = Notices::default();
    let shown = notices.after(&died("a", "1"), DISK, Duration::ZERO, words::of("en"));
    assert_eq!(shown[0].route.fragment(), "#/containers/name-a/logs");
}

#[test]
fn what_somebody_stopped_or_watches_in_a_terminal_is_no_news() {
    check(&[engine("a", "kill", None), died("a", "137")], &[]);
    check(&[engine("a", "attach", None), died("a", "2")], &[]);
    let later = [engine("a", "kill", None), died("a", "137"), died("a", "1")];
    check(&later, &["name-a ended with code 1"]);
}

#[test]
fn running_out_of_memory_is_named() {
    let feeds = [engine("a", "oom", None), died("a", "137")];
    check(&feeds, &["name-a ran out of memory"]);
}

#[test]
fn a_crash_loop_is_told_once_in_a_while() {
    let mut notices = Notices::default();
    let loops = [died("a", "1"), died("a", "1"), died("a", "1")];
    assert_eq!(titles(&mut notices, Duration::ZERO, &loops).len(), 1);
    assert_eq!(titles(&mut notices, QUIET, &loops).len(), 1);
}

#[test]
fn many_at_once_are_cut_off_until_a_minute_has_passed() {
    let mut notices = Notices::default();
    let many: Vec<_> = (0..20).map(|n| died(&n.to_string(), "1")).collect();
    assert_eq!(titles(&mut notices, Duration::ZERO, &many).len(), BURST);
    let later = BURST_TIME + Duration::from_secs(20);
    assert_eq!(titles(&mut notices, later, &[died("x", "1")]).len(), 1);
}

#[test]
fn an_illness_is_told_once_until_it_is_over() {
    let ill = || engine("a", "health_status: unhealthy", None);
    let well = engine("a", "health_status: healthy", None);
    check(
        &[ill(), ill(), well, ill()],
        &["name-a is unhealthy", "name-a is unhealthy"],
    );
}

fn meters(host_free: u64, used: Option<u64>) -> Feed {
    Feed::Meters(Box::new(Meters {
        host_disk_free: host_free,
        disk_used: used,
        ..Meters::default()
    }))
}

#[test]
fn a_disk_that_fills_is_told_once_until_there_is_room_again() {
    let gib = |count: u64| meters(count << 30, None);
    let host = "This computer's disk is nearly full";
    check(&[gib(1), gib(0), gib(3), gib(1)], &[host]);
    check(&[gib(1), gib(5), gib(1)], &[host, host]);
    let data = |percent: u64| meters(100 << 30, Some(percent << 30));
    let title = "Berth's data disk is nearly full";
    check(&[data(50), data(95), data(90), data(99)], &[title]);
    check(&[data(95), data(50), data(95)], &[title, title]);
}

#[test]
fn a_machine_that_fails_again_and_again_says_so_once() {
    let vm = |vm| Feed::Event(Event::Vm { vm });
    let failed = || {
        vm(VmState::Failed {
            stage: "kernel".to_owned(),
            cause: "It burns.".to_owned(),
            next_step: "Put it out.".to_owned(),
        })
    };
    let starting = || {
        vm(VmState::Starting {
            stage: "kernel".to_owned(),
        })
    };
    check(&[failed(), starting(), failed()], &["The engine failed"]);
    let again = [failed(), vm(VmState::Running), failed()];
    check(&again, &["The engine failed", "The engine failed"]);
}

#[test]
fn what_ends_with_the_machine_is_no_news() {
    let vm = |vm| Feed::Event(Event::Vm { vm });
    let feeds = [
        vm(VmState::Stopping),
        died("a", "137"),
        vm(VmState::Running),
        died("a", "1"),
    ];
    check(&feeds, &["name-a ended with code 1"]);
}
