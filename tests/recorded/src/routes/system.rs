//! The engine itself.
use std::sync::Arc;

use bytes::Bytes;
use futures::stream;
use http::{HeaderValue, Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::{
    body::{Answer, bytes, json, refuse, stream},
    world::{Run, World, mix, now_seconds, rfc3339},
};

/// Version of the API that is spoken.
const API: &str = "1.51";
const VERSION: &str = "28.5.2";

pub(super) fn answer(world: &World, method: &Method, parts: &[&str]) -> Answer {
    match (method.as_str(), parts) {
        ("GET" | "HEAD", ["_ping"]) => ping(),
        ("GET", ["version"]) => json(&json!({
            "Version": VERSION, "ApiVersion": API, "MinAPIVersion": "1.24", "Os": "linux",
            "Arch": "amd64", "KernelVersion": "6.12.0", "GoVersion": "go1.24", "GitCommit": "recorded",
            "Platform": {"Name": "Recorded Engine"}, "Components": [],
        })),
        ("GET", ["info"]) => info(world),
        ("GET", ["events"]) => events(world),
        ("GET", ["system", "df"]) => usage(world),
        ("POST", ["build", "prune"]) => {
            json(&json!({"CachesDeleted": ["c0", "c1"], "SpaceReclaimed": 123_456_789}))
        }
        ("POST", ["build"]) => json(&json!({"stream": "Step 1/1 : FROM scratch\n"})),
        ("POST", ["auth"]) => json(&json!({"Status": "Login Succeeded", "IdentityToken": ""})),
        ("GET", ["swarm" | "services" | "nodes" | "tasks" | "secrets" | "configs"]) => refuse(
            StatusCode::SERVICE_UNAVAILABLE,
            "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again.",
        ),
        ("GET", ["plugins"]) => json(&json!([])),
        _ => refuse(StatusCode::NOT_FOUND, "page not found"),
    }
}

fn ping() -> Answer {
    let mut answer = bytes(StatusCode::OK, "text/plain; charset=utf-8", "OK");
    let headers = answer.headers_mut();
    headers.insert("api-version", HeaderValue::from_static(API));
    headers.insert("ostype", HeaderValue::from_static("linux"));
    headers.insert("builder-version", HeaderValue::from_static("2"));
    headers.insert("server", HeaderValue::from_static("Docker/28.5.2 (linux)"));
    answer
}

fn info(world: &World) -> Answer {
    let held = world.lock();
    let count = |run: fn(Run) -> bool| held.containers.values().filter(|c| run(c.run)).count();
    json(&json!({
        "ID": "recorded", "Containers": held.containers.len(),
        "ContainersRunning": count(|run| run == Run::Running),
        "ContainersPaused": count(|run| run == Run::Paused),
        "ContainersStopped": count(|run| !run.is_up()), "Images": held.images.len(),
        "Driver": "overlay2", "NCPU": 4, "MemTotal": 8_u64 << 30, "Name": "recorded",
        "ServerVersion": VERSION, "OperatingSystem": "Debian GNU/Linux 13 (trixie)",
        "OSType": "linux", "Architecture": "x86_64", "KernelVersion": "6.12.0",
        "DockerRootDir": "/var/lib/docker", "CgroupVersion": "2", "CgroupDriver": "systemd",
        "LoggingDriver": "json-file", "DefaultRuntime": "runc", "Runtimes": {"runc": {"path": "runc"}},
        "Plugins": {"Volume": ["local"], "Network": ["bridge", "host", "ipvlan", "macvlan", "null", "overlay"],
            "Log": ["json-file", "local", "none"]},
        "Swarm": {"LocalNodeState": "inactive"}, "Warnings": null, "Labels": [],
        "RegistryConfig": {"IndexConfigs": {}, "Mirrors": []}, "SystemTime": rfc3339(Some(now_seconds())),
    }))
}

fn events(world: &World) -> Answer {
    async fn next(mut events: Receiver<Arc<str>>) -> Option<(Bytes, Receiver<Arc<str>>)> {
        loop {
            match events.recv().await {
                Ok(line) => return Some((Bytes::from(line.as_bytes().to_vec()), events)),
                // As dockerd: who is slow misses some.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    }
    stream("application/json", stream::unfold(world.events(), next))
}

fn usage(world: &World) -> Answer {
    let held = world.lock();
    let users = |id: &str| {
        held.containers
            .values()
            .filter(|c| c.image_id == id)
            .count()
    };
    let images: Vec<_> = held
        .images
        .values()
        .map(|image| {
            let mut listed = image.listed(i64::try_from(users(&image.id)).unwrap_or(0));
            listed["SharedSize"] = image.shared.into();
            listed
        })
        .collect();
    let containers: Vec<_> = held
        .containers
        .values()
        .map(|container| {
            let mut listed = container.listed();
            listed["SizeRw"] = (mix(container.seed) % 50_000_000).into();
            listed["SizeRootFs"] = 200_000_000.into();
            listed
        })
        .collect();
    let volumes: Vec<_> = held
        .volumes
        .values()
        .map(|volume| {
            let mut listed = volume.listed();
            let mut all = held.containers.values();
            let used = all.any(|c| c.mounts.iter().any(|mount| mount.1 == volume.name));
            listed["UsageData"] = json!({"Size": volume.size, "RefCount": i32::from(used)});
            listed
        })
        .collect();
    let layers: u64 = held.images.values().map(|i| i.size - i.shared).sum();
    json(&json!({
        "LayersSize": layers, "Images": images, "Containers": containers, "Volumes": volumes,
        "BuildCache": build_cache(), "BuilderSize": 0,
    }))
}

fn build_cache() -> Vec<Value> {
    let kinds = [
        "regular",
        "source.local",
        "exec.cachemount",
        "regular",
        "frontend",
    ];
    (0..40u64)
        .map(|n| {
            json!({
                "ID": crate::world::id("cache", n)[..25], "Parents": null,
                "Type": kinds[(n % 5) as usize],
                "Description": format!("[stage-1 {n}/40] RUN npm ci --omit=dev"),
                "InUse": false, "Shared": n % 3 == 0, "Size": mix(n) % (90 << 20),
                "CreatedAt": rfc3339(Some(now_seconds() - 86_400 - n * 600)),
                "LastUsedAt": rfc3339(Some(now_seconds() - n * 600)), "UsageCount": n % 9,
            })
        })
        .collect()
}
