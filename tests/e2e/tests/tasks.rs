//! Tasks, logs, space and builds of the dashboard, with the real engine.
#![expect(clippy::unwrap_used, reason = "these are tests")]
use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    os::unix::net::UnixStream,
    path::Path,
    time::Duration,
};

use berth_e2e::{
    docker::{Container, IMAGE, Volume, docker, unique},
    environment,
    wait::eventually,
};
use serde_json::{Value, json};

/// Emulated machines are slow, and tests share one.
const PATIENCE: Duration = Duration::from_secs(180);

/// A connection to the daemon with one call on it.
struct Call(BufReader<UnixStream>);

impl Call {
    fn new(method: &str, params: &Value) -> Self {
        let path = environment::home().join("run/berthd.sock");
        let mut stream = UnixStream::connect(path).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut call = json!({"id": 1, "method": method});
        if !params.is_null() {
            call["params"] = params.clone();
        }
        stream.write_all(format!("{call}\n").as_bytes()).unwrap();
        Self(BufReader::new(stream))
    }

    /// The next event; the result or error ends them.
    fn next(&mut self) -> Result<Value, Result<Value, Value>> {
        let mut line = String::new();
        assert_ne!(
            self.0.read_line(&mut line).unwrap(),
            0,
            "the daemon hung up"
        );
        let mut reply: Value = serde_json::from_str(&line).unwrap();
        let mut part = |name: &str| reply.get_mut(name).map(Value::take);
        match part("event") {
            Some(event) => Ok(event),
            None => Err(match part("error") {
                Some(error) => Err(error),
                None => Ok(part("result").unwrap_or_default()),
            }),
        }
    }
}

fn ask(method: &str, params: &Value) -> Result<Value, Value> {
    let mut call = Call::new(method, params);
    loop {
        if let Err(outcome) = call.next() {
            return outcome;
        }
    }
}

/// Runs a task to its end.
fn run(spec: &Value) -> Value {
    let id = ask("task_start", spec).unwrap()["id"].clone();
    ended(&id)
}

fn ended(id: &Value) -> Value {
    // The stream of its output ends with it.
    let mut output = Call::new("task_output", &json!({ "id": id }));
    while output.next().is_ok() {}
    let mut tasks = Call::new("tasks", &Value::Null);
    loop {
        let event = tasks.next().unwrap();
        let all = match event["kind"].as_str().unwrap() {
            "all" => event["value"].as_array().unwrap().clone(),
            "changed" => vec![event["value"].clone()],
            _ => continue,
        };
        let task = all.into_iter().find(|task| task["id"] == *id);
        if let Some(task) = task.filter(|task| task["state"] != "running") {
            return task;
        }
    }
}

#[track_caller]
fn done(task: &Value) {
    assert_eq!(task["state"], "done", "{task:#}");
}

fn output(id: &Value) -> Vec<String> {
    let mut call = Call::new("task_output", &json!({ "id": id }));
    let mut lines = Vec::new();
    while let Ok(event) = call.next() {
        let texts = event["lines"].as_array().unwrap().iter();
        lines.extend(texts.map(|text| text.as_str().unwrap().to_owned()));
    }
    lines
}

struct ImageGone(String);

impl Drop for ImageGone {
    fn drop(&mut self) {
        docker(["image", "rm", "-f", &self.0]);
    }
}

fn build_spec(folder: &Path, tag: &str) -> Value {
    json!({"kind": "build", "context": folder, "tags": [tag], "args": [],
           "no_cache": false, "pull": false})
}

