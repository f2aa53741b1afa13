//! The tray: without a window, its icon, its menu, its clicks.
use berth_api::engine::{Change, Container, ContainerState, EngineEvent, Port, ProjectRef};
use berth_desktop_tests::{
    desktop::Desktop,
    environment,
    fake::Fake,
    notes::Notes,
    tray::{Panel, shown},
    wait::{eventually, until},
};
use berth_model::state::VmState;

fn container(name: &str, project: Option<&str>) -> Container {
    Container {
        id: format!("id-{name}"),
        name: name.to_owned(),
        state: ContainerState::Running,
        project: project.map(|project| ProjectRef {
            project: project.to_owned(),
            ..ProjectRef::default()
        }),
        ports: vec![Port {
            container: 80,
            protocol: "tcp".to_owned(),
            host_ip: None,
            host: Some(8080),
        }],
        ..Container::default()
    }
}

#[test]
fn the_menu_is_complete_without_a_window() {
    let desktop = Desktop::start();
    let panel = Panel::start(&desktop);
    let containers = vec![container("my_db", Some("shop")), container("web", None)];
    let _fake = Fake::start(&desktop, containers);
    let _berth = desktop.berth(&["--hidden"]);
    panel.entry("shop · 1 of 1 running");
    assert_eq!(
        shown(&panel.menu()),
        "\
Engine running
--
shop · 1 of 1 running
  my_db
    Open localhost:8080
    Logs
    Terminal
    Restart
    Stop
  --
  Restart all
  Stop all
web
  Open localhost:8080
  Logs
  Terminal
  Restart
  Stop
--
Suspend engine
Stop engine
--
Open dashboard
Settings
--
Quit Berth (asks about 2 containers)
"
    );
    assert!(!panel.entry("Engine running").enabled);
    assert_eq!(desktop.screen().find("Berth"), None);
}

#[test]
fn the_icon_follows_the_engine() {
    let desktop = Desktop::start();
    let panel = Panel::start(&desktop);
    let fake = Fake::start(&desktop, vec![]);
    let _berth = desktop.berth(&["--hidden"]);
    let mut seen: Vec<Vec<u8>> = Vec::new();
    for (name, vm, line) in [
        ("running", VmState::Running, "Engine running"),
        (
            "asleep",
            VmState::Suspended,
            "Engine asleep, costs no memory",
        ),
        ("stopped", VmState::Stopped, "Engine stopped"),
    ] {
        fake.machine(vm);
        panel.entry(line);
        let picture = eventually("another icon", || {
            let picture = std::fs::read(panel.icon()).ok()?;
            (picture.starts_with(b"\x89PNG") && !seen.contains(&picture)).then_some(picture)
        });
        let kept = environment::screens().join(format!("tray-{name}.png"));
        std::fs::write(kept, &picture).expect("a picture");
        seen.push(picture);
    }
}

#[test]
fn clicks_reach_the_engine_the_browser_and_the_machine() {
    let desktop = Desktop::start();
    let panel = Panel::start(&desktop);
    let fake = Fake::start(&desktop, vec![container("web", None)]);
    let _berth = desktop.berth(&["--hidden"]);
    panel.click("Open localhost:8080");
    until("the browser is started", || {
        desktop.opened() == "http://localhost:8080\n"
    });
    panel.click("Restart");
    let asked = || fake.asked();
    until("the container is restarted", || {
        asked() == ["/docker/containers/id-web/restart"]
    });
    panel.click("Suspend engine");
    until("the engine is suspended", || {
        asked().last().is_some_and(|last| last == "suspend")
    });
    panel.click("Wake engine");
    until("the engine is woken", || {
        asked().last().is_some_and(|last| last == "start")
    });
    panel.click("Open dashboard");
    desktop.screen().shown("Berth");
}

#[test]
fn two_hundred_events_a_second_leave_the_tray_usable_and_right_at_last() {
    let desktop = Desktop::start();
    let panel = Panel::start(&desktop);
    let fake = Fake::start(&desktop, vec![]);
    let _berth = desktop.berth(&["--hidden"]);
    panel.entry("No container is running");
    for round in 0..1000 {
        let state = match round % 2 {
            0 => ContainerState::Running,
            _ => ContainerState::Exited,
        };
        let flicker = Container {
            state,
            ..container(&format!("c{}", round % 7), None)
        };
        fake.change(Change::Container(Box::new(flicker)));
    }
    fake.change(Change::Container(Box::new(container("last", None))));
    panel.entry("last");
}

#[test]
fn a_container_that_dies_by_itself_is_announced_and_one_that_was_stopped_is_not() {
    let desktop = Desktop::start();
    let notes = Notes::start(&desktop);
    let panel = Panel::start(&desktop);
    let fake = Fake::start(&desktop, vec![container("web", None)]);
    let _berth = desktop.berth(&["--hidden"]);
    panel.entry("web");
    let happened = |name: &str, action: &str, code: &str| {
        fake.change(Change::Happened(EngineEvent {
            object: "container".to_owned(),
            action: action.to_owned(),
            id: format!("id-{name}"),
            name: name.to_owned(),
            attributes: [("exitCode".to_owned(), code.to_owned())].into(),
            ..EngineEvent::default()
        }));
    };
    happened("stopped", "kill", "");
    happened("stopped", "die", "137");
    happened("web", "die", "3");
    until("the notification is shown", || !notes.shown().is_empty());
    assert_eq!(notes.shown(), ["web ended with code 3: Its logs say more."]);
}
