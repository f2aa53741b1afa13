//! Volumes.
use http::{Method, Request, StatusCode};
use hyper::body::Incoming;
use serde_json::{Value, json};

use crate::{
    body::{Answer, created, json, missing, nothing, refuse},
    request::{self, Query},
    world::{Volume, World, now_seconds},
};

pub(super) async fn answer(
    world: &World,
    method: &Method,
    parts: &[&str],
    query: &Query,
    request: Request<Incoming>,
) -> Answer {
    match (method.as_str(), parts) {
        ("GET", []) => {
            let held = world.lock();
            let all: Vec<_> = held.volumes.values().map(Volume::listed).collect();
            json(&json!({"Volumes": all, "Warnings": null}))
        }
        ("POST", ["create"]) => {
            let asked = request::json(request).await;
            let name = asked["Name"].as_str().filter(|name| !name.is_empty());
            let name = name.map_or_else(|| world.lock().fresh_id(), str::to_owned);
            created(&world.make_volume(&name, &asked))
        }
        ("POST", ["prune"]) => prune(world, !query.filter("all").is_empty()),
        ("GET", [name]) => match world.lock().volumes.get(*name) {
            Some(volume) => json(&volume.listed()),
            None => missing("volume", name),
        },
        ("DELETE", [name]) => remove(world, name),
        _ => refuse(StatusCode::NOT_FOUND, "page not found"),
    }
}

fn remove(world: &World, name: &str) -> Answer {
    {
        let held = world.lock();
        let mut containers = held.containers.values();
        if let Some(user) = containers.find(|c| c.mounts.iter().any(|mount| mount.1 == name)) {
            let text = format!("remove {name}: volume is in use - [{}]", user.id);
            return refuse(StatusCode::CONFLICT, text);
        }
    }
    if world.remove_volume(name) {
        nothing()
    } else {
        missing("volume", name)
    }
}

fn prune(world: &World, all: bool) -> Answer {
    let gone: Vec<(String, u64)> = {
        let held = world.lock();
        let free = held.volumes.values().filter(|volume| {
            let anonymous = volume.name.len() == 64;
            let mut containers = held.containers.values();
            (all || anonymous)
                && !containers.any(|c| c.mounts.iter().any(|mount| mount.1 == volume.name))
        });
        free.map(|volume| (volume.name.clone(), volume.size))
            .collect()
    };
    for (name, _) in &gone {
        world.remove_volume(name);
    }
    let space: u64 = gone.iter().map(|(_, size)| size).sum();
    world.tell(
        "volume",
        "prune",
        "",
        json!({"reclaimed": space.to_string()}),
    );
    let names: Vec<_> = gone.into_iter().map(|(name, _)| name).collect();
    json(&json!({"VolumesDeleted": names, "SpaceReclaimed": space}))
}

impl World {
    /// Makes a volume, if there is none of this name.
    pub(crate) fn make_volume(&self, name: &str, asked: &Value) -> Value {
        let texts = |value: &Value| {
            let all = value.as_object().into_iter().flatten();
            all.map(|(k, v)| (k.clone(), v.as_str().unwrap_or_default().to_owned()))
                .collect()
        };
        let listed = {
            let mut held = self.lock();
            if let Some(volume) = held.volumes.get(name) {
                return volume.listed();
            }
            let volume = Volume {
                name: name.to_owned(),
                driver: "local".to_owned(),
                created: now_seconds(),
                labels: texts(&asked["Labels"]),
                options: texts(&asked["DriverOpts"]),
                ..Volume::default()
            };
            let listed = volume.listed();
            held.volumes.insert(name.to_owned(), volume);
            listed
        };
        self.tell("volume", "create", name, json!({"driver": "local"}));
        listed
    }

    /// Whether there was one.
    pub(crate) fn remove_volume(&self, name: &str) -> bool {
        let removed = self.lock().volumes.remove(name).is_some();
        if removed {
            self.tell("volume", "destroy", name, json!({"driver": "local"}));
        }
        removed
    }
}