#[test]
fn a_build_shows_its_steps_and_the_second_one_its_cache() {
    let folder = tempfile::tempdir().unwrap();
    let mark = unique("mark");
    let text = format!("FROM {IMAGE}\nRUN echo said-{mark}\n");
    fs::write(folder.path().join("Dockerfile"), text).unwrap();
    let image = ImageGone(unique("i"));
    let first = run(&build_spec(folder.path(), &image.0));
    done(&first);
    let is_run = |step: &&Value| step["label"].as_str().unwrap().contains("RUN echo");
    let steps = first["steps"].as_array().unwrap();
    assert_eq!(
        steps.iter().find(is_run).unwrap()["state"],
        "done",
        "{first:#}"
    );
    assert!(output(&first["id"]).contains(&format!("said-{mark}")));
    docker(["image", "inspect", &image.0]).ok();
    let second = run(&build_spec(folder.path(), &image.0));
    let steps = second["steps"].as_array().unwrap();
    assert_eq!(
        steps.iter().find(is_run).unwrap()["state"],
        "cached",
        "{second:#}"
    );
    let builds = ask("builds", &Value::Null).unwrap();
    let ours = |build: &&Value| build["task"] == second["id"];
    let build = builds.as_array().unwrap().iter().find(ours).unwrap();
    assert!(build["cached"].as_u64().unwrap() > 0, "{build:#}");
    let detail = ask("build", &json!({"id": build["id"]})).unwrap();
    assert!(!detail["steps"].as_array().unwrap().is_empty());
}

#[test]
fn a_build_that_fails_says_why_and_one_that_is_cancelled_ends() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("Dockerfile");
    fs::write(&file, format!("FROM {IMAGE}\nRUN echo broken && exit 7\n")).unwrap();
    let task = run(&build_spec(folder.path(), &unique("i")));
    assert_eq!(task["state"], "failed");
    let message = task["error"]["message"].as_str().unwrap();
    assert!(message.contains("exit code: 7"), "{message}");
    fs::write(
        &file,
        format!("FROM {IMAGE}\nRUN echo begun && sleep 600\n"),
    )
    .unwrap();
    let spec = build_spec(folder.path(), &unique("i"));
    let id = ask("task_start", &spec).unwrap()["id"].clone();
    let mut lines = Call::new("task_output", &json!({ "id": id }));
    while lines.next().unwrap()["lines"] != json!(["begun"]) {}
    ask("task_cancel", &json!({ "id": id })).unwrap();
    assert_eq!(ended(&id)["state"], "cancelled");
}

#[test]
fn a_project_from_a_file_comes_up_and_goes_down() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("compose.yaml");
    let text = format!(
        "services:\n  one:\n    image: {IMAGE}\n    command: [sleep, '3600']\n    \
         stop_grace_period: 0s\n"
    );
    let written = json!({"path": path, "text": text, "version": null});
    let file = ask("compose_write", &written).unwrap();
    assert_eq!(file["problem"], Value::Null, "{file:#}");
    let project = unique("p");
    let spec = |action: &str| {
        json!({"kind": "compose", "project": project, "folder": folder.path(),
               "files": [path], "action": action, "services": [], "profiles": []})
    };
    let up = run(&spec("up"));
    done(&up);
    let steps = up["steps"].as_array().unwrap();
    let ours = |step: &Value| step["id"].as_str().unwrap().contains("one-1");
    assert!(steps.iter().any(ours), "{up:#}");
    eventually("the project", PATIENCE, || {
        let all = ask("compose_projects", &Value::Null).unwrap();
        let all = all.as_array().unwrap().clone();
        let found = all
            .into_iter()
            .find(|known| known["name"] == project.as_str())?;
        (found["services"] == json!(["one"])).then_some(())
    });
    done(&run(&spec("down")));
    let filter = format!("label=com.docker.compose.project={project}");
    assert_eq!(docker(["ps", "-aq", "--filter", &filter]).ok(), "");
    let broken = json!({"path": path, "text": "services: 7\n", "version": file["version"]});
    assert_ne!(
        ask("compose_write", &broken).unwrap()["problem"],
        Value::Null
    );
    let late = ask("compose_write", &broken).unwrap_err();
    assert_eq!(late["details"]["conflict"], true);
}

/// Runs a script with the volume at /v.
fn in_volume(volume: &str, script: &str) -> String {
    let mount = format!("{volume}:/v");
    docker(["run", "--rm", "-v", &mount, IMAGE, "sh", "-c", script]).ok()
}

