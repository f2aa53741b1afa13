//! The VM asleep on the disk, and the disk that grows under it.
#![expect(clippy::unwrap_used, reason = "these are tests")]
use std::net::SocketAddr;

use berth_e2e::{
    berth::{berth, daemon_pid, in_vm, status, vm_pid},
    docker::{Container, docker},
    environment,
    host::{PATIENCE, free_port, get_once, is_refused},
    process::{is_alive, kill},
    wait,
};

/// Brings back what the next test needs, however this one ends.
struct Restored;

impl Drop for Restored {
    fn drop(&mut self) {
        berth(&["start"]);
    }
}

fn state() -> String {
    status()["vm"]["state"].as_str().unwrap().to_owned()
}

fn suspend() {
    let vm = vm_pid();
    berth(&["suspend"]).ok();
    assert_eq!(state(), "suspended");
    assert!(!is_alive(vm));
}

#[test]
fn a_docker_call_wakes_the_vm_with_its_containers_running() {
    let _restored = Restored;
    let port = free_port();
    let publish = format!("127.0.0.1:{port}:80");
    let web = Container::run(&["-p", &publish], &["peer", "http", "0.0.0.0:80"]);
    let address: SocketAddr = ([127, 0, 0, 1], port).into();
    let (started, boot) = (web.inspect("/State/StartedAt"), boot_id());
    suspend();
    assert!(is_refused(address));
    assert_eq!(web.inspect("/State/StartedAt"), started);
    assert_eq!(boot_id(), boot);
    wait::until("the port answers again", PATIENCE, || {
        get_once(address).is_ok()
    });
    assert_eq!(state(), "running");
}

#[test]
fn a_daemon_that_dies_meanwhile_finds_the_vm_asleep() {
    let _restored = Restored;
    let boot = boot_id();
    suspend();
    let daemon = daemon_pid();
    kill(daemon);
    wait::until("the daemon is dead", wait::SOON, || !is_alive(daemon));
    berth(&["start"]).ok();
    assert_eq!(boot_id(), boot);
    assert!(status()["last_incident"].is_null() || !incident().contains("suspended"));
}

#[test]
fn the_clock_is_right_after_a_sleep() {
    let _restored = Restored;
    suspend();
    docker(["version"]).ok();
    let host = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let guest: u64 = in_vm(&["/bin/date", "+%s"]).ok().trim().parse().unwrap();
    assert!(
        guest.abs_diff(host.as_secs()) <= 2,
        "{guest} is not {}",
        host.as_secs()
    );
}

#[test]
fn a_larger_disk_holds_at_once() {
    let before = data_kib();
    berth(&["config", "set", "disk", "70GiB"]).ok();
    wait::until("the file system has grown", PATIENCE, || {
        data_kib() > before
    });
    let disk = environment::home().join("data/data.raw");
    assert_eq!(std::fs::metadata(disk).unwrap().len(), 70 << 30);
    berth(&["config", "unset", "disk"]);
}

fn incident() -> String {
    status()["last_incident"]["what"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn boot_id() -> String {
    in_vm(&["/bin/cat", "/proc/sys/kernel/random/boot_id"]).ok()
}

fn data_kib() -> u64 {
    let table = in_vm(&["/bin/df", "-k", "/data"]).ok();
    let line = table.lines().last().unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
