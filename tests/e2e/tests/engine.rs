//! What Docker's clients do all day, through Berth's socket.
#![expect(clippy::unwrap_used, reason = "these are tests")]
use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::Shutdown,
    process::Stdio,
    thread,
};

use berth_e2e::{
    archive, berth,
    docker::{self, Container, IMAGE, docker, docker_with_input, unique},
    http,
    process::{self, Running},
    terminal::OnTerminal,
    wait,
};
use serde_json::{Value, json};

/// What keeps a container until it is killed.
const IDLE: [&str; 2] = ["sleep", "3600"];

#[test]
fn version_and_info_name_the_engine() {
    let text = docker(["version", "--format", "{{json .Server}}"]).ok();
    let server: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(server["Os"], "linux");
    let info = docker(["info", "--format", "{{json .}}"]).ok();
    let info: Value = serde_json::from_str(&info).unwrap();
    assert_eq!(info["ServerVersion"], server["Version"]);
    assert_eq!(info["LiveRestoreEnabled"], true);
}

#[test]
fn a_programs_output_and_exit_code_come_back() {
    let script = "echo out; echo err >&2; exit 7";
    let outcome = docker(["run", "--rm", IMAGE, "sh", "-c", script]);
    assert_eq!(outcome.stdout, "out\n");
    assert_eq!(outcome.stderr, "err\n");
    assert_eq!(outcome.code, 7);
}

#[test]
fn the_end_of_input_reaches_the_program() {
    let input = vec![b'x'; 3_000_000];
    let outcome = docker_with_input(&["run", "--rm", "-i", IMAGE, "wc", "-c"], &input);
    assert_eq!(outcome.ok().trim(), "3000000");
}

#[test]
fn exec_keeps_output_and_errors_apart_and_gives_the_exit_code() {
    let container = Container::run(&[], &IDLE);
    let outcome = container.exec(&["sh", "-c", "echo out; echo err >&2; exit 3"]);
    assert_eq!((outcome.stdout.as_str(), outcome.code), ("out\n", 3));
    assert_eq!(outcome.stderr, "err\n");
    let counted = docker_with_input(&["exec", "-i", &container.name, "wc", "-c"], b"12345");
    assert_eq!(counted.ok().trim(), "5");
    let missing = container.exec(&["no-such-program"]);
    assert_eq!(missing.code, 127, "{missing:?}");
}

#[test]
fn exec_with_a_terminal_has_its_size_and_ends_with_the_exit_code() {
    let container = Container::run(&[], &IDLE);
    let mut terminal =
        OnTerminal::start(&mut docker::command(["exec", "-it", &container.name, "sh"]));
    terminal.expect("# ");
    terminal.write("tty; stty size\n");
    terminal.expect("/dev/pts/");
    terminal.expect("30 100");
    terminal.write("exit 5\n");
    let (status, screen) = terminal.finish();
    assert_eq!(status.code(), Some(5), "{screen}");
}

#[test]
fn attach_shows_what_happens_and_detaches_without_ending_it() {
    let name = unique("c");
    let script = "while read line; do echo heard $line; done";
    docker(["run", "-dit", "--name", &name, IMAGE, "sh", "-c", script]).ok();
    let container = Container { name };
    let mut terminal = OnTerminal::start(&mut docker::command(["attach", &container.name]));
    // What is typed before the client has attached is lost.
    wait::until("the attached container hears", wait::SOON, || {
        terminal.write("ahoy\n");
        terminal.screen().contains("heard ahoy")
    });
    terminal.write("\x10\x11");
    let (_, screen) = terminal.finish();
    assert!(screen.contains("read escape sequence"), "{screen}");
    assert_eq!(container.inspect("/State/Running"), true);
}

#[test]
fn files_are_copied_both_ways() {
    let folder = tempfile::tempdir().unwrap();
    let container = Container::run(&[], &IDLE);
    let source = folder.path().join("there");
    fs::create_dir(&source).unwrap();
    let bytes: Vec<u8> = (0..5_000_000_u32)
        .map(|n| (n * 31 / 7).to_le_bytes()[0])
        .collect();
    fs::write(source.join("large"), &bytes).unwrap();
    fs::write(source.join("small"), "ahoy").unwrap();
    let place = format!("{}:/tmp/there", container.name);
    docker(["cp", source.to_str().unwrap(), &place]).ok();
    assert_eq!(container.exec(&["cat", "/tmp/there/small"]).ok(), "ahoy");
    let back = folder.path().join("back");
    docker(["cp", &place, back.to_str().unwrap()]).ok();
    assert!(
        fs::read(back.join("large")).unwrap() == bytes,
        "the bytes changed"
    );
}

