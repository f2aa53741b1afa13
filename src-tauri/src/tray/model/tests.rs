use berth_api::{
    activity::Meters,
    engine::{Container, ContainerState, Health, Port, ProjectRef},
    event::Event,
};
use berth_model::state::VmState;

use super::{Item, Look, MAX_LISTED, Ship, Step, clean, look, menu, step};
use crate::{
    live::{
        Daemon, Feed, Gone, Live,
        tests::{container, running},
    },
    quit::Wish,
    words,
};

/// The menu as text: one entry a line, deeper ones indented, actions by name.
fn shown(live: &Live, wish: Wish) -> String {
    let mut text = String::new();
    write(&menu(live, wish, words::of("en")), 0, &mut text);
    text
}

fn write(items: &[Item], depth: usize, text: &mut String) {
    for item in items {
        let pad = "  ".repeat(depth);
        match item {
            Item::Line => text.push_str(&format!("{pad}--\n")),
            Item::Text(words) => text.push_str(&format!("{pad}{words}\n")),
            Item::Do(words, action) => text.push_str(&format!("{pad}{words} => {}\n", action.id())),
            Item::More(words, items) => {
                text.push_str(&format!("{pad}{words} >\n"));
                write(items, depth + 1, text);
            }
        }
    }
}

fn of_project(id: &str, project: &str) -> Container {
    Container {
        project: Some(ProjectRef {
            project: project.to_owned(),
            ..ProjectRef::default()
        }),
        ..container(id)
    }
}

fn set(live: &mut Live, vm: VmState) {
    live.apply(Feed::Event(Event::Vm { vm }));
}

#[track_caller]
fn check_state(vm: VmState, line: &str, controls: &[&str]) {
    let mut live = running(vec![]);
    set(&mut live, vm);
    let text = shown(&live, Wish::Ask);
    assert_eq!(text.lines().next(), Some(line));
    let engine: Vec<_> = text
        .lines()
        .filter_map(|line| line.split_once(" => "))
        .map(|(_, id)| id)
        .filter(|id| ["start", "suspend", "stop"].contains(id))
        .collect();
    assert_eq!(engine, controls);
}

#[test]
fn a_running_engine_shows_its_cost_and_projects_before_single_containers() {
    let mut live = running(vec![
        of_project("a", "shop"),
        Container {
            state: ContainerState::Exited,
            ..of_project("b", "shop")
        },
        Container {
            ports: vec![Port {
                container: 80,
                protocol: "tcp".to_owned(),
                host_ip: None,
                host: Some(8080),
            }],
            ..container("c")
        },
    ]);
    live.apply(Feed::Meters(Box::new(Meters {
        vm_cpu_percent: Some(3.4),
        vm_memory: Some(600 << 20),
        ..Meters::default()
    })));
    assert_eq!(
        shown(&live, Wish::Ask),
        "\
Engine running
CPU 3 % · memory 600MiB of 4GiB
--
shop · 1 of 2 running >
  name-a >
    Logs => show #/containers/name-a/logs
    Terminal => show #/containers/name-a/terminal
    Restart => restart-containers a
    Stop => stop-containers a
  name-b >
    Start => start-containers b
    Logs => show #/containers/name-b/logs
  --
  Restart all => restart-containers a
  Stop all => stop-containers a
name-c >
  Open localhost:8080 => open 8080
  Logs => show #/containers/name-c/logs
  Terminal => show #/containers/name-c/terminal
  Restart => restart-containers c
  Stop => stop-containers c
--
Suspend engine => suspend
Stop engine => stop
--
Open dashboard => show 
Settings => show #/settings
--
Quit Berth (asks about 2 containers) => quit
"
    );
}

#[test]
fn each_state_says_itself_and_offers_what_is_possible_in_it() {
    let starting = VmState::Starting {
        stage: "kernel".to_owned(),
    };
    let failed = VmState::Failed {
        stage: "kernel".to_owned(),
        cause: "no memory".to_owned(),
        next_step: "buy some".to_owned(),
    };
    check_state(VmState::Running, "Engine running", &["suspend", "stop"]);
    check_state(starting, "Engine starting: kernel", &["stop"]);
    check_state(VmState::Stopping, "Engine stopping", &[]);
    check_state(VmState::Stopped, "Engine stopped", &["start"]);
    check_state(VmState::Suspending, "Engine falling asleep", &[]);
    check_state(
        VmState::Suspended,
        "Engine asleep, costs no memory",
        &["start", "stop"],
    );
    check_state(VmState::Resuming, "Engine waking up", &["stop"]);
    check_state(failed, "Engine failed: no memory", &["start"]);
}

#[test]
fn a_daemon_that_was_ended_can_be_started_and_one_that_died_is_being_started() {
    let mut live = running(vec![container("a")]);
    live.apply(Feed::Gone(Gone::Ended));
    let ended = shown(&live, Wish::Ask);
    assert!(ended.starts_with("Berth's daemon was ended\n--\nStart engine => start\n"));
    assert!(!ended.contains("name-a"));
    live.apply(Feed::Gone(Gone::Died));
    let died = shown(&live, Wish::Ask);
    assert!(died.starts_with("Berth's daemon died, starting it again\n"));
    assert!(!died.contains("=> start"));
    live.apply(Feed::Gone(Gone::Unable("no berthd".to_owned())));
    assert!(shown(&live, Wish::Ask).starts_with("Berth's daemon can't be started: no berthd\n"));
}