const FILL: &str = "mkdir /v/sub && echo hello >/v/sub/file && ln /v/sub/file /v/hard && \
                    ln -s sub/file /v/soft && chmod 4751 /v/sub/file && chown 12:34 /v/sub && \
                    touch -d '2001-02-03 04:05:06' /v/sub/file && mkfifo /v/pipe && \
                    dd if=/dev/urandom of=/v/large bs=1M count=8 2>/dev/null";

const LIST: &str = "cd /v && find . | sort | xargs stat -c '%n %A %u:%g %h %F' && \
                    stat -c %Y sub/file && md5sum large sub/file && readlink soft";

#[test]
fn a_volume_is_cloned_exported_imported_and_emptied_with_all_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let source = Volume::create();
    in_volume(&source.0, FILL);
    let listed = in_volume(&source.0, LIST);
    let clone = Volume(unique("v"));
    let spec = json!({"kind": "clone_volume", "from": source.0, "to": clone.0});
    done(&run(&spec));
    assert_eq!(in_volume(&clone.0, LIST), listed);
    assert_eq!(run(&spec)["state"], "failed");
    for end in ["tar", "tar.gz", "tar.zst"] {
        let path = folder.path().join(format!("volume.{end}"));
        let spec = json!({"kind": "export_volume", "volume": clone.0, "path": path});
        done(&run(&spec));
        assert_eq!(run(&spec)["state"], "failed", "it was written over");
        let back = Volume(unique("v"));
        let spec = json!({"kind": "import_volume", "volume": back.0, "path": path});
        done(&run(&spec));
        assert_eq!(in_volume(&back.0, LIST), listed, "{end}");
        assert_eq!(run(&spec)["state"], "failed", "it is not empty");
    }
    let empty = json!({"kind": "empty_volume", "volume": clone.0});
    let mount = format!("{}:/v", clone.0);
    let user = Container::run(&["-v", &mount], &["sleep", "3600"]);
    let refused = run(&empty);
    let message = refused["error"]["message"].as_str().unwrap();
    assert!(message.contains(&user.name), "{message}");
    drop(user);
    done(&run(&empty));
    assert_eq!(in_volume(&clone.0, "find /v -mindepth 1"), "");
    assert_eq!(in_volume(&source.0, LIST), listed);
}

fn kept(name: &str) -> Value {
    eventually("the kept log", PATIENCE, || {
        let all = ask("kept_logs", &Value::Null).unwrap();
        let all = all.as_array().unwrap().clone();
        all.into_iter().find(|kept| kept["name"] == name)
    })
}

fn log(container: &Value) -> Vec<String> {
    let query = json!({"containers": [container], "follow": false});
    let mut call = Call::new("container_logs", &query);
    let mut lines = Vec::new();
    while let Ok(event) = call.next() {
        let texts = event["lines"].as_array().unwrap().iter();
        lines.extend(texts.map(|line| line["text"].as_str().unwrap().to_owned()));
    }
    lines
}

#[test]
fn logs_of_containers_that_are_gone_can_be_read() {
    let say = "for n in 1 2 3; do echo line $n; done";
    // Removed by the engine in the moment that it ends.
    let by_itself = unique("c");
    let script = format!("{say}; sleep 3");
    docker([
        "run", "--rm", "--name", &by_itself, IMAGE, "sh", "-c", &script,
    ])
    .ok();
    // Removed while it runs.
    let script = format!("{say}; sleep 3600");
    let by_force = Container::run(&[], &["sh", "-c", &script]);
    eventually("its lines", PATIENCE, || {
        let log = docker(["logs", &by_force.name]).ok();
        log.contains("line 3").then_some(())
    });
    docker(["rm", "-f", &by_force.name]).ok();
    for name in [&by_itself, &by_force.name] {
        let kept = kept(name);
        assert_eq!(
            log(&kept["container"]),
            ["line 1", "line 2", "line 3"],
            "{name}"
        );
        assert!(kept["image"].as_str().unwrap().contains(IMAGE));
    }
}

