//! Containers: lists, details, verbs, use.
use std::time::Duration;

use bytes::Bytes;
use futures::stream;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::done;
use crate::{
    body::{Answer, bytes, json, missing, refuse, stream},
    request::Query,
    world::{Run, World},
};

pub(super) fn list(world: &World, query: &Query) -> Answer {
    let (ids, names) = (query.filter("id"), query.filter("name"));
    let (labels, states) = (query.filter("label"), query.filter("status"));
    let all = query.is("all") || !states.is_empty();
    let held = world.lock();
    let mut found: Vec<_> = held
        .containers
        .values()
        .filter(|c| all || c.run.is_up())
        .filter(|c| ids.is_empty() || ids.iter().any(|id| c.id.starts_with(id.as_str())))
        .filter(|c| names.is_empty() || names.iter().any(|name| c.name.contains(name.as_str())))
        .filter(|c| states.is_empty() || states.iter().any(|state| c.run.name() == state))
        .filter(|c| {
            labels.iter().all(|label| match label.split_once('=') {
                Some((key, value)) => c.labels.get(key).is_some_and(|v| v == value),
                None => c.labels.contains_key(label),
            })
        })
        .collect();
    found.sort_by(|a, b| (b.created, &b.id).cmp(&(a.created, &a.id)));
    let limit = query.number("limit").and_then(|n| usize::try_from(n).ok());
    found.truncate(limit.filter(|n| *n > 0).unwrap_or(usize::MAX));
    json(&found.iter().map(|c| c.listed()).collect())
}

pub(super) async fn one(
    world: &World,
    method: &Method,
    wanted: &str,
    what: &str,
    query: &Query,
) -> Answer {
    let signal = query.text("signal").trim_start_matches("SIG").to_owned();
    match (method.as_str(), what) {
        ("GET", "json") => with(world, wanted, |c| json(&c.inspected())),
        ("GET", "top") => top(world, wanted),
        ("GET", "changes") => with(world, wanted, |c| {
            let changes = c.fs.changes.iter();
            json(
                &changes
                    .map(|(path, kind)| json!({"Path": path, "Kind": kind}))
                    .collect(),
            )
        }),
        ("GET", "export") => with(world, wanted, |c| match c.fs.archive("/") {
            Some(Ok(tar)) => bytes(StatusCode::OK, "application/octet-stream", tar),
            _ => refuse(StatusCode::INTERNAL_SERVER_ERROR, "it can't be packed"),
        }),
        ("POST", "start") => done(world.start(wanted), wanted),
        ("POST", "stop") => {
            // A process takes a moment to end.
            tokio::time::sleep(Duration::from_millis(120)).await;
            done(world.end(wanted, 143, "15", true), wanted)
        }
        ("POST", "restart") => {
            tokio::time::sleep(Duration::from_millis(120)).await;
            done(world.restart(wanted), wanted)
        }
        ("POST", "kill") if matches!(signal.as_str(), "HUP" | "USR1" | "USR2" | "WINCH") => {
            done(Ok(()), wanted)
        }
        ("POST", "kill") => done(world.end(wanted, 137, "9", false), wanted),
        ("POST", "pause") => done(world.pause(wanted, true), wanted),
        ("POST", "unpause") => done(world.pause(wanted, false), wanted),
        ("POST", "rename") => done(world.rename(wanted, query.text("name")), wanted),
        ("POST", "resize") => with(world, wanted, |_| json(&Value::Null)),
        ("POST", "update") => with(world, wanted, |_| json(&json!({"Warnings": null}))),
        ("POST", "wait") => wait(world, wanted).await,
        _ => refuse(StatusCode::NOT_FOUND, "page not found"),
    }
}

fn with(
    world: &World,
    wanted: &str,
    answer: impl FnOnce(&crate::world::Container) -> Answer,
) -> Answer {
    let held = world.lock();
    let id = held.container_id(wanted);
    match id.and_then(|id| held.containers.get(&id)) {
        Some(container) => answer(container),
        None => missing("container", wanted),
    }
}

fn top(world: &World, wanted: &str) -> Answer {
    with(world, wanted, |c| {
        if !c.run.is_up() {
            return refuse(
                StatusCode::CONFLICT,
                format!("container {} is not running", c.id),
            );
        }
        let command = c.cmd.join(" ");
        let pid = 1000 + c.seed % 30_000;
        let mut processes = vec![json!([
            "root",
            pid.to_string(),
            "1",
            "0",
            "10:12",
            "?",
            "00:00:04",
            command
        ])];
        for n in 1..=c.seed % 6 {
            let child = format!(
                "{}: worker process {n}",
                c.cmd.first().map_or("sh", String::as_str)
            );
            processes.push(json!([
                "app",
                (pid + n).to_string(),
                pid.to_string(),
                "0",
                "10:12",
                "?",
                "00:00:01",
                child
            ]));
        }
        json(&json!({
            "Titles": ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"],
            "Processes": processes,
        }))
    })
}

async fn wait(world: &World, wanted: &str) -> Answer {
    loop {
        let ended = {
            let held = world.lock();
            let Some(id) = held.container_id(wanted) else {
                return json(&json!({"StatusCode": 137}));
            };
            held.containers
                .get(&id)
                .filter(|c| !c.run.is_up())
                .map(|c| c.exit_code)
        };
        if let Some(code) = ended {
            return json(&json!({"StatusCode": code}));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

pub(super) fn prune(world: &World) -> Answer {
    let gone: Vec<String> = {
        let held = world.lock();
        let stopped = held.containers.values();
        let stopped = stopped.filter(|c| matches!(c.run, Run::Created | Run::Exited | Run::Dead));
        stopped.map(|c| c.id.clone()).collect()
    };
    for id in &gone {
        let _ = world.remove(id, false);
    }
    let space = 1_000_000 * gone.len();
    world.tell(
        "container",
        "prune",
        "",
        json!({"reclaimed": space.to_string()}),
    );
    json(&json!({"ContainersDeleted": gone, "SpaceReclaimed": space}))
}

pub(super) fn stats(world: World, wanted: &str, query: &Query) -> Answer {
    if world.lock().container_id(wanted).is_none() {
        return missing("container", wanted);
    }
    let wanted = wanted.to_owned();
    let read = move |world: &World| {
        let held = world.lock();
        let id = held.container_id(&wanted)?;
        held.containers.get(&id).map(|c| c.stats())
    };
    if query.text("stream") == "false" || query.text("stream") == "0" {
        return read(&world).map_or_else(|| missing("container", ""), |stats| json(&stats));
    }
    let readings = stream::unfold((world, read, false), |(world, read, again)| async move {
        if again {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        let stats = read(&world)?;
        Some((Bytes::from(format!("{stats}\n")), (world, read, true)))
    });
    stream("application/json", readings)
}
