//! Images.
use std::{collections::BTreeSet, time::Duration};

use bytes::Bytes;
use futures::{Stream, stream};
use http::{Method, Request, StatusCode};
use hyper::body::Incoming;
use serde_json::{Value, json};

use crate::{
    body::{Answer, bytes, json, missing, refuse, status, stream},
    request::{self, Query},
    world::{Image, World, full_tag, mix, now_seconds},
};

pub(super) async fn answer(
    world: World,
    method: &Method,
    parts: &[&str],
    query: &Query,
    request: Request<Incoming>,
) -> Answer {
    match (method.as_str(), parts) {
        ("GET", ["json"]) => list(&world, query),
        ("GET", ["search"]) => search(query),
        ("GET", ["get"]) | ("GET", [.., "get"]) => {
            bytes(StatusCode::OK, "application/x-tar", vec![0; 10240])
        }
        ("POST", ["create"]) => pull(world, query),
        ("POST", ["prune"]) => prune(&world),
        ("POST", ["load"]) => {
            let size = request::body(request).await.len();
            add(&world, "loaded/image:latest", size as u64, "load");
            json(&json!({"stream": "Loaded image: loaded/image:latest\n"}))
        }
        ("GET", [name @ .., "json"]) => with(&world, &name.join("/"), |i| json(&i.inspected())),
        ("GET", [name @ .., "history"]) => with(&world, &name.join("/"), |i| json(&i.history())),
        ("POST", [name @ .., "tag"]) => tag(&world, &name.join("/"), query),
        ("POST", [name @ .., "push"]) => push(&name.join("/")),
        ("DELETE", name) => remove(&world, &name.join("/"), query.is("force")),
        _ => refuse(StatusCode::NOT_FOUND, "page not found"),
    }
}

fn list(world: &World, query: &Query) -> Answer {
    let references = query.filter("reference");
    let dangling = query.filter("dangling");
    let held = world.lock();
    let wanted = held.images.values().filter(|image| {
        let named = |r: &String| {
            image
                .tags
                .iter()
                .any(|tag| tag == r || tag.starts_with(r.as_str()))
        };
        let matches = references.is_empty() || references.iter().any(named);
        matches
            && dangling
                .iter()
                .all(|d| (d == "true" || d == "1") == image.tags.is_empty())
    });
    json(&wanted.map(|image| image.listed(-1)).collect())
}

fn with(world: &World, wanted: &str, answer: impl FnOnce(&Image) -> Answer) -> Answer {
    let held = world.lock();
    let id = held.image_id(wanted);
    match id.and_then(|id| held.images.get(&id)) {
        Some(image) => answer(image),
        None => missing("image", wanted),
    }
}

fn search(query: &Query) -> Answer {
    let term = query.text("term");
    let found: Vec<_> = (0..12u64)
        .map(|n| {
            json!({
                "name": if n == 0 { term.to_owned() } else { format!("user{n}/{term}") },
                "description": format!("{term}, number {n}"), "is_official": n == 0,
                "star_count": 10_000 / (n + 1), "is_automated": false,
            })
        })
        .collect();
    json(&json!(found))
}

/// Adds an image under a name and tells it.
fn add(world: &World, name: &str, size: u64, action: &str) {
    let id = {
        let mut held = world.lock();
        for image in held.images.values_mut() {
            image.tags.remove(name);
        }
        let id = format!("sha256:{}", held.fresh_id());
        let image = Image {
            id: id.clone(),
            tags: BTreeSet::from([name.to_owned()]),
            created: now_seconds(),
            size,
            cmd: vec!["sh".to_owned()],
            seed: mix(held.made),
            ..Image::default()
        };
        held.images.insert(id.clone(), image);
        id
    };
    let actor = if action == "pull" { name } else { &id };
    world.tell("image", action, actor, json!({"name": name}));
}

/// Lines of progress, with a pause between them.
fn progress(lines: Vec<Value>, last: impl FnOnce() -> Value + Send + 'static) -> Answer {
    stream("application/json", parts(lines, last))
}

fn parts(
    lines: Vec<Value>,
    last: impl FnOnce() -> Value + Send + 'static,
) -> impl Stream<Item = Bytes> + Send {
    stream::unfold(
        (lines.into_iter(), Some(last)),
        |(mut lines, last)| async move {
            tokio::time::sleep(Duration::from_millis(25)).await;
            let line = |value: Value| Bytes::from(format!("{value}\r\n"));
            match lines.next() {
                Some(next) => Some((line(next), (lines, last))),
                None => last.map(|last| (line(last()), (lines, None))),
            }
        },
    )
}

