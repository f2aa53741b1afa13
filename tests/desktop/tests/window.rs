//! The window: showing, hiding, finding its way, and what its page may do.
use berth_desktop_tests::{
    desktop::Desktop,
    driver::Driven,
    fake::Fake,
    screen::Place,
    tray::Panel,
    wait::{eventually, until},
};
use serde_json::{Value, json};

#[test]
fn closing_hides_it_and_a_second_start_brings_it_back() {
    let desktop = Desktop::start();
    let panel = Panel::start(&desktop);
    let _fake = Fake::start(&desktop, vec![]);
    let mut berth = desktop.berth(&[]);
    let screen = desktop.screen();
    let window = screen.shown("Berth");
    panel.entry("Engine running");
    screen.close(window);
    until("it is hidden", || screen.find("Berth").is_none());
    assert!(berth.is_running());
    assert!(desktop.berth(&[]).ended().success());
    let again = screen.shown("Berth");
    until("it has the focus", || screen.active() == Some(again));
    assert!(berth.is_running());
}

#[test]
fn without_a_tray_closing_leaves_it_in_the_list_of_windows() {
    let desktop = Desktop::start();
    let _fake = Fake::start(&desktop, vec![]);
    let mut berth = desktop.berth(&[]);
    let screen = desktop.screen();
    let window = screen.shown("Berth");
    screen.close(window);
    until("it is minimised", || screen.is_minimized(window));
    assert!(berth.is_running());
}

#[test]
fn closing_ends_the_program_where_the_user_wants_that() {
    let desktop = Desktop::start();
    let _panel = Panel::start(&desktop);
    let fake = Fake::start(&desktop, vec![]);
    fake.prefer("desktop.close", json!("quit"));
    let mut berth = desktop.berth(&[]);
    let screen = desktop.screen();
    let window = screen.shown("Berth");
    screen.close(window);
    assert!(berth.ended().success());
}

#[test]
fn it_comes_back_where_it_was() {
    let desktop = Desktop::start();
    let _panel = Panel::start(&desktop);
    let fake = Fake::start(&desktop, vec![]);
    fake.prefer("desktop.close", json!("quit"));
    let screen = desktop.screen();
    let asked = Place {
        x: 120,
        y: 90,
        width: 900,
        height: 620,
    };
    let size = |place: Place| (place.width, place.height);
    let mut berth = desktop.berth(&[]);
    let window = screen.shown("Berth");
    screen.place(window, asked);
    until("it has the size", || {
        size(screen.place_of(window)) == size(asked)
    });
    let placed = screen.place_of(window);
    screen.close(window);
    assert!(berth.ended().success());
    let _berth = desktop.berth(&[]);
    let window = screen.shown("Berth");
    until("it is where it was", || {
        let now = screen.place_of(window);
        size(now) == size(placed) && now.x.abs_diff(placed.x) < 40 && now.y.abs_diff(placed.y) < 40
    });
}

#[test]
fn links_lead_to_places_and_nowhere_else() {
    let desktop = Desktop::start();
    let _panel = Panel::start(&desktop);
    let _fake = Fake::start(&desktop, vec![]);
    let window = Driven::start(&desktop, &["berth://images"]);
    until("the first link is followed", || {
        window.address().contains("#/images")
    });
    let open = |link: &str| assert!(desktop.berth(&[link]).ended().success());
    open("berth://containers/web");
    until("another link is followed", || {
        window.address().contains("#/containers/web")
    });
    let before = window.address();
    open("berth://containers/../../settings");
    open("berth://evil");
    open("berth://volumes");
    let after = eventually("a good link is followed", || {
        let now = window.address();
        (now != before).then_some(now)
    });
    assert!(after.contains("#/volumes"), "{after}");
}

#[test]
fn the_page_gets_its_way_in_and_may_do_nothing_else() {
    let desktop = Desktop::start();
    let _panel = Panel::start(&desktop);
    let _fake = Fake::start(&desktop, vec![]);
    let window = Driven::start(&desktop, &[]);
    let credentials = window.invoke("credentials", &json!({})).expect("a way in");
    assert_eq!(credentials["token"], "secret");
    for forbidden in [
        "quit_answer",
        "plugin:window|close",
        "plugin:event|emit",
        "plugin:opener|open_url",
        "plugin:dialog|open",
        "plugin:deep-link|register",
        "plugin:window-state|filename",
        "plugin:webview|create_webview_window",
        "plugin:path|resolve_directory",
    ] {
        let refusal = window.invoke(forbidden, &json!({})).expect_err(forbidden);
        assert!(
            refusal.to_string().contains("not allowed"),
            "{forbidden}: {refusal}"
        );
    }
}

#[test]
fn only_web_addresses_are_opened_outside() {
    let desktop = Desktop::start();
    let _panel = Panel::start(&desktop);
    let _fake = Fake::start(&desktop, vec![]);
    let window = Driven::start(&desktop, &[]);
    let open = |url: &str| window.invoke("open_external", &json!({"url": url}));
    for url in ["file:///etc/passwd", "javascript:alert(1)", "ssh://host"] {
        assert!(open(url).is_err(), "{url}");
    }
    open("https://example.com/").expect("a web address");
    until("the browser is started", || {
        desktop.opened() == "https://example.com/\n"
    });
}

#[test]
fn the_page_stays_and_runs_nothing_that_is_not_its_own() {
    let desktop = Desktop::start();
    let _panel = Panel::start(&desktop);
    let _fake = Fake::start(&desktop, vec![]);
    let window = Driven::start(&desktop, &[]);
    assert!(is_home(&window.address()));
    window.run("window.location.href = 'https://example.com/'");
    window.run("window.open('https://example.com/')");
    let inline = window.run(
        "const script = document.createElement('script');\
         script.textContent = 'window.injected = true';\
         document.head.append(script);\
         return window.injected ?? null",
    );
    assert_eq!(inline, Value::Null);
    // The terminal and the editor need this much, as in a browser.
    let styled = window.run(
        "const style = document.createElement('style');\
         style.textContent = ':root { --probe: 7 }';\
         document.head.append(style);\
         return getComputedStyle(document.documentElement).getPropertyValue('--probe').trim()",
    );
    assert_eq!(styled, "7");
    let reached = window.run(
        "const request = new XMLHttpRequest();\
         request.open('GET', 'http://127.0.0.2:1/', false);\
         try { request.send(); return 'sent'; } catch (error) { return error.name; }",
    );
    assert_ne!(reached, "sent");
    assert!(is_home(&window.address()), "{}", window.address());
}

fn is_home(address: &str) -> bool {
    address == "tauri://localhost" || address.starts_with("tauri://localhost/")
}
