//! Published ports: there when `docker run` returns, at the very address, gone
//! with the container.
use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, UdpSocket},
    time::Duration,
};

use berth_e2e::{
    docker::{Container, docker},
    host::{self, ask_by_udp, exchange, free_port, free_range, get, get_once, is_refused},
    wait,
};

const WEB: [&str; 3] = ["peer", "http", "[::]:80"];

/// A port is free within a second of the container's end; an emulated engine
/// that is busy may take that much longer to notice the end.
const RELEASE: Duration = Duration::from_secs(3);

fn local(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

fn publish(port: u16) -> String {
    format!("127.0.0.1:{port}:80")
}

#[test]
fn fifty_containers_answer_as_soon_as_run_returns() {
    let port = free_port();
    for round in 1..=50 {
        let container = Container::run(&["-p", &publish(port)], &WEB);
        let answer = get(local(port));
        assert!(answer.is_ok(), "round {round}: {answer:?}");
        drop(container);
    }
}

#[test]
fn a_port_carries_large_transfers_and_half_closes() {
    let port = free_port();
    let _echo = Container::run(&["-p", &publish(port)], &["peer", "echo", "0.0.0.0:80"]);
    let bytes: Vec<u8> = (0..4_000_000_u32)
        .map(|n| (n / 3).to_le_bytes()[0])
        .collect();
    let mut stream = host::connect(local(port)).unwrap();
    let back = std::thread::scope(|scope| {
        use std::io::{Read as _, Write as _};
        let mut to = stream.try_clone().unwrap();
        let bytes = &bytes;
        scope.spawn(move || {
            to.write_all(bytes).unwrap();
            to.shutdown(std::net::Shutdown::Write).unwrap();
        });
        let mut back = Vec::new();
        stream.read_to_end(&mut back).unwrap();
        back
    });
    assert!(back == bytes, "{} bytes came back", back.len());
}

#[test]
fn the_end_of_a_clients_direction_reaches_the_server() {
    let port = free_port();
    let _count = Container::run(&["-p", &publish(port)], &["peer", "count", "0.0.0.0:80"]);
    let answer = exchange(local(port), &[7; 123_456]).unwrap();
    assert_eq!(String::from_utf8_lossy(&answer), "123456");
}

#[test]
fn udp_goes_there_and_back() {
    let port = free_port();
    let publish = format!("127.0.0.1:{port}:53/udp");
    let _echo = Container::run(&["-p", &publish], &["peer", "udp-echo", "0.0.0.0:53"]);
    assert_eq!(ask_by_udp(local(port), b"ahoy").unwrap(), b"ahoy");
    let large = vec![7; 8000];
    assert!(ask_by_udp(local(port), &large).unwrap() == large);
}

#[test]
fn ipv6_is_bound_where_it_was_asked_for() {
    let port = free_port();
    let _web = Container::run(&["-p", &format!("[::1]:{port}:80")], &WEB);
    assert_eq!(get((Ipv6Addr::LOCALHOST, port).into()).unwrap(), "peer");
    assert!(is_refused(local(port)));
}

#[test]
fn all_addresses_are_bound_when_none_is_named() {
    let port = free_port();
    let _web = Container::run(&["-p", &format!("{port}:80")], &WEB);
    assert_eq!(get(local(port)).unwrap(), "peer");
    assert_eq!(get((Ipv6Addr::LOCALHOST, port).into()).unwrap(), "peer");
    assert_eq!(get(([127, 0, 0, 2], port).into()).unwrap(), "peer");
}

#[test]
fn a_named_address_is_the_only_one_that_is_bound() {
    let port = free_port();
    let _web = Container::run(&["-p", &format!("127.0.0.2:{port}:80")], &WEB);
    assert_eq!(get(([127, 0, 0, 2], port).into()).unwrap(), "peer");
    assert!(is_refused(local(port)));
}

#[test]
fn two_containers_share_a_port_on_two_addresses() {
    let port = free_port();
    let first = format!("127.0.0.1:{port}:80");
    let second = format!("127.0.0.2:{port}:80");
    let _first = Container::run(&["-e", "NAME=first", "-p", &first], &WEB);
    let _second = Container::run(&["-e", "NAME=second", "-p", &second], &WEB);
    assert_eq!(get(local(port)).unwrap(), "first");
    assert_eq!(get(([127, 0, 0, 2], port).into()).unwrap(), "second");
}

#[test]
fn a_random_port_is_bound_and_told() {
    let web = Container::run(&["-p", "127.0.0.1::80"], &WEB);
    assert_eq!(get(local(web.host_port("80/tcp"))).unwrap(), "peer");
}

#[test]
fn a_random_port_that_the_host_has_taken_is_passed_over() {
    let first = Container::run(&["-p", "127.0.0.1::80"], &WEB);
    let next = first.host_port("80/tcp") + 1;
    let _taken = TcpListener::bind(local(next)).unwrap();
    let second = Container::run(&["-p", "127.0.0.1::80"], &WEB);
    assert_ne!(second.host_port("80/tcp"), next);
    assert_eq!(get(local(second.host_port("80/tcp"))).unwrap(), "peer");
}

#[test]
fn a_range_of_ports_is_bound_one_by_one() {
    let first = free_range(3);
    let publish = format!("127.0.0.1:{first}-{}:80-82", first + 2);
    let script = "peer http 0.0.0.0:80 & peer http 0.0.0.0:81 & peer http 0.0.0.0:82";
    let _web = Container::run(&["-p", &publish], &["sh", "-c", script]);
    for port in first..first + 3 {
        assert_eq!(get(local(port)).unwrap(), "peer");
    }
}

#[test]
fn a_conflict_fails_the_call_with_the_program_and_its_process() {
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = holder.local_addr().unwrap().port();
    let (container, outcome) = Container::try_run(&["-p", &publish(port)], &WEB);
    let error = outcome.failed();
    let name = std::fs::read_to_string("/proc/self/comm").unwrap();
    for part in [
        format!("127.0.0.1:{port}/tcp"),
        format!("(PID {})", std::process::id()),
    ] {
        assert!(error.contains(&part), "{part}: {error}");
    }
    assert!(error.contains(name.trim()), "{name}: {error}");
    // Once the port is free the very container starts.
    drop(holder);
    docker(["start", &container.name]).ok();
    assert_eq!(get(local(port)).unwrap(), "peer");
}

#[test]
fn a_conflict_of_udp_is_one_too() {
    let holder = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = holder.local_addr().unwrap().port();
    let publish = format!("127.0.0.1:{port}:53/udp");
    let (_container, outcome) =
        Container::try_run(&["-p", &publish], &["peer", "udp-echo", "0.0.0.0:53"]);
    let error = outcome.failed();
    assert!(error.contains(&format!("127.0.0.1:{port}/udp")), "{error}");
    assert!(
        error.contains(&format!("(PID {})", std::process::id())),
        "{error}"
    );
}

#[test]
fn a_range_of_which_one_is_taken_binds_none() {
    let first = free_range(3);
    let _holder = TcpListener::bind(local(first + 1)).unwrap();
    let publish = format!("127.0.0.1:{first}-{}:80-82", first + 2);
    let (_container, outcome) = Container::try_run(&["-p", &publish], &WEB);
    outcome.failed();
    wait::until("the others are free again", RELEASE, || {
        is_refused(local(first)) && is_refused(local(first + 2))
    });
}

#[test]
fn a_port_is_free_a_second_after_its_container_was_killed() {
    let port = free_port();
    let container = Container::run(&["-p", &publish(port)], &WEB);
    get(local(port)).unwrap();
    container.kill();
    docker(["wait", &container.name]).ok();
    wait::until("the port is free", RELEASE, || {
        TcpListener::bind(local(port)).is_ok()
    });
}

#[test]
fn a_port_is_free_a_second_after_its_container_ended_by_itself() {
    let port = free_port();
    let udp = format!("127.0.0.1:{port}:80/udp");
    let options = ["-p", &publish(port), "-p", &udp];
    let container = Container::run(&options, &["sh", "-c", "peer http 0.0.0.0:80 & sleep 1"]);
    docker(["wait", &container.name]).ok();
    wait::until("the ports are free", RELEASE, || {
        TcpListener::bind(local(port)).is_ok() && UdpSocket::bind(local(port)).is_ok()
    });
}

#[test]
fn a_restarted_container_has_its_port_again() {
    let port = free_port();
    let container = Container::run(&["-p", &publish(port)], &WEB);
    docker(["restart", "-t", "0", &container.name]).ok();
    assert_eq!(get(local(port)).unwrap(), "peer");
}

#[test]
fn a_container_on_the_hosts_network_is_reached() {
    let port = free_port();
    let address = format!("0.0.0.0:{port}");
    let container = Container::run(&["--network", "host"], &["peer", "http", &address]);
    wait::until("it answers", wait::SOON, || get_once(local(port)).is_ok());
    container.kill();
    wait::until("the port is free", wait::SOON, || {
        TcpListener::bind(local(port)).is_ok()
    });
}
