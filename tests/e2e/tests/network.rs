//! What containers reach outside of the VM: the host's loopback, names, a registry.
#![expect(clippy::unwrap_used, reason = "these are tests")]
use std::{fs, net::TcpListener, path::Path, process::Command, process::Stdio};

use berth_e2e::{
    docker::{IMAGE, Image, command, docker, unique},
    host::{self, echo_by_tcp, echo_by_udp, free_port},
    process::{self, Finished, Running},
    wait,
};

const HOST: &str = "host.docker.internal";

fn in_container(program: &[&str]) -> Finished {
    let mut arguments = vec!["run", "--rm", IMAGE];
    arguments.extend(program);
    docker(arguments)
}

#[test]
fn the_hosts_loopback_is_reached_by_tcp() {
    let place = format!("{HOST}:{}", echo_by_tcp());
    assert_eq!(in_container(&["peer", "ask", "ahoy", &place]).ok(), "ahoy");
}

#[test]
fn the_hosts_loopback_is_reached_by_udp() {
    let place = format!("{HOST}:{}", echo_by_udp());
    assert_eq!(
        in_container(&["peer", "udp-ask", "ahoy", &place]).ok(),
        "ahoy"
    );
}

#[test]
fn refused_stays_refused() {
    let place = format!("{HOST}:{}", free_port());
    let outcome = in_container(&["peer", "connect", &place]);
    assert_eq!(outcome.code, 1, "{outcome:?}");
    assert!(
        outcome.stdout.starts_with("ConnectionRefused"),
        "{outcome:?}"
    );
}

#[test]
fn the_host_has_its_names_and_answers_pings() {
    for name in [HOST, "gateway.docker.internal"] {
        let found = in_container(&["nslookup", name]).ok();
        assert!(found.contains("198.18.6.1"), "{name}: {found}");
    }
    let pinged = in_container(&["ping", "-c", "2", HOST]).ok();
    assert!(pinged.contains("2 packets received"), "{pinged}");
}

#[test]
fn a_name_that_does_not_exist_is_told_so() {
    let outcome = in_container(&["nslookup", "no-such-name.invalid"]);
    let all = format!("{}{}", outcome.stdout, outcome.stderr);
    assert_ne!(outcome.code, 0, "{all}");
    assert!(all.contains("NXDOMAIN"), "{all}");
}

/// Of "seaworthy", by bcrypt: what htpasswd -B makes.
const PASSWORD: &str = "captain:$2y$05$MtH/iKCkDFyiPbrT.6nw9.JqNwYG11ZJHCJH8S5pRarVOmTxZoyiS";

/// Debian's registry on the host's loopback, which wants a password.
fn registry(folder: &Path) -> (Running, u16) {
    let port = free_port();
    fs::write(folder.join("users"), PASSWORD).unwrap();
    let text = format!(
        "version: 0.1\nlog:\n  level: error\nhttp:\n  addr: 127.0.0.1:{port}\nstorage:\n  \
         filesystem:\n    rootdirectory: {0}/store\nauth:\n  htpasswd:\n    realm: e2e\n    \
         path: {0}/users\n",
        folder.display()
    );
    let configuration = folder.join("registry.yml");
    fs::write(&configuration, text).unwrap();
    let mut program = Command::new("docker-registry");
    program.arg("serve").arg(configuration);
    program.stdout(Stdio::null()).stderr(Stdio::null());
    let registry = Running::start(&mut program);
    wait::until("the registry answers", wait::SOON, || {
        host::connect(([127, 0, 0, 1], port).into()).is_ok()
    });
    (registry, port)
}

#[test]
fn a_registry_on_the_hosts_loopback_takes_a_login_a_push_and_a_pull() {
    let folder = tempfile::tempdir().unwrap();
    let (_registry, port) = registry(folder.path());
    let place = format!("{HOST}:{port}");
    // Logins of the test stay out of other tests' configuration.
    let docker =
        |arguments: &[&str]| process::run(command(arguments).env("DOCKER_CONFIG", folder.path()));
    let image = Image(format!("{place}/e2e/{}", unique("i")));
    docker(&["tag", IMAGE, &image.0]).ok();
    docker(&["push", "-q", &image.0]).failed();
    let wrong = docker(&["login", "-u", "captain", "-p", "adrift", &place]).failed();
    assert!(
        wrong.contains("401") || wrong.contains("unauthorized"),
        "{wrong}"
    );
    docker(&["login", "-u", "captain", "-p", "seaworthy", &place]).ok();
    docker(&["push", "-q", &image.0]).ok();
    docker(&["image", "rm", &image.0]).ok();
    docker(&["pull", "-q", &image.0]).ok();
    assert_eq!(
        docker(&["run", "--rm", &image.0, "echo", "ahoy"]).ok(),
        "ahoy"
    );
}

#[test]
fn a_server_that_starts_later_is_reached_then() {
    let port = free_port();
    let place = format!("{HOST}:{port}");
    assert_eq!(in_container(&["peer", "connect", &place]).code, 1);
    let _listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
    assert_eq!(in_container(&["peer", "connect", &place]).ok(), "connected");
}