#[test]
fn new_lines_of_two_containers_come_as_they_are_written() {
    let script = "n=0; while :; do n=$((n+1)); echo $n; sleep 1; done";
    let one = Container::run(&[], &["sh", "-c", script]);
    let two = Container::run(&[], &["sh", "-c", script]);
    let ids = [one.inspect("/Id"), two.inspect("/Id")];
    let query = json!({"containers": ids, "follow": true, "pattern": "^[0-9]+$"});
    let mut call = Call::new("container_logs", &query);
    let mut seen = [0_u64, 0];
    let mut live = false;
    let mut after = [0, 0];
    while after.iter().any(|count| *count < 3) {
        let batch = call.next().unwrap();
        for line in batch["lines"].as_array().unwrap() {
            let at = usize::from(line["container"] == ids[1]);
            let number: u64 = line["text"].as_str().unwrap().parse().unwrap();
            assert_eq!(number, seen[at] + 1, "a line is missing or came twice");
            seen[at] = number;
            after[at] += u32::from(live);
        }
        live |= batch["caught_up"] == true;
    }
}

#[test]
fn a_clean_up_removes_what_was_listed_and_nothing_else() {
    let (unused, other) = (Volume::create(), Volume::create());
    let stopped = Container::run(&[], &["true"]);
    let runs = Container::run(&[], &["sleep", "3600"]);
    docker(["wait", &stopped.name]).ok();
    let space = ask("space", &Value::Null).unwrap();
    assert!(space["root"]["bytes"].as_u64().unwrap() > 0);
    let mut removable = Vec::new();
    collect(&space["root"], &mut removable);
    let id = stopped.inspect("/Id");
    let wanted = [
        json!({"what": "container", "id": id}),
        json!({"what": "volume", "id": unused.0}),
    ];
    assert!(
        wanted.iter().all(|item| removable.contains(item)),
        "{space:#}"
    );
    let running = json!({"what": "container", "id": runs.inspect("/Id")});
    assert!(!removable.contains(&running));
    let mut items = wanted.to_vec();
    items.push(running);
    items.push(json!({"what": "trim"}));
    let task = run(&json!({"kind": "clean_up", "items": items}));
    assert_eq!(task["state"], "failed", "{task:#}");
    let failed = &task["error"]["details"]["failed"];
    assert_eq!(failed.as_array().unwrap().len(), 1, "{task:#}");
    assert!(
        docker(["inspect", &stopped.name])
            .failed()
            .contains("No such")
    );
    assert!(
        docker(["volume", "inspect", &unused.0])
            .failed()
            .to_lowercase()
            .contains("no such")
    );
    docker(["volume", "inspect", &other.0]).ok();
    docker(["inspect", &runs.name]).ok();
}

fn collect(node: &Value, found: &mut Vec<Value>) {
    found.extend(
        node.get("remove")
            .filter(|remove| !remove.is_null())
            .cloned(),
    );
    for child in node["children"].as_array().unwrap() {
        collect(child, found);
    }
}

#[test]
fn what_the_machine_uses_is_measured_and_kept() {
    let mut meters = Call::new("meters", &Value::Null);
    let measured = loop {
        let meters = meters.next().unwrap();
        if meters["guest_memory"].as_u64().is_some() {
            break meters;
        }
    };
    for name in [
        "vm_memory",
        "guest_memory_total",
        "disk_used",
        "network_received",
    ] {
        assert!(measured[name].as_u64().unwrap() > 0, "{name}: {measured:#}");
    }
    let container = Container::run(&[], &["sleep", "3600"]);
    let series = format!("{}/memory", container.inspect("/Id").as_str().unwrap());
    eventually("kept values", PATIENCE, || {
        let query = json!({"series": ["vm.memory", series], "since_ms": 0, "points": 100});
        let history = ask("history", &query).unwrap();
        let mut series = history["series"].as_array().unwrap().iter();
        series
            .all(|series| !series["values"].as_array().unwrap().is_empty())
            .then_some(())
    });
}