#[test]
fn the_stream_of_events_goes_on_while_other_clients_come_and_go() {
    let name = unique("c");
    let filter = format!("container={name}");
    let mut events = docker::command(["events", "--format", "{{.Action}}", "--filter", &filter]);
    let mut events = Running::start(events.stdout(Stdio::piped()));
    let mut lines = BufReader::new(events.0.stdout.take().unwrap()).lines();
    // The stream shows only what happens once the engine has taken the request.
    let (seen, saw) = std::sync::mpsc::channel();
    thread::spawn(move || {
        while let Some(Ok(line)) = lines.next() {
            if seen.send(line).is_err() {
                return;
            }
        }
    });
    let container = Container { name };
    docker(["create", "--name", &container.name, IMAGE, "true"]).ok();
    let rename = unique("r");
    let first = wait::eventually("an event is shown", wait::SOON, || {
        // Renaming makes an event and changes nothing.
        docker(["rename", &container.name, &rename]).ok();
        docker(["rename", &rename, &container.name]).ok();
        saw.try_recv().ok()
    });
    assert!(!first.is_empty());
    for _ in 0..200 {
        assert_eq!(http::request("GET", "/_ping", None).unwrap().body, b"OK");
    }
    docker(["start", &container.name]).ok();
    for wanted in ["start", "die"] {
        wait::until(wanted, wait::SOON, || {
            saw.try_iter().any(|action| action == wanted)
        });
    }
}

#[test]
fn logs_are_followed_to_the_end() {
    let script = "for n in 1 2 3; do echo line $n; usleep 300000; done";
    let container = Container::run(&[], &["sh", "-c", script]);
    let outcome = docker(["logs", "-f", &container.name]);
    assert_eq!(outcome.ok(), "line 1\nline 2\nline 3");
}

#[test]
fn two_hundred_connections_are_served_at_once() {
    let connections: Vec<_> = (0..200).map(|_| http::connect().unwrap()).collect();
    // All of them stay open, so that none can wait for the end of another.
    for _ in 0..2 {
        for stream in &connections {
            http::send(stream, "GET", "/_ping", "", None).unwrap();
        }
        for stream in &connections {
            let mut reader = BufReader::new(stream);
            assert_eq!(http::read_head(&mut reader).unwrap().0, 200);
            let mut body = [0; 2];
            reader.read_exact(&mut body).unwrap();
            assert_eq!(&body, b"OK");
        }
    }
}

#[test]
fn an_attached_clients_half_close_is_the_end_of_the_programs_input() {
    let create = json!({
        "Image": IMAGE, "Cmd": ["wc", "-c"],
        "OpenStdin": true, "StdinOnce": true, "AttachStdin": true, "AttachStdout": true,
    });
    let name = unique("c");
    let path = format!("/containers/create?name={name}");
    let answer = http::request("POST", &path, Some(&create)).unwrap();
    assert_eq!(answer.status, 201, "{}", answer.json());
    let container = Container { name };
    let mut stream = http::connect().unwrap();
    let path = format!(
        "/containers/{}/attach?stream=1&stdin=1&stdout=1",
        container.name
    );
    http::send(
        &stream,
        "POST",
        &path,
        "Connection: Upgrade\r\nUpgrade: tcp\r\n",
        None,
    )
    .unwrap();
    let other = stream.try_clone().unwrap();
    let mut reader = BufReader::new(&other);
    assert_eq!(http::read_head(&mut reader).unwrap().0, 101);
    docker(["start", &container.name]).ok();
    stream.write_all(&[b'x'; 100_000]).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut output = Vec::new();
    reader.read_to_end(&mut output).unwrap();
    let text = String::from_utf8_lossy(output.get(8..).unwrap_or_default()).into_owned();
    assert_eq!(text.trim(), "100000");
}

/// Megabytes that are loaded and saved. An emulated engine takes minutes for
/// the gigabyte that `BERTH_E2E_LOAD_MB=1024` asks for; what counts is that the
/// daemon's memory doesn't follow the size.
fn megabytes() -> usize {
    let asked = std::env::var("BERTH_E2E_LOAD_MB").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(128)
}

#[test]
fn a_large_image_is_loaded_and_saved_with_flat_memory() {
    let image = docker::Image(format!("e2e/large:{}", unique("i")));
    let daemon = berth::daemon_pid();
    process::forget_peak(daemon);
    let before = process::usage(daemon);
    load(&image.0, megabytes());
    let saved = save(&image.0);
    assert!(
        saved >= (megabytes() << 20) as u64,
        "{saved} bytes were saved"
    );
    let growth = process::usage(daemon).peak.saturating_sub(before.memory);
    println!(
        "{} MB each way: the daemon grew by {growth} KiB",
        megabytes()
    );
    assert!(growth < 32 * 1024, "the daemon grew by {growth} KiB");
}

fn load(name: &str, megabytes: usize) {
    let mut load = docker::command(["load", "-q"]);
    let mut load = Running::start(load.stdin(Stdio::piped()).stdout(Stdio::null()));
    let mut to = load.0.stdin.take().unwrap();
    archive::write_image(&mut to, name, megabytes).unwrap();
    drop(to);
    assert!(load.0.wait().unwrap().success());
}

fn save(name: &str) -> u64 {
    let mut save = docker::command(["save", name]);
    let mut save = Running::start(save.stdout(Stdio::piped()));
    let mut from = save.0.stdout.take().unwrap();
    let length = std::io::copy(&mut from, &mut std::io::sink()).unwrap();
    assert!(save.0.wait().unwrap().success());
    length
}