#[test]
fn quitting_says_what_happens_to_containers() {
    let live = running(vec![container("a"), container("b")]);
    let last = |live: &Live, wish| shown(live, wish).lines().last().unwrap().to_owned();
    for (wish, words) in [
        (Wish::Ask, "Quit Berth (asks about 2 containers) => quit"),
        (
            Wish::Keep,
            "Quit Berth (2 containers go on running) => quit",
        ),
        (Wish::Suspend, "Quit Berth (suspends 2 containers) => quit"),
        (Wish::Stop, "Quit Berth (stops 2 containers) => quit"),
    ] {
        assert_eq!(last(&live, wish), words);
        assert_eq!(last(&running(vec![]), wish), "Quit Berth => quit");
    }
}

#[test]
fn a_long_list_is_cut_and_says_how_much_is_left_out() {
    let many = |count: usize| {
        let ids = (0..count).map(|n| format!("{n:03}"));
        running(ids.map(|id| container(&id)).collect())
    };
    let full = shown(&many(MAX_LISTED), Wish::Ask);
    assert!(!full.contains("more in the dashboard"));
    let text = shown(&many(1000), Wish::Ask);
    assert!(text.contains(&format!(
        "{} more in the dashboard => show #/containers\n",
        1000 - MAX_LISTED
    )));
    assert!(text.lines().count() < 200);
}

#[test]
fn stopped_containers_have_a_list_of_their_own() {
    let down = |id| Container {
        state: ContainerState::Exited,
        ..container(id)
    };
    let project_down = Container {
        state: ContainerState::Exited,
        ..of_project("c", "old")
    };
    let text = shown(
        &running(vec![down("b"), down("a"), project_down]),
        Wish::Ask,
    );
    assert!(text.contains(
        "No container is running\nStopped (3) >\n  name-a >\n    Start => start-containers a\n"
    ));
    assert!(!text.contains("old"));
}

#[test]
fn a_name_that_is_no_name_is_shown_harmlessly_and_found_by_its_id() {
    let hostile = Container {
        name: "we\u{202e}b\n<b>../x".to_owned(),
        ..container("0a1b")
    };
    let text = shown(&running(vec![hostile]), Wish::Ask);
    assert!(text.contains("web<b>../x >\n"), "{text}");
    assert!(
        text.contains("Logs => show #/containers/0a1b/logs\n"),
        "{text}"
    );
}

#[test]
fn a_long_text_from_outside_is_cut() {
    assert_eq!(clean(&"x".repeat(1 << 20)).chars().count(), 61);
    assert!(clean(&"x".repeat(100)).ends_with('…'));
    assert_eq!(clean(&"x".repeat(60)), "x".repeat(60));
}

#[test]
fn the_icon_shows_the_engine_by_its_shape_and_trouble_by_a_badge() {
    let ship = |ship| Look {
        ship,
        trouble: false,
    };
    let mut live = running(vec![container("a")]);
    assert_eq!(look(&live), ship(Ship::Running));
    set(&mut live, VmState::Suspended);
    assert_eq!(look(&live), ship(Ship::Asleep));
    set(&mut live, VmState::Stopped);
    assert_eq!(look(&live), ship(Ship::Away));
    assert_eq!(look(&Live::default()), ship(Ship::Away));
    live.daemon = Daemon::Gone(Gone::Died);
    assert!(look(&live).trouble);
    let ill = running(vec![Container {
        health: Some(Health::Unhealthy),
        ..container("a")
    }]);
    assert_eq!((look(&ill).ship, look(&ill).trouble), (Ship::Running, true));
}

fn do_quit(text: &str) -> Item {
    Item::Do(text.to_owned(), crate::action::Action::Quit)
}

#[test]
fn other_words_at_the_same_places_are_changed_in_place() {
    let text = |text: &str| Item::Text(text.to_owned());
    let old = [
        text("a"),
        Item::More("m".to_owned(), vec![Item::Line, do_quit("q")]),
    ];
    let new = [
        text("b"),
        Item::More("n".to_owned(), vec![Item::Line, do_quit("r")]),
    ];
    assert_eq!(step(&old, &old), Step::Same);
    let expected = [(vec![0], "b"), (vec![1], "n"), (vec![1, 1], "r")];
    let expected = expected.map(|(place, text)| (place, text.to_owned()));
    assert_eq!(step(&old, &new), Step::Texts(expected.to_vec()));
}

#[test]
fn another_entry_or_another_action_makes_the_menu_anew() {
    let old = [do_quit("q"), Item::Line];
    let other = Item::Do("q".to_owned(), crate::action::Action::Stop);
    assert_eq!(step(&old, &[do_quit("q")]), Step::Anew);
    assert_eq!(step(&old, &[other, Item::Line]), Step::Anew);
    assert_eq!(step(&old, &[Item::Line, Item::Line]), Step::Anew);
}
