//! Making a container from a request.
use http::{Request, StatusCode};
use hyper::body::Incoming;
use serde_json::{Value, json};

use super::refused;
use crate::{
    body::{Answer, created, refuse},
    request::{self, Query},
    world::{Container, Port, World, blank, mix},
};

pub(super) async fn answer(world: &World, query: &Query, request: Request<Incoming>) -> Answer {
    let asked = request::json(request).await;
    let image = asked["Image"].as_str().unwrap_or_default().to_owned();
    let known = {
        let held = world.lock();
        held.image_id(&image)
            .and_then(|id| held.images.get(&id).cloned())
    };
    let Some(known) = known else {
        return refuse(StatusCode::NOT_FOUND, format!("No such image: {image}"));
    };
    let name = match query.text("name") {
        "" => format!("quiet_otter_{}", mix(world.lock().made) % 1000),
        name => name.trim_start_matches('/').to_owned(),
    };
    let mut container = blank(name, &image);
    container.image_id = known.id;
    fill(&mut container, &asked, known.cmd);
    networks(world, &mut container, &asked);
    mounts(world, &mut container, &asked["HostConfig"]);
    match world.create(container) {
        Ok(id) => created(&json!({"Id": id, "Warnings": []})),
        Err(refusal) => refused(&refusal, ""),
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(all) => all
            .iter()
            .filter_map(|v| Some(v.as_str()?.to_owned()))
            .collect(),
        Value::String(one) => vec![one.clone()],
        _ => Vec::new(),
    }
}

fn fill(container: &mut Container, asked: &Value, default: Vec<String>) {
    let mut cmd = texts(&asked["Entrypoint"]);
    cmd.extend(texts(&asked["Cmd"]));
    container.cmd = if cmd.is_empty() { default } else { cmd };
    container.env = texts(&asked["Env"]);
    container.tty = asked["Tty"].as_bool().unwrap_or(false);
    for (key, value) in asked["Labels"].as_object().into_iter().flatten() {
        let value = value.as_str().unwrap_or_default().to_owned();
        container.labels.insert(key.clone(), value);
    }
    let host = &asked["HostConfig"];
    container.host_config = host.clone();
    container.auto_remove = host["AutoRemove"].as_bool().unwrap_or(false);
    let restart = host["RestartPolicy"]["Name"]
        .as_str()
        .filter(|name| !name.is_empty());
    container.restart = restart.unwrap_or("no").to_owned();
    for (spec, bindings) in host["PortBindings"].as_object().into_iter().flatten() {
        let (inner, protocol) = spec.split_once('/').unwrap_or((spec, "tcp"));
        let Ok(inner) = inner.parse() else { continue };
        for binding in bindings.as_array().into_iter().flatten() {
            let host = binding["HostPort"]
                .as_str()
                .and_then(|port| port.parse().ok());
            let ip = binding["HostIp"].as_str().filter(|ip| !ip.is_empty());
            container.ports.push(Port {
                inner,
                protocol: protocol.to_owned(),
                host: Some(
                    host.filter(|port| *port != 0)
                        .unwrap_or(20_000 + inner % 10_000),
                ),
                host_ip: ip.unwrap_or("0.0.0.0").to_owned(),
            });
        }
    }
}

fn networks(world: &World, container: &mut Container, asked: &Value) {
    let mode = asked["HostConfig"]["NetworkMode"]
        .as_str()
        .unwrap_or("bridge");
    let more = asked["NetworkingConfig"]["EndpointsConfig"].as_object();
    let more = more.into_iter().flatten().map(|(name, _)| name.as_str());
    let held = world.lock();
    for name in more.chain([if mode == "default" { "bridge" } else { mode }]) {
        if let Some(id) = held.network_id(name) {
            let address = format!("172.17.1.{}", 2 + held.made % 250);
            let name = held.networks.get(&id).map_or(name, |network| &network.name);
            container.networks.insert(name.to_owned(), (id, address));
        }
    }
}

fn mounts(world: &World, container: &mut Container, host: &Value) {
    for bind in texts(&host["Binds"]) {
        let mut parts = bind.splitn(3, ':');
        let (Some(source), Some(target)) = (parts.next(), parts.next()) else {
            continue;
        };
        let writable = parts.next() != Some("ro");
        add(world, container, source, target, writable);
    }
    for mount in host["Mounts"].as_array().into_iter().flatten() {
        let source = mount["Source"].as_str().unwrap_or_default();
        let target = mount["Target"].as_str().unwrap_or_default();
        let writable = !mount["ReadOnly"].as_bool().unwrap_or(false);
        add(world, container, source, target, writable);
    }
}

fn add(world: &World, container: &mut Container, source: &str, target: &str, writable: bool) {
    let kind = if source.starts_with('/') {
        "bind"
    } else {
        "volume"
    };
    if kind == "volume" {
        world.make_volume(source, &Value::Null);
    }
    let mount = (
        kind.to_owned(),
        source.to_owned(),
        target.to_owned(),
        writable,
    );
    container.mounts.push(mount);
}
