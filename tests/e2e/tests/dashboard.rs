//! The dashboard's server in front of the real daemon, engine and VM.
use berth_e2e::{
    archive,
    dashboard::{Dashboard, Socket},
    docker::{Container, docker},
};
use serde_json::{Value, json};

/// What keeps a container until it is killed.
const IDLE: [&str; 2] = ["sleep", "3600"];

#[test]
fn only_who_has_the_token_and_comes_from_the_page_is_served() {
    let dashboard = Dashboard::find();
    let status = |at: usize, value: &str| {
        let mut headers = dashboard.headers();
        headers[at].1 = value.to_owned();
        dashboard.send("GET", "/docker/_ping", &headers, b"").status
    };
    assert_eq!(status(0, dashboard.host()), 200);
    assert_eq!(status(0, "evil.example:80"), 421);
    assert_eq!(status(1, "http://evil.example"), 403);
    assert_eq!(status(2, &format!("Bearer {}", "0".repeat(64))), 401);
    let headers = &dashboard.headers()[..2];
    let answer = dashboard.send("GET", "/docker/_ping", headers, b"");
    assert_eq!(answer.status, 401);
}

#[test]
fn the_page_is_there_and_may_load_nothing_foreign() {
    let dashboard = Dashboard::find();
    let host = vec![("Host", dashboard.host().to_owned())];
    let page = dashboard.send("GET", "/", &host, b"");
    assert_eq!(page.status, 200);
    let policy = &page.headers["content-security-policy"];
    assert!(
        policy.contains("default-src 'none'; script-src 'self';"),
        "{policy}"
    );
    assert!(String::from_utf8_lossy(&page.body).contains("id=\"root\""));
}

fn container_in<'a>(reply: &'a Value, name: &str) -> Option<&'a Value> {
    let changes = reply["event"]["changes"].as_array()?;
    let mut containers = changes
        .iter()
        .filter(|change| change["what"] == "container");
    containers.find(|change| change["value"]["name"] == name)
}

#[test]
fn a_container_of_docker_run_is_seen_by_who_watches() {
    let mut socket = Dashboard::find().socket("/api/ws");
    socket.call(1, "watch");
    socket.until(|reply| (reply["event"]["kind"] == "live").then_some(()));
    let container = Container::run(&[], &IDLE);
    let seen = |socket: &mut Socket, state: &str| {
        socket.until(|reply| {
            let found = container_in(reply, &container.name)?;
            (found["value"]["state"] == state).then_some(())
        });
    };
    seen(&mut socket, "running");
    container.kill();
    seen(&mut socket, "exited");
    let id = container.inspect("/Id");
    docker(["rm", &container.name]).ok();
    socket.until(|reply| {
        let changes = reply["event"]["changes"].as_array()?;
        let gone = json!({"what": "container_gone", "value": id});
        changes.contains(&gone).then_some(())
    });
}

#[test]
fn a_shell_in_a_container_runs_what_is_typed() {
    let dashboard = Dashboard::find();
    let container = Container::run(&[], &IDLE);
    let exec = json!({
        "AttachStdin": true, "AttachStdout": true, "AttachStderr": true,
        "Tty": true, "Cmd": ["sh"],
    });
    let path = format!("/docker/containers/{}/exec", container.name);
    let made = dashboard.post(&path, &exec);
    assert_eq!(made.status, 201, "{made:?}");
    let id = made.json()["Id"].as_str().unwrap().to_owned();
    let mut socket = dashboard.socket(&format!("/api/terminal/exec/{id}?cols=97&rows=31"));
    socket.keys("stty size; echo $((40+2))\n");
    socket.expect("31 97");
    socket.expect("42");
    let resize = format!("/docker/exec/{id}/resize?w=120&h=40");
    assert_eq!(dashboard.post(&resize, &Value::Null).status, 200);
    socket.keys("stty size; exit 5\n");
    socket.expect("40 120");
    assert_eq!(socket.closed(), (1000, r#"{"exit_code":5}"#.to_owned()));
}

#[test]
fn a_shell_in_the_vm_runs_what_is_typed() {
    let mut socket = Dashboard::find().socket("/api/terminal/vm?cols=97&rows=31");
    socket.keys("stty size; echo $((40+2))\n");
    socket.expect("31 97");
    socket.expect("42");
    socket.keys("exit 6\n");
    assert_eq!(socket.closed(), (1000, r#"{"exit_code":6}"#.to_owned()));
}

#[test]
fn files_go_into_a_container_and_come_back() {
    let dashboard = Dashboard::find();
    let container = Container::run(&[], &IDLE);
    let content: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
    let tar = archive::of_file("file", &content);
    let path = format!("/docker/containers/{}/archive?path=/tmp", container.name);
    let put = dashboard.ask("PUT", &path, "application/x-tar", &tar);
    assert_eq!(put.status, 200, "{put:?}");
    assert_eq!(
        container.exec(&["wc", "-c", "/tmp/file"]).ok(),
        "3000000 /tmp/file"
    );
    let wanted = json!({"path": format!("{path}/file"), "name": "file.tar"});
    let ticket = dashboard.post("/api/ticket", &wanted);
    let url = ticket.json()["url"].as_str().unwrap().to_owned();
    let host = vec![("Host", dashboard.host().to_owned())];
    let got = dashboard.send("GET", &url, &host, b"");
    assert_eq!(got.status, 200);
    assert!(got.headers["content-disposition"].contains("file.tar"));
    assert!(got.body.windows(content.len()).any(|part| part == content));
    assert_eq!(dashboard.send("GET", &url, &host, b"").status, 410);
}

#[test]
fn logs_come_to_their_end() {
    let dashboard = Dashboard::find();
    let container = Container::run(&["-t"], &["sh", "-c", "seq 1 1000"]);
    let path = format!(
        "/docker/containers/{}/logs?stdout=1&stderr=1&follow=1",
        container.name
    );
    let logs = dashboard.ask("GET", &path, "text/plain", b"");
    assert_eq!(logs.status, 200);
    let text = String::from_utf8_lossy(&logs.body).replace('\r', "");
    let expected: String = (1..=1000).map(|n| format!("{n}\n")).collect();
    assert_eq!(text, expected);
}

#[test]
fn what_the_engine_refuses_is_told_in_its_words() {
    let answer = Dashboard::find().ask("GET", "/docker/containers/no-such/json", "", b"");
    assert_eq!(answer.status, 404);
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("no-such"), "{message}");
}
