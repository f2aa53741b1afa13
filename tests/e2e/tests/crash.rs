//! What is left when something is killed, and how it comes back.
#![expect(clippy::unwrap_used, reason = "these are tests")]
use std::{
    fs,
    io::{Read as _, Write as _},
    net::SocketAddr,
    os::unix::net::UnixStream,
    path::PathBuf,
    time::{Duration, Instant},
};

use berth_e2e::{
    berth::{self, berth, daemon_pid, in_vm, vm_pid},
    docker::{Container, IMAGE, Image, Volume, docker, unique},
    environment,
    host::{PATIENCE, free_port, get, get_once},
    process::{is_alive, kill},
    wait,
};

/// How soon a port answers after the next command when the daemon was killed.
const BACK: Duration = Duration::from_secs(5);

/// How long a VM may take to come up, emulated.
const BOOT: Duration = Duration::from_secs(240);

/// A container that serves on the host's loopback.
fn web() -> (Container, SocketAddr) {
    let port = free_port();
    let publish = format!("127.0.0.1:{port}:80");
    let web = Container::run(&["-p", &publish], &["peer", "http", "0.0.0.0:80"]);
    let address = ([127, 0, 0, 1], port).into();
    assert_eq!(get(address).unwrap(), "peer");
    (web, address)
}

fn kill_daemon() {
    let daemon = daemon_pid();
    kill(daemon);
    wait::until("the daemon is dead", wait::SOON, || !is_alive(daemon));
}

/// Brings back what the next test needs, however this one ends.
struct Restored;

impl Drop for Restored {
    fn drop(&mut self) {
        berth(&["start"]);
    }
}

#[test]
fn a_container_serves_on_while_the_daemon_is_killed_and_its_port_comes_back() {
    let _restored = Restored;
    let (web, address) = web();
    let (vm, started) = (vm_pid(), web.inspect("/State/StartedAt"));
    kill_daemon();
    assert!(is_alive(vm));
    let asked = Instant::now();
    berth(&["status"]);
    wait::until("the port answers again", BACK, || get_once(address).is_ok());
    println!(
        "the port answered {} ms after 'berth status'",
        asked.elapsed().as_millis()
    );
    assert_eq!(vm_pid(), vm);
    assert_eq!(web.inspect("/State/StartedAt"), started);
    assert_eq!(web.inspect("/RestartCount"), 0);
}

#[test]
fn a_garbage_peer_on_the_channel_is_cut_off_and_the_daemon_comes_back() {
    let _restored = Restored;
    let (_web, address) = web();
    let vm = vm_pid();
    kill_daemon();
    for garbage in [
        &b"GET / HTTP/1.1\r\n\r\n"[..],
        &[0; 200_000],
        &[0xff; 200_000],
    ] {
        shout(garbage);
    }
    berth(&["start"]).ok();
    assert_eq!(vm_pid(), vm, "the VM was given up");
    wait::until("the port answers again", wait::SOON, || {
        get_once(address).is_ok()
    });
}

#[test]
fn a_guest_that_sends_garbage_is_cut_off_told_and_talked_to_again() {
    let _restored = Restored;
    let (_web, address) = web();
    let (vm, daemon) = (vm_pid(), daemon_pid());
    // Its own connection is among those that end, so its outcome says nothing.
    let options = ["--privileged", "--pid", "host"];
    let (_garbler, _) = Container::try_run(&options, &["peer", "garble"]);
    let told = wait::eventually("the incident is told", wait::SOON, || {
        let shown = berth(&["status"]);
        let all = shown.stdout + &shown.stderr;
        all.contains("was cut off").then_some(all)
    });
    assert!(told.contains("berth restart"), "no next step: {told}");
    wait::until("the port answers again", wait::SOON, || {
        get_once(address).is_ok()
    });
    assert_eq!((vm_pid(), daemon_pid()), (vm, daemon));
    berth(&["restart"]).ok();
    assert_ne!(vm_pid(), vm);
    docker(["run", "--rm", IMAGE, "true"]).ok();
}

/// Plays the daemon, badly.
fn shout(garbage: &[u8]) {
    let mut channel = UnixStream::connect(channel_socket()).unwrap();
    channel.set_write_timeout(Some(PATIENCE)).unwrap();
    channel
        .set_read_timeout(Some(Duration::from_millis(500)))
        .unwrap();
    channel.write_all(garbage).unwrap();
    // Whatever it answers; what matters is that it hears us.
    let _ = channel.read(&mut [0; 4096]);
}

fn channel_socket() -> PathBuf {
    environment::home().join("run/channel.sock")
}