fn pull(world: World, query: &Query) -> Answer {
    let name = match query.text("tag") {
        "" => full_tag(query.text("fromImage")),
        tag if tag.starts_with("sha256:") => format!("{}@{tag}", query.text("fromImage")),
        tag => format!("{}:{tag}", query.text("fromImage")),
    };
    if name.contains("missing") {
        let text = format!(
            "pull access denied for {name}, repository does not exist or may require 'docker login'"
        );
        return refuse(StatusCode::NOT_FOUND, text);
    }
    let mut lines = vec![json!({"status": format!("Pulling from {name}"), "id": "latest"})];
    let layers = ["a1b2c3d4e5f6", "0f1e2d3c4b5a", "9a8b7c6d5e4f"];
    lines.extend(
        layers.map(|id| json!({"status": "Pulling fs layer", "progressDetail": {}, "id": id})),
    );
    for (n, id) in layers.iter().enumerate() {
        let total = 4_000_000 * (n + 1);
        for step in 1..=20 {
            let current = total * step / 20;
            lines.push(json!({"status": "Downloading", "id": id,
                "progressDetail": {"current": current, "total": total}}));
        }
        lines.push(json!({"status": "Extracting", "id": id,
            "progressDetail": {"current": total, "total": total}}));
        lines.push(json!({"status": "Pull complete", "progressDetail": {}, "id": id}));
    }
    progress(lines, move || {
        add(&world, &name, 24_000_000, "pull");
        json!({"status": format!("Status: Downloaded newer image for {name}")})
    })
}

fn push(name: &str) -> Answer {
    let mut lines = vec![json!({"status": format!("The push refers to repository [{name}]")})];
    for step in 1..=20 {
        lines.push(json!({"status": "Pushing", "id": "a1b2c3d4e5f6",
            "progressDetail": {"current": 100_000 * step, "total": 2_000_000}}));
    }
    progress(
        lines,
        || json!({"status": "latest: digest: sha256:00 size: 1234"}),
    )
}

fn tag(world: &World, wanted: &str, query: &Query) -> Answer {
    let tag = match query.text("tag") {
        "" => "latest",
        tag => tag,
    };
    let name = format!("{}:{tag}", query.text("repo"));
    match world.tag_image(wanted, &name) {
        Some(()) => status(StatusCode::CREATED),
        None => missing("image", wanted),
    }
}

fn remove(world: &World, wanted: &str, force: bool) -> Answer {
    let found = {
        let mut held = world.lock();
        let Some(id) = held.image_id(wanted) else {
            return missing("image", wanted);
        };
        let user = held.containers.values().find(|c| c.image_id == id);
        if let Some(user) = user.filter(|c| !force || c.run.is_up()) {
            let text = format!(
                "conflict: unable to remove repository reference \"{wanted}\" (must force) - container {} is using its referenced image",
                &user.id[..12]
            );
            return refuse(StatusCode::CONFLICT, text);
        }
        let Some(image) = held.images.get_mut(&id) else {
            return missing("image", wanted);
        };
        let tag = full_tag(wanted);
        let mut untagged = Vec::new();
        if image.tags.len() > 1 && image.tags.remove(&tag) {
            untagged.push(tag);
        } else {
            untagged.extend(image.tags.iter().cloned());
            held.images.remove(&id);
        }
        let gone = !held.images.contains_key(&id);
        (id, untagged, gone)
    };
    let (id, untagged, gone) = found;
    let mut report = Vec::new();
    for tag in untagged {
        world.tell("image", "untag", &id, json!({"name": tag}));
        report.push(json!({"Untagged": tag}));
    }
    if gone {
        world.tell("image", "delete", &id, json!({"name": id}));
        report.push(json!({"Deleted": id}));
    }
    json(&json!(report))
}

fn prune(world: &World) -> Answer {
    let gone: Vec<Image> = {
        let mut held = world.lock();
        let used: BTreeSet<String> = held
            .containers
            .values()
            .map(|c| c.image_id.clone())
            .collect();
        let gone = held.images.values();
        let gone = gone.filter(|i| i.tags.is_empty() && !used.contains(&i.id));
        let gone: Vec<_> = gone.cloned().collect();
        for image in &gone {
            held.images.remove(&image.id);
        }
        gone
    };
    for image in &gone {
        world.tell("image", "delete", &image.id, json!({"name": image.id}));
    }
    let space: u64 = gone.iter().map(|image| image.size - image.shared).sum();
    world.tell(
        "image",
        "prune",
        "",
        json!({"reclaimed": space.to_string()}),
    );
    let deleted: Vec<_> = gone
        .iter()
        .map(|image| json!({"Deleted": image.id}))
        .collect();
    json(&json!({"ImagesDeleted": deleted, "SpaceReclaimed": space}))
}

impl World {
    /// Gives an image one more name, and takes it from the one that had it.
    pub(crate) fn tag_image(&self, wanted: &str, name: &str) -> Option<()> {
        let id = {
            let mut held = self.lock();
            let id = held.image_id(wanted)?;
            for image in held.images.values_mut() {
                image.tags.remove(name);
            }
            held.images.get_mut(&id)?.tags.insert(name.to_owned());
            id
        };
        self.tell("image", "tag", &id, json!({"name": name}));
        Some(())
    }
}
