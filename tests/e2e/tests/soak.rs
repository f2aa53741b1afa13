//! Much of everything, and nothing that stays behind.
#![expect(clippy::unwrap_used, reason = "these are tests")]
use std::{
    io::{BufReader, Read as _},
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use berth_e2e::{
    berth,
    docker::Container,
    host::{free_port, get},
    http,
    process::{self, Usage, usage},
    wait,
};
use serde_json::json;

const REQUESTS: usize = 10_000;
const CLIENTS: usize = 16;
const EXECS: usize = 200;

/// Memory that the allocator may keep, in KiB.
const SLACK: u64 = 16 * 1024;

/// Descriptors of the agent, which is the guest's first process.
fn agent_descriptors() -> usize {
    // One that is closed while they are listed is no failure.
    let listed = berth::in_vm(&["sh", "-c", "ls /proc/1/fd || true"]).ok();
    listed.lines().count()
}

/// What the daemon and the agent have open when nothing happens.
fn at_rest(daemon: u32) -> (Usage, usize) {
    let count = || (usage(daemon).descriptors, agent_descriptors());
    let mut last = count();
    wait::until("descriptors settle", wait::SOON, || {
        let now = count();
        now == std::mem::replace(&mut last, now)
    });
    (usage(daemon), last.1)
}

fn assert_nothing_stays(daemon: u32, before: (Usage, usize)) {
    // Workers of the runtime come and go; what was closed may take a moment.
    wait::until("descriptors are those from before", wait::SOON, || {
        usage(daemon).descriptors <= before.0.descriptors
    });
    wait::until(
        "the agent's descriptors are those from before",
        wait::SOON,
        || agent_descriptors() <= before.1,
    );
    wait::until("threads are those from before", wait::SOON, || {
        usage(daemon).threads <= before.0.threads
    });
    let after = usage(daemon);
    assert!(
        after.peak < before.0.memory + SLACK,
        "memory: {before:?}, then {after:?}"
    );
}

#[test]
fn ten_thousand_requests_through_a_port_leave_nothing_behind() {
    let port = free_port();
    let address: SocketAddr = ([127, 0, 0, 1], port).into();
    let publish = format!("127.0.0.1:{port}:80");
    let _web = Container::run(&["-p", &publish], &["peer", "http", "0.0.0.0:80"]);
    let daemon = berth::daemon_pid();
    ask_many(address, 500);
    let before = at_rest(daemon);
    process::forget_peak(daemon);
    ask_many(address, REQUESTS);
    assert_nothing_stays(daemon, before);
}

fn ask_many(address: SocketAddr, count: usize) {
    let left = AtomicUsize::new(count);
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                while left
                    .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1))
                    .is_ok()
                {
                    assert_eq!(get(address).unwrap(), "peer");
                }
            });
        }
    });
}

#[test]
fn two_hundred_parallel_execs_leave_nothing_behind() {
    let container = Container::run(&[], &["sleep", "3600"]);
    let daemon = berth::daemon_pid();
    assert!(exec(&container.name, 0));
    let before = at_rest(daemon);
    process::forget_peak(daemon);
    let served = thread::scope(|scope| {
        let name = &container.name;
        let all: Vec<_> = (0..EXECS)
            .map(|number| scope.spawn(move || exec(name, number)))
            .collect();
        all.into_iter()
            .filter_map(|one| one.join().unwrap().then_some(()))
            .count()
    });
    println!("{served} of {EXECS} were run within the engine's own deadlines");
    assert!(served == EXECS || berth::is_emulated(), "{served}");
    assert!(served > EXECS / 4, "{served}");
    assert_nothing_stays(daemon, before);
}

/// What `docker exec` does, without a process for it. False when containerd's
/// own deadlines passed, as they do where one emulated processor starts hundreds
/// of programs at once; any other failure is one.
fn exec(container: &str, number: usize) -> bool {
    let text = format!("number {number}");
    let wanted = json!({ "AttachStdout": true, "Cmd": ["echo", text] });
    let path = format!("/containers/{container}/exec");
    let made = http::request("POST", &path, Some(&wanted)).unwrap().json();
    let id = made["Id"].as_str().unwrap();
    let stream = http::connect().unwrap();
    let options = json!({ "Detach": false, "Tty": false });
    let path = format!("/exec/{id}/start");
    let upgrade = "Connection: Upgrade\r\nUpgrade: tcp\r\n";
    http::send(&stream, "POST", &path, upgrade, Some(&options)).unwrap();
    let mut reader = BufReader::new(&stream);
    assert_eq!(http::read_head(&mut reader).unwrap().0, 101);
    let mut output = Vec::new();
    reader.read_to_end(&mut output).unwrap();
    let shown = String::from_utf8_lossy(&output);
    if shown.contains("deadline exceeded") {
        return false;
    }
    assert!(shown.ends_with(&format!("{text}\n")), "{shown:?}");
    let state = http::request("GET", &format!("/exec/{id}/json"), None)
        .unwrap()
        .json();
    assert_eq!(state["ExitCode"], 0);
    true
}