#[test]
fn a_garbage_peer_on_the_control_socket_gets_an_error_and_harms_nobody() {
    let daemon = daemon_pid();
    let socket = environment::home().join("run/berthd.sock");
    for garbage in [
        &b"GET / HTTP/1.1\r\n\r\n"[..],
        b"{\"id\":1}\n",
        b"\xff\xfe\0\n",
    ] {
        let mut peer = UnixStream::connect(&socket).unwrap();
        peer.set_read_timeout(Some(PATIENCE)).unwrap();
        peer.write_all(garbage).unwrap();
        peer.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = String::new();
        peer.read_to_string(&mut answer).unwrap();
        assert!(answer.contains("\"error\""), "{garbage:?}: {answer:?}");
        assert!(answer.contains("bad_request"), "{garbage:?}: {answer:?}");
        assert!(answer.contains("\"hint\""), "{garbage:?}: {answer:?}");
    }
    // A line that never ends is not read forever.
    let mut peer = UnixStream::connect(&socket).unwrap();
    peer.set_write_timeout(Some(PATIENCE)).unwrap();
    let endless = vec![b'x'; 1 << 20];
    wait::until("it is cut off", PATIENCE, || {
        peer.write_all(&endless).is_err()
    });
    assert_eq!(daemon_pid(), daemon);
}

#[test]
fn containers_and_ports_outlive_a_killed_dockerd() {
    let (web, address) = web();
    let pid = web.inspect("/State/Pid");
    in_vm(&["sh", "-c", "kill -9 $(cat /var/run/docker.pid)"]).ok();
    assert_eq!(get(address).unwrap(), "peer", "while dockerd is down");
    wait::until("the engine is back", BOOT, || docker(["version"]).code == 0);
    assert_eq!(web.inspect("/State/Pid"), pid);
    assert_eq!(get(address).unwrap(), "peer", "when dockerd is back");
    web.kill();
    wait::until("the port is free", wait::SOON, || {
        std::net::TcpListener::bind(address).is_ok()
    });
}

#[test]
fn containers_get_their_stop_signals_when_berth_stops() {
    let _restored = Restored;
    let volume = Volume::create();
    let mount = format!("{}:/v", volume.0);
    let script = "trap 'echo ended in order > /v/end; exit 0' TERM; \
                  touch /v/ready; while true; do usleep 100000; done";
    let container = Container::run(&["-v", &mount], &["sh", "-c", script]);
    wait::until("the trap is set", wait::SOON, || {
        container.exec(&["test", "-e", "/v/ready"]).code == 0
    });
    berth(&["stop"]).ok();
    let stopped = berth::status();
    assert_eq!(
        stopped.pointer("/vm/state").and_then(|s| s.as_str()),
        Some("stopped")
    );
    berth(&["start"]).ok();
    assert_eq!(volume.read("end"), "ended in order");
}

#[test]
fn a_killed_vm_is_told_and_started_again_with_its_images_and_volumes() {
    let _restored = Restored;
    let (volume, image) = (Volume::create(), Image(format!("e2e/kept:{}", unique("i"))));
    let mount = format!("{}:/v", volume.0);
    docker([
        "run",
        "--rm",
        "-v",
        &mount,
        IMAGE,
        "sh",
        "-c",
        "echo kept > /v/file; sync",
    ])
    .ok();
    docker(["tag", IMAGE, &image.0]).ok();
    in_vm(&["sync"]).ok();
    let vm = vm_pid();
    kill(vm);
    wait::until("the machine is dead", wait::SOON, || !is_alive(vm));
    let told = wait::eventually("the incident is told", wait::SOON, || {
        let shown = berth(&["status"]);
        let all = shown.stdout + &shown.stderr;
        all.contains("ended unexpectedly").then_some(all)
    });
    assert!(told.contains("images and volumes are intact"), "{told}");
    wait::until("it runs again", BOOT, || docker(["version"]).code == 0);
    assert_ne!(vm_pid(), vm);
    assert_eq!(volume.read("file"), "kept");
    docker(["run", "--rm", &image.0, "true"]).ok();
}

#[test]
fn a_vm_killed_with_its_daemon_starts_again_with_the_next_command() {
    let _restored = Restored;
    let vm = vm_pid();
    kill_daemon();
    kill(vm);
    wait::until("the machine is dead", wait::SOON, || !is_alive(vm));
    let start = berth(&["start"]);
    let shown = berth(&["status"]);
    start.ok();
    let all = shown.stdout + &shown.stderr;
    assert!(all.contains("images and volumes are intact"), "{all}");
    docker(["run", "--rm", IMAGE, "true"]).ok();
}

#[test]
fn a_second_daemon_refuses_with_the_next_step() {
    let mut second = std::process::Command::new(environment::daemon());
    let outcome = berth_e2e::process::run(&mut second);
    let error = outcome.failed();
    assert!(error.contains("another berthd runs already"), "{error}");
    assert!(
        error.contains("hint:") && error.contains("berth stop --quit"),
        "{error}"
    );
    assert!(fs::exists(environment::docker_socket()).unwrap());
    docker(["version"]).ok();
}
