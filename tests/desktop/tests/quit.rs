//! The ways out, and what they do to containers.
use berth_api::engine::{Container, ContainerState};
use berth_desktop_tests::{desktop::Desktop, fake::Fake, tray::Panel, wait::until};
use serde_json::json;

fn containers() -> Vec<Container> {
    let one = |id: &str| Container {
        id: id.to_owned(),
        name: id.to_owned(),
        state: ContainerState::Running,
        ..Container::default()
    };
    vec![one("web"), one("db")]
}

/// Chooses with this key when asked; what the daemon was asked to do.
#[track_caller]
fn check_choice(key: &str, expected: &[&str]) {
    let desktop = Desktop::start();
    let panel = Panel::start(&desktop);
    let fake = Fake::start(&desktop, containers());
    let mut berth = desktop.berth(&["--hidden"]);
    panel.click("Quit Berth (asks about 2 containers)");
    desktop.screen().shown("Quit Berth");
    until("the choice is taken", || {
        desktop.press(key);
        !berth.is_running()
    });
    assert!(berth.ended().success());
    assert_eq!(fake.asked(), expected);
}

#[test]
fn containers_go_on_running_when_the_user_says_so() {
    check_choice("1", &[]);
}

#[test]
fn containers_are_suspended_when_the_user_says_so() {
    check_choice("2", &["suspend"]);
}

#[test]
fn everything_ends_when_the_user_says_so() {
    check_choice("3", &["quit"]);
}

#[test]
fn escape_goes_back_and_nothing_happened() {
    let desktop = Desktop::start();
    let panel = Panel::start(&desktop);
    let fake = Fake::start(&desktop, containers());
    let mut berth = desktop.berth(&["--hidden"]);
    panel.click("Quit Berth (asks about 2 containers)");
    let screen = desktop.screen();
    screen.drawn(screen.shown("Quit Berth"));
    desktop.picture("quit");
    until("the question is gone", || {
        desktop.press("Escape");
        screen.find("Quit Berth").is_none()
    });
    assert!(berth.is_running());
    assert_eq!(fake.asked(), Vec::<String>::new());
    panel.entry("Engine running");
}

#[test]
fn nothing_is_asked_when_nothing_runs() {
    let desktop = Desktop::start();
    let panel = Panel::start(&desktop);
    let _fake = Fake::start(&desktop, vec![]);
    let mut berth = desktop.berth(&["--hidden"]);
    panel.entry("No container is running");
    panel.click("Quit Berth");
    assert!(berth.ended().success());
}

#[test]
fn a_choice_that_was_remembered_is_said_and_followed() {
    let desktop = Desktop::start();
    let panel = Panel::start(&desktop);
    let fake = Fake::start(&desktop, containers());
    fake.prefer("desktop.quit", json!("suspend"));
    let mut berth = desktop.berth(&["--hidden"]);
    panel.click("Quit Berth (suspends 2 containers)");
    assert!(berth.ended().success());
    assert_eq!(fake.asked(), ["suspend"]);
}

#[test]
fn what_goes_wrong_is_shown_and_the_program_stays() {
    let desktop = Desktop::start();
    let panel = Panel::start(&desktop);
    let fake = Fake::start(&desktop, containers());
    fake.prefer("desktop.quit", json!("stop"));
    fake.refuse("the machine is stubborn");
    let mut berth = desktop.berth(&["--hidden"]);
    panel.click("Quit Berth (stops 2 containers)");
    let screen = desktop.screen();
    screen.drawn(screen.shown("Quit Berth"));
    desktop.picture("quit-problem");
    assert!(berth.is_running());
    until("it quits anyway", || {
        desktop.press("1");
        !berth.is_running()
    });
}
