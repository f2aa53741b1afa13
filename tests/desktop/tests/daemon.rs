//! The real daemon underneath: started, killed, ended, and an engine that does
//! not run. No machine is started.
use std::time::Duration;

use berth_api::{
    call::{Call, Quit, Start},
    client::Client,
    status::Status,
};
use berth_desktop_tests::{
    desktop::Desktop,
    driver::Driven,
    process::kill,
    tray::{Panel, shown},
    wait::{eventually, never, until},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Ends the real daemon of a desktop, whatever becomes of the test.
struct Ending<'a>(&'a Desktop);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        let _ = call::<Value>(self.0, Call::Quit(Quit { stop_vm: true }));
    }
}

fn call<T: DeserializeOwned>(desktop: &Desktop, call: Call) -> Option<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let asked = async {
        let mut client = Client::connect(&desktop.home().control_socket())
            .await
            .ok()?;
        client.call(call).await.ok()
    };
    let bounded = async {
        tokio::time::timeout(Duration::from_secs(20), asked)
            .await
            .ok()?
    };
    runtime.expect("a runtime").block_on(bounded)
}

fn pid(desktop: &Desktop) -> Option<u32> {
    call::<Status>(desktop, Call::Status).map(|status| status.daemon.pid)
}

/// The page shows this.
fn shows(window: &Driven, text: &str) -> bool {
    let page = window.run("return document.body.innerText");
    page.as_str().is_some_and(|page| page.contains(text))
}

#[test]
fn the_daemon_is_started_and_its_engine_is_shown_as_stopped() {
    let desktop = Desktop::start_with_daemon();
    let panel = Panel::start(&desktop);
    let _ending = Ending(&desktop);
    let window = Driven::start(&desktop, &[]);
    assert!(panel.entry("Start engine").enabled);
    panel.entry("Engine stopped");
    until("the page shows it too", || shows(&window, "Engine stopped"));
    desktop.picture("engine-stopped");
}

#[test]
fn a_daemon_that_is_killed_is_started_again_and_the_page_finds_it() {
    let desktop = Desktop::start_with_daemon();
    let panel = Panel::start(&desktop);
    let _ending = Ending(&desktop);
    let window = Driven::start(&desktop, &[]);
    panel.entry("Engine stopped");
    until("the page is connected", || shows(&window, "Engine stopped"));
    let first = window.invoke("credentials", &json!({})).expect("a way in");
    let killed = eventually("a daemon", || pid(&desktop));
    kill(killed);
    let next = eventually("another daemon", || {
        pid(&desktop).filter(|pid| *pid != killed)
    });
    assert_ne!(next, killed);
    // There is no image to start from: what the new daemon says of that must
    // reach both.
    call::<Value>(&desktop, Call::Start(Start { wait: true }));
    until("the tray follows the new daemon", || {
        shown(&panel.menu()).contains("Engine failed")
    });
    until("the page follows the new daemon", || {
        shows(&window, "Engine failed")
    });
    desktop.picture("engine-failed");
    let second = window.invoke("credentials", &json!({})).expect("a way in");
    assert_eq!(first["origin"], second["origin"]);
    assert_ne!(first["token"], second["token"]);
}

#[test]
fn a_daemon_that_was_ended_stays_away_until_the_user_wants_it() {
    let desktop = Desktop::start_with_daemon();
    let panel = Panel::start(&desktop);
    let _ending = Ending(&desktop);
    let window = Driven::start(&desktop, &[]);
    panel.entry("Engine stopped");
    call::<Value>(&desktop, Call::Quit(Quit { stop_vm: true })).expect("the daemon ends");
    panel.entry("Berth's daemon was ended");
    let refused = window
        .invoke("credentials", &json!({}))
        .expect_err("nobody wants it");
    assert!(
        refused["message"]
            .as_str()
            .is_some_and(|text| text.contains("does not answer")),
        "{refused}"
    );
    // Window and page look for it every now and then.
    never("somebody started it", || pid(&desktop).is_some());
    window
        .invoke("credentials", &json!({"start": true}))
        .expect("a way in");
    panel.entry("Engine stopped");
}
